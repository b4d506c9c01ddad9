package narrowband.accel.design;

import java.util.List;
import java.util.Optional;

/**
 * One pass of a {@link SharedEngine} over its array: a head that fills the accumulators, and a tail that takes what is in
 * them. A pass has tiles, one for each group of channels that comes out; each tile walks all output positions.
 *
 * @param layers the network's layers that the pass carries, the head's first
 * @param left where the first operand is; none where it is the image stream
 * @param right the second operand of an addition
 * @param window how the taps of an output position lie in the first operand
 * @param channels codes of a tap
 * @param channelGroups words of a tap that a position takes in; 1 where a tile has its own
 * @param weightPlanes bits of a weight; 1 where there are none
 * @param activationPlanes planes of the wider operand
 * @param signedStream whether the image's codes are signed
 * @param tiles groups of channels that come out
 * @param lastLanes channels of the last of them
 * @param parameters thresholds, or biases, of each lane of a tile; 0 where there are none
 * @param outputPlanes bits of what the tail gives
 * @param signed whether the thresholds count from the lowest code of a signed type
 * @param destination the first word of the tensor that is written
 * @param destinationGroups words of a plane of one of its positions
 */
public record EnginePass(
        List<String> layers,
        Head head,
        Optional<Operand> left,
        Optional<Operand> right,
        Window window,
        int channels,
        int channelGroups,
        int weightPlanes,
        int activationPlanes,
        boolean signedStream,
        int tiles,
        int lastLanes,
        Tail tail,
        int parameters,
        int outputPlanes,
        boolean signed,
        int destination,
        int destinationGroups) {
    /** What the accumulators add up. */
    public enum Head {
        /** Each row: its weights times the taps. */
        PRODUCT,
        /** Each lane: its own codes of all taps. */
        SUM,
        /** Each lane: the largest of its own codes. */
        MAXIMUM
    }

    /** Where the accumulators go. */
    public enum Tail {
        /** Requantised, into the activation memory. */
        THRESHOLD,
        /** As they are, into the activation memory. */
        STORE,
        /** Out, lane by lane, a bias added where the pass has parameters. */
        SCORES,
        /** Out, group by group of each position. */
        UNLOAD,
        /** The index of the largest goes out. */
        ARG_MAXIMUM;

        /** Whether words leave the unit. */
        public boolean leaves() {
            return this == SCORES || this == UNLOAD || this == ARG_MAXIMUM;
        }
    }

    /**
     * A tensor in the activation memory: for each position in raster order, for each group of lanes, for each plane from the
     * lowest on, one word.
     *
     * @param address its first word
     */
    public record Operand(int address, int height, int width, int groups, int planes, boolean signed) {
        /** Words that it takes. */
        public int words() {
            return height * width * groups * planes;
        }
    }

    /** A kernel that walks over an image. */
    public record Window(int kernelHeight, int kernelWidth, int stride, int padding, int height, int width) {
        /** A single tap at every position. */
        static Window none(int height, int width) {
            return new Window(1, 1, 1, 0, height, width);
        }

        public int taps() {
            return kernelHeight * kernelWidth;
        }

        public int positions() {
            return height * width;
        }
    }

    public EnginePass {
        layers = List.copyOf(layers);
    }

    /** Whether the first operand is the image stream. */
    public boolean streamed() {
        return left.isEmpty();
    }

    /** Taps of both operands, in words. */
    public int words() {
        return window.taps() * channelGroups * (right.isPresent() ? 2 : 1);
    }

    /** Steps of one output position. */
    public int steps() {
        return words() * weightPlanes * activationPlanes;
    }

    /** Words of the weight memory that a tile takes. */
    public int tileWords() {
        return head == Head.PRODUCT ? window.taps() * channelGroups * weightPlanes : 0;
    }

    /** Whether each tile brings weights or parameters. */
    public boolean loads() {
        return tileWords() + parameters > 0;
    }

    /** Lanes of a tile that carry a channel. */
    public int validLanes(int tile, int lanes) {
        return tile == tiles - 1 ? lastLanes : lanes;
    }

    EnginePass at(Optional<Operand> newLeft, Optional<Operand> newRight, int newDestination) {
        return new EnginePass(
                layers,
                head,
                newLeft,
                newRight,
                window,
                channels,
                channelGroups,
                weightPlanes,
                activationPlanes,
                signedStream,
                tiles,
                lastLanes,
                tail,
                parameters,
                outputPlanes,
                signed,
                newDestination,
                destinationGroups);
    }
}
