package narrowband.accel.network;

import java.util.Arrays;
import narrowband.accel.InvalidInputException;

/**
 * Ascending integer thresholds, one row for a tensor or one for each channel; every row has {@code 2^bits - 1} of them.
 * A value {@code x} gets the level {@code #{ j : x >= T_j }}. Equal thresholds skip a level; a threshold beyond the
 * reachable range is never, or always, met.
 */
public final class ThresholdTable {
    private final int[][] rows;

    /** @throws InvalidInputException unless all rows are ascending and of one length {@code 2^bits - 1} */
    public ThresholdTable(int[][] rows) {
        if (rows.length == 0) {
            throw new InvalidInputException("A threshold table must have at least one row.");
        }
        int levels = rows[0].length;
        if (levels < 1 || Integer.bitCount(levels + 1) != 1) {
            throw new InvalidInputException(
                    "A row of thresholds must have 2^bits - 1 entries (1, 3, 7, ...), not %d.".formatted(levels));
        }
        this.rows = new int[rows.length][];
        for (int r = 0; r < rows.length; r++) {
            if (rows[r].length != levels) {
                throw new InvalidInputException("Threshold row %d must have %d entries like the first, not %d."
                        .formatted(r, levels, rows[r].length));
            }
            for (int j = 1; j < levels; j++) {
                if (rows[r][j] < rows[r][j - 1]) {
                    throw new InvalidInputException("Threshold row %d must ascend, but entry %d is %d after %d."
                            .formatted(r, j, rows[r][j], rows[r][j - 1]));
                }
            }
            this.rows[r] = rows[r].clone();
        }
    }

    /** 1 where all channels share one row, else the number of channels. */
    public int rows() {
        return rows.length;
    }

    /** Thresholds in a row, {@code 2^bits - 1}. */
    public int levels() {
        return rows[0].length;
    }

    /** The width of the level in bits. */
    public int bits() {
        return Integer.SIZE - Integer.numberOfLeadingZeros(levels());
    }

    /** Threshold {@code j} (from 0) of a channel. */
    public int threshold(int channel, int j) {
        return rows[rows.length == 1 ? 0 : channel][j];
    }

    /** The number of thresholds of the channel that {@code x} has reached, {@code 0..levels}. */
    public int level(int channel, int x) {
        int[] row = rows[rows.length == 1 ? 0 : channel];
        int low = 0;
        int high = row.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (x >= row[middle]) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ThresholdTable that && Arrays.deepEquals(rows, that.rows);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(rows);
    }
}
