package narrowband.accel.design;

import narrowband.accel.InvalidInputException;

/**
 * The choices of a {@link SharedEngine}.
 *
 * @param lanes rows and columns of the array: a power of two from 4 up to 256
 */
public record Sharing(int lanes) implements Plan {
    /** The smallest array. */
    public static final int FEWEST = 4;

    /** The largest array. */
    public static final int MOST = 256;

    /** Turns in which the tail takes the lanes, at most; more need a deeper memory of thresholds, fewer a wider one. */
    private static final int TURNS = 8;

    public Sharing {
        if (lanes < FEWEST || lanes > MOST || Integer.bitCount(lanes) != 1) {
            throw new InvalidInputException(
                    "lanes must be a power of two from %d to %d, not %d.".formatted(FEWEST, MOST, lanes));
        }
    }

    /** Lanes that the tail requantises at a time. */
    public int tailLanes() {
        return Math.max(1, lanes / TURNS);
    }
}
