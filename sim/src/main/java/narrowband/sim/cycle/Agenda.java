package narrowband.sim.cycle;

/**
 * What there is to do in a cycle: the processes that are awake, and at its end the FIFOs and counters that were touched.
 *
 * <p>A process in whose cycle nothing can change until one known FIFO or counter does, sleeps until then; one that works
 * inside itself for a known number of cycles sleeps until the last of them. It is the cycles' cost that this saves; the
 * contract does not know of it.
 */
final class Agenda {
    private final Sequencer[] awake;
    private int awakeCount;
    private final Fifo[] fifos;
    private int fifoCount;
    private final Counter[] counters;
    private int counterCount;
    /** The processes that work inside themselves, and the earliest cycle in which one of them takes part again. */
    private final Sequencer[] working;

    private int workingCount;
    private long nextReturn = Long.MAX_VALUE;

    Agenda(int processes, int fifos, int counters) {
        this.awake = new Sequencer[processes];
        this.working = new Sequencer[processes];
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
        if (cycle == nextReturn) {
            takeBack(cycle);
        }
        boolean moves = workingCount > 0;
        int i = 0;
        while (i < awakeCount) {
            Sequencer sequencer = awake[i];
            moves |= sequencer.step(cycle);
            if (sequencer.isAsleep()) {
                awake[i] = awake[--awakeCount];
            } else if (sequencer.returns() > cycle) {
                awake[i] = awake[--awakeCount];
                working[workingCount++] = sequencer;
                nextReturn = Math.min(nextReturn, sequencer.returns());
            } else {
                i++;
            }
        }
        return moves;
    }

    /** The first cycle from the given one on in which there is anything to do; the last of all where all sleep. */
    long next(long cycle) {
        return awakeCount == 0 ? nextReturn : cycle;
    }

    /** Lets those take part again whose cycle it is. */
    private void takeBack(long cycle) {
        nextReturn = Long.MAX_VALUE;
        int i = 0;
        while (i < workingCount) {
            Sequencer sequencer = working[i];
            if (sequencer.returns() == cycle) {
                working[i] = working[--workingCount];
                awake[awakeCount++] = sequencer;
            } else {
                nextReturn = Math.min(nextReturn, sequencer.returns());
                i++;
            }
        }
    }

    /** Looks again when those that work inside themselves take part, after their time has moved. */
    void moved() {
        nextReturn = Long.MAX_VALUE;
        for (int i = 0; i < workingCount; i++) {
            nextReturn = Math.min(nextReturn, working[i].returns());
        }
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
