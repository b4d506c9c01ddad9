package narrowband.sim.machines;

import narrowband.accel.InvalidInputException;
import narrowband.sim.machines.LayerTable.Row;

/**
 * Bit Fusion (Sharma, Park, Suda, Lai, Chau, Kim, Chandra, Esmaeilzadeh, "Bit Fusion: Bit-Level Dynamically Composable
 * Architecture for Accelerating Deep Neural Networks", ISCA 2018): a systolic array whose units multiply 8 x 8 bits, or more
 * products of fewer bits at once: {@code floor(8 / a) * floor(8 / w)}, so that 3 bits cost as much as 4 and 5 to 7 as much as 8.
 *
 * <p>The closed form is that of the authors' simulator: of all ways to cut a layer into tiles and to order the loops over
 * them, that of the fewest cycles, where memory that takes longer than the array adds what it takes longer, and the first
 * read and the last write are not hidden; see {@link BitFusionTiling}. It counts no row of memory and no contention.
 *
 * @param rows inputs of the array, {@code N}
 * @param columns outputs of the array, {@code M}
 * @param memoryBits bits that memory moves in a cycle
 * @param weightBytes buffer of weights, half of which holds a tile while the other half is filled
 * @param inputBytes the same of inputs
 * @param outputBytes the same of outputs
 */
public record BitFusion(
        String name,
        String title,
        double clockMegahertz,
        int rows,
        int columns,
        int memoryBits,
        long weightBytes,
        long inputBytes,
        long outputBytes,
        int batch)
        implements Machine {
    /** The size that is compared with Eyeriss, 45 nm. */
    static final BitFusion PUBLISHED = new BitFusion(
            "bitfusion",
            "Bit Fusion, 16x32 fused units, memory of 192 bits a cycle, 16 images together",
            500,
            16,
            32,
            192,
            65_536,
            32_768,
            16_384,
            16);

    /** Bits of the widest operands. */
    private static final int WIDEST = 8;

    /** Bits of the narrowest; narrower ones are taken as these. */
    private static final int NARROWEST = 2;

    @Override
    public String source() {
        return "Sharma et al., ISCA 2018; closed form and sizes of the authors' simulator, hsharma35/bitfusion";
    }

    @Override
    public int engines(int layers) {
        return 1;
    }

    /** The same with another number of images together. */
    public BitFusion withBatch(int images) {
        return new BitFusion(
                name, title, clockMegahertz, rows, columns, memoryBits, weightBytes, inputBytes, outputBytes, images);
    }

    /** Products that a unit makes of operands of these widths in a cycle. */
    int productsAtOnce(int weightBits, int activationBits) {
        return WIDEST / Math.max(weightBits, NARROWEST) * (WIDEST / Math.max(activationBits, NARROWEST));
    }

    /** What a layer takes in the best of all tilings. */
    Traffic traffic(Row row) {
        if (row.weightBits() > WIDEST || row.activationBits() > WIDEST) {
            throw new InvalidInputException("Layer %s: Bit Fusion takes at most %d bits, not %dx%d."
                    .formatted(row.name(), WIDEST, row.weightBits(), row.activationBits()));
        }
        return new BitFusionTiling(this, row).best();
    }

    @Override
    public Cycles ofOneGroup(Row row) {
        Traffic traffic = traffic(row);
        double capacity = (double) traffic.compute() * rows * columns * WIDEST * WIDEST;
        return new Cycles(traffic.compute(), traffic.waiting(), (double) row.bitProducts() * batch / capacity);
    }

    /**
     * The cycles of a layer, and the bits that move.
     *
     * @param compute cycles in which the array works
     * @param waiting cycles in which it waits for memory
     * @param weightsRead from their buffer, as are the others
     */
    record Traffic(
            long compute,
            long waiting,
            long weightsRead,
            long weightsWritten,
            long inputsRead,
            long inputsWritten,
            long outputsRead,
            long outputsWritten,
            long memoryRead,
            long memoryWritten) {
        long cycles() {
            return compute + waiting;
        }

        /**
         * Energy in pJ at the constants of the authors' simulator: synthesis of the array and CACTI for the buffers, 45 nm;
         * 15 pJ for each bit of memory.
         */
        double picojoules() {
            return 235.104 * compute
                    + 0.021 * weightsRead
                    + 0.029 * weightsWritten
                    + 0.059 * inputsRead
                    + 0.114 * inputsWritten
                    + 0.033 * outputsRead
                    + 0.073 * outputsWritten
                    + 15.0 * (memoryRead + memoryWritten);
        }
    }
}
