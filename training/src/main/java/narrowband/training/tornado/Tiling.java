package narrowband.training.tornado;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How a matrix product is cut into tiles, one for each {@value Work#BLOCK} threads of a tiled kernel: every thread makes 4 x 4 results.
 *
 * @param rows of a tile
 * @param columns of a tile; narrow ones waste less on layers with few channels
 */
record Tiling(int rows, int columns) {
    private static final List<Tiling> SHAPES = List.of(new Tiling(64, 64), new Tiling(128, 32), new Tiling(256, 16));

    /** The shape whose tiles cover a product with the least beside it. */
    static Tiling of(int height, int width) {
        return SHAPES.stream()
                .min(Comparator.comparingLong(tiling -> tiling.tiles(height, width)))
                .orElseThrow();
    }

    /** Tiles that cover a product. */
    long tiles(int height, int width) {
        return (long) Math.ceilDiv(height, rows) * Math.ceilDiv(width, columns);
    }

    /** A convolution's record with what a tiled kernel must know beside it. */
    int[] appendedTo(int[] record) {
        int[] longer = Arrays.copyOf(record, TiledKernels.RECORD);
        longer[TiledKernels.ROWS] = rows;
        longer[TiledKernels.COLUMNS] = columns;
        longer[TiledKernels.DEPTH] = TiledKernels.DEEP;
        longer[TiledKernels.SUMS] = -1;
        return longer;
    }

    /** What a task of a tiled kernel means, as work of plain ones. */
    static List<Work> plain(Kernel tiled, int[] table, int at, int count) {
        Kernel kernel = switch (tiled) {
            case TILED_CONVOLVE, INTEGER_CONVOLVE -> Kernel.CONVOLVE;
            case TILED_INPUT_GRADIENT -> Kernel.INPUT_GRADIENT;
            case TILED_WEIGHT_GRADIENT -> Kernel.WEIGHT_GRADIENT;
            default -> throw new IllegalArgumentException("is not tiled: " + tiled);
        };
        List<int[]> records = Arrays.stream(table, at, at + count / Work.BLOCK)
                .distinct()
                .map(place -> place + Work.HEADER)
                .mapToObj(from -> Arrays.copyOfRange(table, from, from + TiledKernels.RECORD))
                .toList();
        List<Work> work = new ArrayList<>();
        for (int[] record : records) {
            work.add(new Work(kernel, record, threads(kernel, record), "layer"));
            if (record[TiledKernels.SUMS] >= 0) {
                int positions = positions(record);
                int rows = record[TiledKernels.ROWS];
                int outputs = record[12];
                int[] sums = {record[1], record[TiledKernels.SUMS], outputs, positions, rows};
                work.add(new Work(Kernel.NORM_SUMS, sums, Math.ceilDiv(positions, rows) * outputs, "layer"));
            }
        }
        return work;
    }

    private static int positions(int[] record) {
        return record[13] * record[10] * record[11];
    }

    /** Threads of a plain kernel, by the record of {@link ConvolutionKernels}. */
    private static int threads(Kernel plain, int[] record) {
        int inputs = record[13] * record[4] * record[5];
        int taps = record[7] * record[7] * record[6];
        return switch (plain) {
            case CONVOLVE -> blocks(positions(record), record[12]);
            case INPUT_GRADIENT -> blocks(inputs, record[6]);
            default -> record[15] * blocks(taps, record[12]);
        };
    }

    private static int blocks(int rows, int columns) {
        return Math.ceilDiv(rows, 4) * Math.ceilDiv(columns, 4);
    }
}
