package narrowband.training.tornado;

/** The coins of {@code FairCoins} on the device; {@link NoiseNumbers} says how to toss them. */
final class Dithering {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    /** What is left of 64 bits behind shifts to the right: TornadoVM 5.2 takes {@code >>>} for {@code >>}. */
    private static final long BEHIND_30 = 0x3ffffffffL;

    private static final long BEHIND_27 = 0x1fffffffffL;
    private static final long BEHIND_31 = 0x1ffffffffL;

    private Dithering() {}

    /**
     * The key of a tensor in a step.
     *
     * @param numbers of {@link NoiseNumbers}, their place
     * @param high with {@code low} what the tensor adds
     */
    static long key(float[] memory, int numbers, int high, int low) {
        long step = (long) memory[numbers + 1]
                + ((long) memory[numbers + 2] << 16)
                + ((long) memory[numbers + 3] << 32)
                + ((long) memory[numbers + 4] << 48);
        return step + ((long) high << 32) + low;
    }

    private static long mixed(long z) {
        long once = (z ^ ((z >> 30) & BEHIND_30)) * 0xbf58476d1ce4e5b9L;
        long twice = (once ^ ((once >> 27) & BEHIND_27)) * 0x94d049bb133111ebL;
        return twice ^ ((twice >> 31) & BEHIND_31);
    }

    /** The coin of a place: 1 or -1. */
    static float coin(long key, int place) {
        long draw = mixed(key + (place / 64 + 1) * GOLDEN);
        return 1 - 2 * (int) ((draw >> place % 64) & 1);
    }
}
