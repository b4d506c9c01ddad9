package narrowband.accel.design;

/** The choices from which an accelerator's units follow: one for each shape that an accelerator can have. */
public sealed interface Plan permits Folding, Sharing {}
