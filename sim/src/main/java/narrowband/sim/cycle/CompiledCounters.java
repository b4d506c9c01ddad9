package narrowband.sim.cycle;

import narrowband.sim.cycle.SteppedLayout.Condition;

/** All units' counters in a {@link CompiledStepping}. */
final class CompiledCounters {
    private final long[] state;
    private final int[] values;
    private final int[] changes;
    /** By counter, the slots and bits that say that it is too low, and for which amounts. */
    private final int[][] slots;

    private final long[][] bits;
    private final int[][] amounts;
    /** Those with changes that are to be seen from the next cycle on. */
    private final int[] touched;

    private int count;

    /** @param most changes in a cycle */
    CompiledCounters(SteppedLayout layout, StateSlots slots, long[] state, int most) {
        this.state = state;
        values = layout.counters().stream().mapToInt(Integer::intValue).toArray();
        changes = new int[values.length];
        touched = new int[most];
        this.slots = new int[values.length][];
        bits = new long[values.length][];
        amounts = new int[values.length][];
        for (int counter = 0; counter < values.length; counter++) {
            int number = counter;
            Condition[] conditions = layout.workers().stream()
                    .flatMap(worker -> worker.conditions().stream())
                    .filter(condition -> condition.counter() == number)
                    .toArray(Condition[]::new);
            this.slots[counter] = new int[conditions.length];
            bits[counter] = new long[conditions.length];
            amounts[counter] = new int[conditions.length];
            for (int i = 0; i < conditions.length; i++) {
                this.slots[counter][i] = slots.empty(conditions[i].place().word());
                bits[counter][i] = conditions[i].place().mask();
                amounts[counter][i] = conditions[i].amount();
            }
            compare(counter);
        }
    }

    /** Changes a counter from the next cycle on. */
    void add(int counter, int amount) {
        changes[counter] += amount;
        touched[count++] = counter;
    }

    /** Ends a cycle; whether a counter changed. */
    boolean tick() {
        if (count == 0) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            int counter = touched[i];
            values[counter] += changes[counter];
            changes[counter] = 0;
            compare(counter);
        }
        count = 0;
        return true;
    }

    private void compare(int counter) {
        int value = values[counter];
        for (int i = 0; i < amounts[counter].length; i++) {
            int slot = slots[counter][i];
            long bit = bits[counter][i];
            state[slot] = value < amounts[counter][i] ? state[slot] | bit : state[slot] & ~bit;
        }
    }
}
