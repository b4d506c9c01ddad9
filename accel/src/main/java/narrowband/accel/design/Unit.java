package narrowband.accel.design;

import java.util.List;

/**
 * A hardware unit: what goes in and out, when (its timing contract), and what it costs. Its values are those of the
 * network's layer that it carries.
 *
 * <p>The family is closed; whoever handles units does so in an exhaustive {@code switch}.
 */
public sealed interface Unit
        permits SlidingWindow,
                MatrixVector,
                DepthwiseConvolution,
                Thresholding,
                Pooling,
                Fork,
                Adder,
                BiasAdder,
                IdentityShortcut,
                WidthConverter,
                WordPacker,
                ArgMaximum,
                TopScores,
                SharedEngine {
    /** Unique in the accelerator; names the Verilog module. */
    String name();

    /** The layer whose work it does. */
    String layer();

    List<StreamType> inputs();

    List<StreamType> outputs();

    /** The contract of {@link Process}, filled in. */
    Timing timing();

    /** The cycles from its first step for an image to its last at least, which are also those between images. */
    default long leastCycles() {
        return timing().cycles();
    }

    /** An estimate before synthesis, on the given FPGA. */
    Resources resources(Fpga fpga);
}
