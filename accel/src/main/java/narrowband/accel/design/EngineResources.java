package narrowband.accel.design;

/** The estimate for a {@link SharedEngine}. */
final class EngineResources {
    private EngineResources() {}

    static Resources of(SharedEngine engine, Fpga fpga) {
        int lanes = engine.lanes();
        int bits = engine.accumulatorBits();
        boolean wide = fpga.lutInputs() >= 6;
        Resources memories = Resources.buffer(2L * engine.tileWords(), lanes, fpga)
                .times(lanes)
                .plus(Resources.buffer(engine.parameterWords(), bits, fpga).times(engine.tailLanes()))
                .plus(Resources.buffer(engine.memoryWords(), lanes, fpga));
        long kept = (long) engine.image().lanes() * engine.image().element().bits();
        if (engine.passes().getFirst().steps() > engine.passes().getFirst().words()) {
            memories = memories.plus(Resources.distributedRam(engine.keptWords(), kept, fpga));
        }
        // Fitted to Yosys 0.23's counts of three engines (tests/BENCHMARKS.md).
        double products = (wide ? 1.8 : 2.4) * lanes * lanes;
        double accumulators = (wide ? 6.0 : 8.0) * lanes * bits;
        double comparators = (wide ? 0.5 : 1.2) * engine.tailLanes() * bits;
        double prefixes = 1.0 * lanes * (engine.thresholdBits() + 1);
        double control =
                (wide ? 500 : 800) + (wide ? 8.0 : 12.0) * engine.passes().size();
        long registers = lanes * (2L * bits + 60) + kept * 7 / 5 + 700;
        return memories.plus(Resources.logic(products + accumulators + comparators + prefixes + control, registers));
    }
}
