package narrowband.sim.cycle;

/**
 * The cycles of all words through a channel. An emitted design that is right shows the same ones, word for word.
 *
 * @param entered the cycle in which each word was pushed
 * @param left the cycle in which each word was popped
 */
public record ChannelTrace(String name, CycleList entered, CycleList left) {}
