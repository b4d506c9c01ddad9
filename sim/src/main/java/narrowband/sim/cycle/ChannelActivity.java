package narrowband.sim.cycle;

/**
 * What passed through a channel.
 *
 * @param depth words that it holds
 * @param words words that entered
 * @param maximumOccupancy most words that it held at the start of a cycle
 * @param roomUsed the smallest depth at which each word would have entered in the very same cycle: one more than the words
 *     at the start of any cycle in which one entered
 * @param cyclesFull cycles at whose start it was full
 * @param cyclesEmpty cycles at whose start it was empty
 */
public record ChannelActivity(
        String name, int depth, long words, int maximumOccupancy, int roomUsed, long cyclesFull, long cyclesEmpty) {}
