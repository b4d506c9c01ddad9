package narrowband.accel.design;

/**
 * A FIFO between two ports. It takes a word in a cycle at whose start it holds fewer than {@code depth} words, and offers
 * one in a cycle at whose start it holds any; a word that enters in cycle {@code t} can leave from {@code t + 1} on.
 *
 * @param name unique in the accelerator; names the Verilog instance
 * @param from the unit and output port that fill it
 * @param to the unit and input port that drain it
 * @param depth words, at least 1; below 2 it passes only every second cycle
 */
public record Channel(String name, Port from, Port to, StreamType type, int depth) {
    public Channel {
        if (depth < 1) {
            throw new IllegalArgumentException("channel %s must hold at least one word".formatted(name));
        }
    }

    /** A port of a unit, or of the outside world. */
    public record Port(String unit, int index) {
        /** The name that stands for the world outside of the accelerator. */
        public static final String OUTSIDE = "";

        /** Where the image comes in, or the result goes out. */
        public static final Port EXTERNAL = new Port(OUTSIDE, 0);

        /** Where the words of a shared engine's weights come in. */
        public static final Port EXTERNAL_WEIGHTS = new Port(OUTSIDE, 1);

        public boolean isExternal() {
            return unit.equals(OUTSIDE);
        }
    }

    public Channel withDepth(int newDepth) {
        return new Channel(name, from, to, type, newDepth);
    }
}
