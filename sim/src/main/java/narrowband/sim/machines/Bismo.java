package narrowband.sim.machines;

import narrowband.sim.machines.LayerTable.Row;

/**
 * BISMO (Umuroglu, Rasnayake, Själander, "BISMO: A Scalable Bit-Serial Matrix Multiplication Overlay for Reconfigurable
 * Computing", FPL 2018): a matrix product of {@code m x k} and {@code k x n}, a plane of weights times a plane of activations
 * at a time, on an array of {@code D_m x D_k x D_n} products of one bit.
 *
 * <p>{@code cycles = ceil(m / D_m) * ceil(n / D_n) * ceil(k / D_k) * w * a}: those of its execute stage, without fetching and
 * storing. A convolution is the product of its windows, {@code m}, with its kernels, {@code n}.
 *
 * @param rows {@code D_m}
 * @param depth {@code D_k}
 * @param columns {@code D_n}
 */
public record Bismo(String name, String title, double clockMegahertz, int rows, int depth, int columns)
        implements Machine {
    /** The instance on a PYNQ-Z1, 6.5 T binary operations a second. */
    static final Bismo PYNQ_Z1 = new Bismo("bismo", "BISMO, 8x256x8 on PYNQ-Z1", 200, 8, 256, 8);

    @Override
    public String source() {
        return "Umuroglu, Rasnayake, Själander, FPL 2018";
    }

    @Override
    public int engines(int layers) {
        return 1;
    }

    @Override
    public int batch() {
        return 1;
    }

    /** Binary operations a second at most, a product and a sum being two. */
    public double peakOperations() {
        return 2.0 * rows * depth * columns * clockMegahertz * 1e6;
    }

    @Override
    public Cycles ofOneGroup(Row row) {
        long cycles = Math.ceilDiv(row.positions(), rows)
                * Math.ceilDiv(row.outputChannels(), columns)
                * Math.ceilDiv(row.products(), depth)
                * row.weightBits()
                * row.activationBits();
        return new Cycles(cycles, 0, (double) row.bitProducts() / (cycles * rows * depth * columns));
    }
}
