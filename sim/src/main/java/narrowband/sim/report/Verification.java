package narrowband.sim.report;

/**
 * The emitted design, run and compared word by word.
 *
 * @param simulator what ran it: {@code jvm}, {@code icarus}, {@code verilator}
 * @param images test images that went through
 * @param words words compared, in the FIFOs and at the output
 * @param mismatches words that differ from the integer reference in value, or from the simulation in cycle
 * @param cyclesSimulated cycles that the cycle simulator says
 * @param cyclesRtl cycles that the emitted design took
 */
public record Verification(
        String simulator, int images, long words, long mismatches, long cyclesSimulated, long cyclesRtl) {
    /** Whether values and cycles agree. */
    public boolean passed() {
        return mismatches == 0 && cyclesSimulated == cyclesRtl;
    }
}
