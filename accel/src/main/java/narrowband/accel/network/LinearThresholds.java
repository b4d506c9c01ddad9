package narrowband.accel.network;

import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Thresholds that lie on a line: for every code {@code x} of a type, the level is
 * {@code clamp((multiplier * x + offset) >> shift, 0, levels)}, exactly. A batch norm and a uniform quantiser, folded, give
 * such thresholds wherever rounding leaves room for a line between them.
 *
 * @param multipliers one for each row of the table, at least 0
 * @param offsets one for each row
 * @param shift bits that are dropped, the same for all rows
 */
public record LinearThresholds(int[] multipliers, long[] offsets, int shift) {
    /** Products of wider multipliers cost more than the memory that they save. */
    private static final int WIDEST_MULTIPLIER = 18;

    private static final int LONGEST_SHIFT = 30;

    /** The least multiplier within the corridor's slopes, and its neighbours in case of rounding. */
    private static final int TRIES = 3;

    /** The line with the shortest shift through a table's thresholds, for the codes of {@code from}; none if there is no such line. */
    public static Optional<LinearThresholds> of(ThresholdTable table, CodeType from) {
        Corridor[] corridors = new Corridor[table.rows()];
        for (int row = 0; row < corridors.length; row++) {
            corridors[row] = new Corridor(table, row, from);
        }
        int[] multipliers = new int[corridors.length];
        long[] offsets = new long[corridors.length];
        int row = 0;
        int shift = 0;
        // A line that fits with one shift need not fit with a longer one, so that each longer shift starts anew.
        while (row < corridors.length) {
            Optional<long[]> line = corridors[row].line(shift);
            if (line.isPresent()) {
                multipliers[row] = (int) line.get()[0];
                offsets[row] = line.get()[1];
                row++;
            } else {
                row = 0;
                shift++;
            }
            if (shift > LONGEST_SHIFT) {
                return Optional.empty();
            }
        }
        return Optional.of(new LinearThresholds(multipliers, offsets, shift));
    }

    /** The level of {@code x} in a channel, before it is clamped. */
    public long unclamped(int channel, int x) {
        int row = multipliers.length == 1 ? 0 : channel;
        return multipliers[row] * (long) x + offsets[row] >> shift;
    }

    /** What the lines of one row must pass: at or above some points, below others. */
    private static final class Corridor {
        /** By {@code x}, the level that the line must reach there. */
        private final TreeMap<Integer, Integer> floors = new TreeMap<>();

        /** By {@code x}, the level that the line must stay below there. */
        private final TreeMap<Integer, Integer> ceilings = new TreeMap<>();

        private double leastSlope;
        private double largestSlope = Double.POSITIVE_INFINITY;

        Corridor(ThresholdTable table, int row, CodeType from) {
            for (int level = 1; level <= table.levels(); level++) {
                int threshold = table.threshold(row, level - 1);
                if (threshold <= from.max()) {
                    floors.merge(Math.max(threshold, from.min()), level, Math::max);
                }
                if (threshold > from.min()) {
                    ceilings.merge((int) Math.min(threshold - 1L, from.max()), level, Math::min);
                }
            }
            floors.forEach((x, reached) -> ceilings.forEach((z, below) -> {
                if (x > z) {
                    leastSlope = Math.max(leastSlope, (reached - below) / (double) (x - (long) z));
                } else if (x < z) {
                    largestSlope = Math.min(largestSlope, (below - reached) / (double) (z - (long) x));
                }
            }));
        }

        /** A multiplier and an offset that keep to the corridor, checked in whole numbers. */
        Optional<long[]> line(int shift) {
            long first = (long) Math.floor(leastSlope * (1L << shift));
            long last = (long) Math.min(Math.ceil(largestSlope * (1L << shift)), (1L << WIDEST_MULTIPLIER) - 1);
            for (long multiplier = first; multiplier <= Math.min(last, first + TRIES - 1); multiplier++) {
                long slope = multiplier;
                long lowest = floors.entrySet().stream()
                        .mapToLong(point -> ((long) point.getValue() << shift) - slope * point.getKey())
                        .max()
                        .orElse(Long.MIN_VALUE);
                long highest = ceilings.entrySet().stream()
                        .mapToLong(point -> ((long) point.getValue() << shift) - 1 - slope * point.getKey())
                        .min()
                        .orElse(Long.MAX_VALUE);
                if (lowest <= highest) {
                    return Optional.of(new long[] {slope, Math.clamp(0L, lowest, highest)});
                }
            }
            return Optional.empty();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LinearThresholds that
                && shift == that.shift
                && Arrays.equals(multipliers, that.multipliers)
                && Arrays.equals(offsets, that.offsets);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(multipliers) + Arrays.hashCode(offsets)) + shift;
    }

    @Override
    public String toString() {
        return "lines of %d rows, multipliers up to %d, shift %d"
                .formatted(multipliers.length, Arrays.stream(multipliers).max().orElse(0), shift);
    }
}
