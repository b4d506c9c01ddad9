package narrowband.sim.cycle;

import narrowband.sim.cycle.CriticalPath.After;

/**
 * A stretch in which one actor went from one event of its own to the next without waiting, and what it had waited for before.
 * Links are chained backwards and share their beginnings, so that chains that lead nowhere are forgotten.
 *
 * @param after what the actor had waited for
 * @param over the FIFO, or the counter of its unit, over which it waited; empty at the start
 * @param from the first cycle of the stretch
 * @param before the actor that ended the wait; null at the start
 * @param until the cycle of the event of that actor that ended it
 */
record Link(Actor actor, After after, String over, long from, Link before, long until) {
    /**
     * Who does something.
     *
     * @param unit its unit; empty for the world outside
     */
    record Actor(String layer, String unit, String process) {}
}
