package narrowband.sim.cycle;

import java.util.Arrays;

/** Which row each bank of a {@link Dram} has open, and when another can be. */
final class OpenRows {
    private static final long NONE = -1;

    private final Dram.Rows rows;
    private final double activate;
    private final double precharge;
    private final long[] open;
    /** By bank, when its row is or was open. */
    private final double[] opened;
    /** By bank, when the last of its words is on the bus. */
    private final double[] read;

    OpenRows(Dram.Rows rows, double clockMegahertz) {
        this.rows = rows;
        activate = Dram.cycles(rows.activateNanoseconds(), clockMegahertz);
        precharge = Dram.cycles(rows.prechargeNanoseconds(), clockMegahertz);
        open = new long[rows.banks()];
        Arrays.fill(open, NONE);
        opened = new double[rows.banks()];
        read = new double[rows.banks()];
    }

    /** What a burst finds in its bank. */
    enum Found {
        ITS_ROW,
        NO_ROW,
        ANOTHER_ROW
    }

    /** Bytes from an address on to the end of its row. */
    long left(long address) {
        return rows.rowBytes() - address % rows.rowBytes();
    }

    Found look(long address) {
        long row = open[bank(address)];
        return row == NONE ? Found.NO_ROW : row == row(address) ? Found.ITS_ROW : Found.ANOTHER_ROW;
    }

    /** Opens an address's row; when it is open. */
    double open(long address, long cycle) {
        Found found = look(address);
        int bank = bank(address);
        open[bank] = row(address);
        opened[bank] = switch (found) {
            case ITS_ROW -> Math.max(cycle, opened[bank]);
            case NO_ROW -> cycle + activate;
            case ANOTHER_ROW -> Math.max(cycle, read[bank]) + precharge + activate;
        };
        return opened[bank];
    }

    /** Says when the last word of a burst is on the bus. */
    void read(long address, double end) {
        read[bank(address)] = end;
    }

    private int bank(long address) {
        return (int) (address / rows.rowBytes() % rows.banks());
    }

    private long row(long address) {
        return address / rows.rowBytes() / rows.banks();
    }
}
