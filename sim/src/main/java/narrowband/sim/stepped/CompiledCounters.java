package narrowband.sim.stepped;

import java.util.ArrayList;
import java.util.List;
import narrowband.sim.stepped.SteppedLayout.Condition;

/** All units' counters in a {@link CompiledStepping}, which change when all processes have had their cycle. */
final class CompiledCounters {
    private final long[] state;
    private final int[] values;
    /** By counter, where its conditions begin. */
    private final int[] first;
    /** By condition, the slot and the bit that say that the counter is below an amount. */
    private final int[] slots;

    private final long[] bits;
    private final int[] amounts;

    CompiledCounters(SteppedLayout layout, StateSlots stateSlots, long[] state) {
        this.state = state;
        values = layout.counters().stream().mapToInt(Integer::intValue).toArray();
        first = new int[values.length + 1];
        List<Condition> conditions = new ArrayList<>();
        for (int counter = 0; counter < values.length; counter++) {
            int number = counter;
            layout.workers().stream()
                    .flatMap(worker -> worker.conditions().stream())
                    .filter(condition -> condition.counter() == number)
                    .forEach(conditions::add);
            first[counter + 1] = conditions.size();
        }
        slots = conditions.stream()
                .mapToInt(condition -> stateSlots.empty(condition.place().word()))
                .toArray();
        bits = conditions.stream()
                .mapToLong(condition -> condition.place().mask())
                .toArray();
        amounts = conditions.stream().mapToInt(Condition::amount).toArray();
        for (int counter = 0; counter < values.length; counter++) {
            add(counter, 0);
        }
    }

    /** Changes a counter. */
    void add(int counter, int amount) {
        int value = values[counter] + amount;
        values[counter] = value;
        int end = first[counter + 1];
        for (int i = first[counter]; i < end; i++) {
            long others = state[slots[i]] & ~bits[i];
            state[slots[i]] = value < amounts[i] ? others | bits[i] : others;
        }
    }
}
