package narrowband.sim.cycle;

/**
 * What the source or the sink did with its cycles. The classes add up to the cycles simulated.
 *
 * @param moved cycles in which a word passed
 * @param held cycles in which its stall pattern held it back
 * @param waiting cycles in which the accelerator made it wait: the image channel was full, or the result channel empty
 * @param idle cycles after its last word
 */
public record BoundaryActivity(long moved, long held, long waiting, long idle) {}
