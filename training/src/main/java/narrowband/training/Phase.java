package narrowband.training;

/** The phases of a run, in order. */
public enum Phase {
    /** Floating point, learning from labels; the result is the teacher of the later phases. */
    FLOAT(0.02, 4e-3, 0.5, 0.02),
    /** Quantised, learning from the teacher, while the penalty pulls the widths down (gdnsq 1.4). */
    GRADUAL(0, 2e-3, 0.65, 0.2),
    /** Integer widths, fixed; weights and ranges settle. */
    FIXED(0, 1e-3, 0.1, 0.01),
    /** Nothing is left to do. */
    DONE(0, 0, 1, 1);

    private final double warmUp;
    private final double rate;
    private final double constant;
    private final double last;

    Phase(double warmUp, double rate, double constant, double last) {
        this.warmUp = warmUp;
        this.rate = rate;
        this.constant = constant;
        this.last = last;
    }

    /** The phases in which something is trained. */
    static int count() {
        return DONE.ordinal();
    }

    Phase next() {
        return values()[ordinal() + 1];
    }

    /**
     * The learning rate: a linear warm-up, constant, then annealed exponentially (gdnsq 1.5).
     *
     * @param progress the part of the phase that is over, 0..1
     */
    double rate(double progress) {
        if (progress < warmUp) {
            return rate * progress / warmUp;
        }
        return progress < constant ? rate : rate * Math.pow(last, (progress - constant) / (1 - constant));
    }

    /** The epoch, counted over the whole run, with which the phase ends. */
    int endEpoch(int epochs) {
        return switch (this) {
            case FLOAT -> Math.max(1, Math.min(epochs - 2, Math.round(epochs * 0.35f)));
            case GRADUAL -> Math.max(FLOAT.endEpoch(epochs) + 1, Math.min(epochs - 1, Math.round(epochs * 0.78f)));
            case FIXED, DONE -> epochs;
        };
    }

    /** The epoch with which the phase starts. */
    int startEpoch(int epochs) {
        return this == FLOAT ? 0 : values()[ordinal() - 1].endEpoch(epochs);
    }
}
