package narrowband.sim.machines;

import narrowband.sim.machines.LayerTable.Row;

/**
 * BARVINN (Askari Hemmat, Bilaniuk et al., "BARVINN: Arbitrary Precision DNN Accelerator Controlled by a RISC-V CPU",
 * ASP-DAC 2023): matrix-vector units, each with 64 x 64 products of one bit in a cycle, both operands bit-serial.
 *
 * <p>{@code cycles = ceil(C_in / 64) * ceil(C_out / 64) * R * S * b_w * b_a * outputs}, the countdown that its code generator
 * writes into a unit's registers. Filling, draining and the RISC-V program are not counted. The sources differ in how many
 * output rows and columns they count; here all outputs of the table are.
 */
public record Barvinn(String name, String title, double clockMegahertz, int units) implements Machine {
    /** 8 units at 250 MHz, 8.2 T products of one bit a second. */
    static final Barvinn PUBLISHED = new Barvinn("barvinn", "BARVINN, 8 units of 64x64 one-bit products", 250, 8);

    private static final int LANES = 64;

    @Override
    public String source() {
        return "Askari Hemmat, Bilaniuk et al., ASP-DAC 2023; documentation of hossein1387/BARVINN, docs/examples.rst";
    }

    @Override
    public int engines(int layers) {
        return units;
    }

    @Override
    public int batch() {
        return 1;
    }

    @Override
    public Cycles ofOneGroup(Row row) {
        long cycles = (long) Math.ceilDiv(row.inputChannels(), LANES)
                * Math.ceilDiv(row.outputChannels(), LANES)
                * row.kernelHeight()
                * row.kernelWidth()
                * row.weightBits()
                * row.activationBits()
                * row.positions();
        return new Cycles(cycles, 0, (double) row.bitProducts() / (cycles * LANES * LANES));
    }
}
