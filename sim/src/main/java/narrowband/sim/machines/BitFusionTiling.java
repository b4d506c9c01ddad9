package narrowband.sim.machines;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.InvalidInputException;
import narrowband.sim.machines.BitFusion.Traffic;
import narrowband.sim.machines.LayerTable.Row;

/**
 * Cuts a layer into tiles for {@link BitFusion}: tiles of a power of two of images, output rows and columns, input and output
 * channels, the loops over them in any order. Kernels are not cut. A first layer is laid out as windows before it is read.
 *
 * <p>A tile of weights, inputs or outputs is read again in each turn of a loop around it, unless that loop does not change it;
 * what several turns need is kept where it fits half of the buffer.
 */
final class BitFusionTiling {
    /** Width of partial sums. */
    private static final int OUTPUT_BITS = 32;

    /** A loop over tiles, and whose tile changes with its turns. */
    private enum Loop {
        IMAGES(true, false, true),
        COLUMNS(true, false, true),
        ROWS(true, false, true),
        INPUT_CHANNELS(true, true, false),
        OUTPUT_CHANNELS(false, true, true);

        private final boolean inputs;
        private final boolean weights;
        private final boolean outputs;

        Loop(boolean inputs, boolean weights, boolean outputs) {
            this.inputs = inputs;
            this.weights = weights;
            this.outputs = outputs;
        }
    }

    private static final List<List<Loop>> ORDERS = orders(List.of(Loop.values()));

    private final BitFusion machine;
    private final Row row;
    /** Columns of the array times products that a unit makes at once: input channels that fill a cycle. */
    private final int inputsAtOnce;

    BitFusionTiling(BitFusion machine, Row row) {
        this.machine = machine;
        this.row = row;
        this.inputsAtOnce = machine.rows() * machine.productsAtOnce(row.weightBits(), row.activationBits());
    }

    private static List<List<Loop>> orders(List<Loop> loops) {
        if (loops.isEmpty()) {
            return List.of(List.of());
        }
        List<List<Loop>> orders = new ArrayList<>();
        for (Loop first : loops) {
            List<Loop> others = new ArrayList<>(loops);
            others.remove(first);
            for (List<Loop> rest : orders(others)) {
                List<Loop> order = new ArrayList<>(List.of(first));
                order.addAll(rest);
                orders.add(List.copyOf(order));
            }
        }
        return List.copyOf(orders);
    }

    /** Sizes of a tile, and how many there are along each loop. */
    private record Tile(int images, int rows, int columns, int inputChannels, int outputChannels, long[] turns) {
        long count() {
            long count = 1;
            for (long turn : turns) {
                count *= turn;
            }
            return count;
        }

        long outputs() {
            return (long) images * rows * columns;
        }
    }

    /** The fewest cycles; of those the least energy. */
    Traffic best() {
        Traffic best = null;
        for (Tile tile : tiles()) {
            long weights =
                    Math.ceilDiv(products(tile), inputsAtOnce) * inputsAtOnce * tile.outputChannels * row.weightBits();
            long inputs = inputs(tile) * row.activationBits();
            long outputs = tile.outputs() * filled(tile) * OUTPUT_BITS;
            if (2 * weights > 8 * machine.weightBytes()
                    || 2 * inputs > 8 * machine.inputBytes()
                    || 2 * outputs > 8 * machine.outputBytes()) {
                continue;
            }
            for (List<Loop> order : ORDERS) {
                Traffic traffic = traffic(tile, order, weights, inputs, outputs);
                if (best == null
                        || traffic.cycles() < best.cycles()
                        || traffic.cycles() == best.cycles() && traffic.picojoules() < best.picojoules()) {
                    best = traffic;
                }
            }
        }
        if (best == null) {
            throw new InvalidInputException("Layer %s: no tile of it fits Bit Fusion's buffers.".formatted(row.name()));
        }
        return best;
    }

    private List<Tile> tiles() {
        List<Tile> tiles = new ArrayList<>();
        int positions = Math.max(row.outputHeight(), row.outputWidth());
        int step = row.readsImage() ? 1 : machine.columns();
        for (int images : sizes(machine.batch(), 1)) {
            for (int side : sizes(positions, 1)) {
                int rows = Math.min(side, row.outputHeight());
                int columns = Math.min(side, row.outputWidth());
                for (int inputs : sizes(row.inputChannels(), 1)) {
                    for (int outputs : sizes(row.outputChannels(), step)) {
                        long[] turns = new long[Loop.values().length];
                        turns[Loop.IMAGES.ordinal()] = Math.ceilDiv(machine.batch(), images);
                        turns[Loop.ROWS.ordinal()] = Math.ceilDiv(row.outputHeight(), rows);
                        turns[Loop.COLUMNS.ordinal()] = Math.ceilDiv(row.outputWidth(), columns);
                        turns[Loop.INPUT_CHANNELS.ordinal()] = Math.ceilDiv(row.inputChannels(), inputs);
                        turns[Loop.OUTPUT_CHANNELS.ordinal()] = Math.ceilDiv(row.outputChannels(), outputs);
                        tiles.add(new Tile(images, rows, columns, inputs, outputs, turns));
                    }
                }
            }
        }
        return tiles;
    }

