package narrowband.sim.cycle;

/** A unit's counter in motion: its value at the cycle's start, and what the cycle's steps add to it. */
final class Counter {
    int value;
    /** The process that sleeps until the value changes, or null. */
    Sequencer sleeping;

    private final Agenda agenda;
    private int change;
    private boolean touched;

    Counter(int value, Agenda agenda) {
        this.value = value;
        this.agenda = agenda;
    }

    void add(int amount) {
        change += amount;
        if (!touched) {
            touched = true;
            agenda.touch(this);
        }
    }

    /** Ends a cycle in which it changed. */
    void tick(long cycle) {
        value += change;
        change = 0;
        touched = false;
        if (sleeping != null) {
            agenda.wake(sleeping, cycle + 1);
            sleeping = null;
        }
    }
}
