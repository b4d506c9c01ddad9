package narrowband.training;

/** The phases of a run, in order. */
public enum Phase {
    /** Floating point, learning from labels; the result is the teacher of the later phases. */
    FLOAT,
    /** Quantised, learning from the teacher, while the penalty pulls the widths down (gdnsq 1.4). */
    GRADUAL,
    /** Integer widths, fixed; weights and ranges settle. */
    FIXED,
    /** Nothing is left to do. */
    DONE;

    Phase next() {
        return values()[ordinal() + 1];
    }
}
