package narrowband.sim.cycle;

/**
 * What there is to do in a cycle: the processes that are awake, and at its end the FIFOs and counters that were touched.
 *
 * <p>A process in whose cycle nothing can change until one known FIFO or counter does, sleeps until then. It is the cycles'
 * cost that this saves; the contract does not know of it.
 */
final class Agenda {
    private final Sequencer[] awake;
    private int awakeCount;
    private final Fifo[] fifos;
    private int fifoCount;
    private final Counter[] counters;
    private int counterCount;

    Agenda(int processes, int fifos, int counters) {
        this.awake = new Sequencer[processes];
        this.fifos = new Fifo[fifos];
        this.counters = new Counter[counters];
    }

    void start(Sequencer sequencer) {
        awake[awakeCount++] = sequencer;
    }

    /** Lets a process take part again, from the given cycle on. */
    void wake(Sequencer sequencer, long cycle) {
        sequencer.wake(cycle);
        awake[awakeCount++] = sequencer;
    }

    void touch(Fifo fifo) {
        fifos[fifoCount++] = fifo;
    }

    void touch(Counter counter) {
        counters[counterCount++] = counter;
    }

    /** Steps the processes that are awake; whether any of them moved. */
    boolean step(long cycle) {
        boolean moves = false;
        int i = 0;
        while (i < awakeCount) {
            Sequencer sequencer = awake[i];
            moves |= sequencer.step(cycle);
            if (sequencer.isAsleep()) {
                awake[i] = awake[--awakeCount];
            } else {
                i++;
            }
        }
        return moves;
    }

    /** Ends the cycle: what happened in it is seen from the next on. */
    void tick(long cycle) {
        for (int i = 0; i < fifoCount; i++) {
            fifos[i].tick(cycle);
        }
        fifoCount = 0;
        for (int i = 0; i < counterCount; i++) {
            counters[i].tick(cycle);
        }
        counterCount = 0;
    }
}