    /** Powers of two times a step, and the whole. */
    private static List<Integer> sizes(int whole, int step) {
        List<Integer> sizes = new ArrayList<>();
        long size = step;
        for (; size < whole; size *= 2) {
            sizes.add((int) size);
        }
        sizes.add(whole);
        return sizes;
    }

    private long products(Tile tile) {
        return (long) row.kernelHeight() * row.kernelWidth() * tile.inputChannels;
    }

    /** Codes of a tile's inputs: windows of a first layer, else the part of the image below the windows. */
    private long inputs(Tile tile) {
        if (row.readsImage()) {
            return tile.outputs() * products(tile);
        }
        long height = row.kernelHeight() + (tile.rows - 1L) * row.stride();
        long width = row.kernelWidth() + (tile.columns - 1L) * row.stride();
        return height * width * tile.inputChannels * tile.images;
    }

    /** Output channels, whole columns of the array. */
    private long filled(Tile tile) {
        return (long) Math.ceilDiv(tile.outputChannels, machine.columns()) * machine.columns();
    }

    private Traffic traffic(Tile tile, List<Loop> order, long weightTile, long inputTile, long outputTile) {
        Moved weights = new Moved(weightTile, 4 * machine.weightBytes());
        Moved inputs = new Moved(inputTile, 4 * machine.inputBytes());
        Moved outputs = new Moved(outputTile, 4 * machine.outputBytes());
        for (Loop loop : order.reversed()) {
            long turns = tile.turns[loop.ordinal()];
            weights.around(turns, loop.weights);
            inputs.around(turns, loop.inputs);
            outputs.around(turns, loop.outputs);
        }
        long read = weights.bits + inputs.bits + outputs.bits;
        long first = weights.kept + inputs.kept + outputs.kept;
        long last = outputs.kept;
        long between = read + outputs.bits - first - last;
        long exposed = Math.ceilDiv(first, machine.memoryBits()) + Math.ceilDiv(last, machine.memoryBits());
        long compute = compute(tile);
        long waiting = Math.max(0, Math.ceilDiv(between, machine.memoryBits()) - compute) + exposed;
        return withBuffers(tile, compute, waiting, weights.bits, inputs.bits, outputs.bits, read);
    }

    /** What is moved between memory and a buffer: all of it, and what the buffer keeps at a time. */
    private static final class Moved {
        private final long room;
        private long bits;
        private long kept;
        private boolean keeps = true;

        Moved(long tile, long room) {
            this.bits = tile;
            this.kept = tile;
            this.room = room;
        }

        /** Puts a loop around all so far. */
        void around(long turns, boolean changes) {
            if (!keeps) {
                bits *= turns;
            } else if (changes) {
                bits *= turns;
                if (bits > room) {
                    keeps = false;
                } else {
                    kept = bits;
                }
            }
        }
    }

    private long compute(Tile tile) {
        long outputs = tile.outputs() * Math.ceilDiv(tile.outputChannels, machine.columns());
        long steps = row.readsImage()
                ? Math.ceilDiv(products(tile), inputsAtOnce)
                : (long) row.kernelHeight() * row.kernelWidth() * Math.ceilDiv(tile.inputChannels, inputsAtOnce);
        return tile.count() * outputs * steps;
    }

    /** Adds what the array reads and writes in its buffers, in the stationary order of the least bits. */
    private Traffic withBuffers(
            Tile tile, long compute, long waiting, long weightsIn, long inputsIn, long outputsIn, long read) {
        long filters = filled(tile);
        long taps = (long) row.kernelHeight() * row.kernelWidth();
        long products = row.readsImage()
                ? Math.ceilDiv(products(tile), inputsAtOnce) * inputsAtOnce
                : (long) Math.ceilDiv(tile.inputChannels, inputsAtOnce) * inputsAtOnce * taps;
        long outputs = tile.outputs();
        long activation = row.activationBits();
        long weight = row.weightBits();
        long inputStationary = products * outputs * (activation + filters * (weight + OUTPUT_BITS));
        long outputStationary = filters * outputs * (OUTPUT_BITS + products * (activation + weight));
        long weightStationary = products * filters * (weight + outputs * (activation + OUTPUT_BITS));
        long least = Math.min(inputStationary, Math.min(outputStationary, weightStationary));
        long count = tile.count();
        long pairs = count * products(tile) * tile.outputs() * tile.outputChannels;
        long inputReads;
        long sums;
        long weightReads;
        if (inputStationary == least) {
            inputReads = count * products(tile) * outputs * activation;
            sums = pairs * OUTPUT_BITS;
            weightReads = pairs * weight;
        } else if (outputStationary == least) {
            inputReads = pairs * activation;
            sums = count * outputs * tile.outputChannels * OUTPUT_BITS;
            weightReads = pairs * weight;
        } else {
            inputReads = pairs * activation;
            sums = pairs * OUTPUT_BITS;
            weightReads = count * products(tile) * tile.outputChannels * weight;
        }
        return new Traffic(
                compute,
                waiting,
                weightReads,
                weightsIn,
                inputReads,
                inputsIn,
                outputsIn + sums,
                outputsIn + sums,
                read,
                outputsIn);
    }
}
