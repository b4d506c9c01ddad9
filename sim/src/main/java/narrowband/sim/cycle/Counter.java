package narrowband.sim.cycle;

/** A unit's counter in motion: its value at the cycle's start, and what the cycle's steps add to it. */
final class Counter {
    int value;
    private int change;

    Counter(int value) {
        this.value = value;
    }

    void add(int amount) {
        change += amount;
    }

    void tick() {
        value += change;
        change = 0;
    }
}
