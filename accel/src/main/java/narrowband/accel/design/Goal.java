package narrowband.accel.design;

/** What a folding is searched for. */
public sealed interface Goal {
    /** The smallest design that reaches a rate, images per second at the design's clock. */
    record FramesPerSecond(double framesPerSecond) implements Goal {
        public FramesPerSecond {
            if (!(framesPerSecond > 0)) {
                throw new IllegalArgumentException("a rate is positive");
            }
        }
    }

    /**
     * The fastest design within a share of the FPGA's resources, above 0 and at most 1; where none is that small,
     * within nine tenths; where none is that small either, the smallest, if the FPGA has room for it.
     */
    record FillDevice(double share) implements Goal {
        /** Leaves room for routing and for what the estimate misses. */
        public static final FillDevice DEFAULT = new FillDevice(0.5);

        public FillDevice {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException("a share is above 0 and at most 1");
            }
        }
    }
}
