package narrowband.sim.cycle;

/** A unit's counter in motion: its value at the cycle's start, and what the cycle's steps add to it. */
final class Counter {
    final CounterRole role;
    int value;
    /** The process that sleeps until the value changes, or null. */
    Sequencer sleeping;
    /** The step that added to it last, where it is kept what decided when. */
    Link addedBy;

    private final Agenda agenda;
    private int added;
    private int taken;
    private boolean touched;

    Counter(CounterRole role, int value, Agenda agenda) {
        this.role = role;
        this.value = value;
        this.agenda = agenda;
    }

    void add(int amount) {
        if (amount > 0) {
            added += amount;
        } else {
            taken -= amount;
        }
        if (!touched) {
            touched = true;
            agenda.touch(this);
        }
    }

    /** What is left of the value in this cycle. */
    int available() {
        return value - taken;
    }

    /** Ends a cycle in which it changed. */
    void tick(long cycle) {
        value += added - taken;
        added = 0;
        taken = 0;
        touched = false;
        if (sleeping != null) {
            agenda.wake(sleeping, cycle + 1);
            sleeping = null;
        }
    }
}
