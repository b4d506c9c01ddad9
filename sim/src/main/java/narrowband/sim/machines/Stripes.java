package narrowband.sim.machines;

import narrowband.accel.InvalidInputException;
import narrowband.sim.machines.LayerTable.Row;

/**
 * Stripes (Judd, Albericio, Hetherington, Aamodt, Moshovos, "Stripes: Bit-Serial Deep Neural Network Computing", MICRO 2016):
 * weights of 16 bits in parallel, activations a bit in a cycle, so that time follows the activations' width {@code p} alone.
 * The array is DaDianNao's with 16 windows side by side: tiles x rows filters, columns windows, lanes channels.
 *
 * <p>Convolutions: {@code ceil(windows / columns) * ceil(filters / (tiles * rows)) * R * S * ceil(C / lanes) * p}. Dense
 * layers have one window; the columns take turns, a step beginning in each cycle:
 * {@code ceil(filters / (tiles * rows)) * ceil(C / lanes) - 1 + p}. A first layer with a stride is folded before, its stride
 * becoming channels, as in DNNsim (isakedo/DNNsim), whose compute cycles these are; so is the clock, that of its examples.
 * Memory is not counted.
 */
public record Stripes(String name, String title, double clockMegahertz, int tiles, int rows, int columns, int lanes)
        implements Machine {
    /** The published size: 16 tiles of 16 filters, 16 windows and 16 channels. */
    static final Stripes PUBLISHED =
            new Stripes("stripes", "Stripes, 16 tiles of 16x16 serial units with 16 lanes", 1000, 16, 16, 16, 16);

    /** The width of weights, and the most of activations. */
    private static final int WIDTH = 16;

    @Override
    public String source() {
        return "Judd, Albericio, Hetherington, Aamodt, Moshovos, MICRO 2016; compute cycles as in isakedo/DNNsim";
    }

    @Override
    public int engines(int layers) {
        return 1;
    }

    @Override
    public int batch() {
        return 1;
    }

    @Override
    public Cycles ofOneGroup(Row row) {
        int width = row.activationBits();
        if (width > WIDTH || row.weightBits() > WIDTH) {
            throw new InvalidInputException("Layer %s: Stripes takes at most %d bits, not %dx%d."
                    .formatted(row.name(), WIDTH, row.weightBits(), width));
        }
        long filterSets = Math.ceilDiv(row.outputChannels(), tiles * rows);
        long cycles;
        if (row.isDense()) {
            long steps = filterSets * Math.ceilDiv(row.inputChannels(), lanes);
            // A column takes a new step when it is done with the one before, which matters where digits outnumber
            // columns.
            long turns = Math.ceilDiv(steps, columns) - 1;
            cycles = turns * Math.max(0, width - columns) + steps - 1 + width;
        } else {
            int fold = row.readsImage() ? row.stride() : 1;
            cycles = Math.ceilDiv(row.positions(), columns)
                    * filterSets
                    * Math.ceilDiv(row.kernelHeight(), fold)
                    * Math.ceilDiv(row.kernelWidth(), fold)
                    * Math.ceilDiv(row.inputChannels() * fold * fold, lanes)
                    * width;
        }
        double capacity = (double) cycles * tiles * rows * columns * lanes * WIDTH;
        return new Cycles(cycles, 0, row.bitProducts() / capacity);
    }
}
