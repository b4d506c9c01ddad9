package narrowband.sim.cycle;

import narrowband.sim.cycle.CriticalPath.After;
import narrowband.sim.cycle.Link.Actor;

/**
 * Follows one process, to know of each of its steps and words which event they had to wait for last.
 *
 * <p>A step follows the step in the cycle before; if there was none, what its process lacked in that cycle. A word follows
 * its step, unless the pipeline stood since; then it follows what made it move again.
 */
final class Trail {
    /** By instruction, for whom its step is. */
    private final Actor[] actors;

    private Actor actor;
    /** The steps that fire in each cycle up to now; null if the last cycle's did not. */
    private Link run;
    /** The pipeline's moving in each cycle up to now, and since when. */
    private Link move;

    private long movingSince;
    /** Words that the pipeline gave since. */
    private long given;

    private boolean stands;
    /** Whether the process lacked something when its pipeline came to stand. */
    private boolean lacked;
    /** By pipeline stage, the word's step. */
    private final Link[] wordLinks;

    private final long[] wordCycles;

    /** What the last step that did not fire lacked. */
    private After lack = After.START;

    private Fifo fifo;
    private Counter counter;

    Trail(Actor[] actors, int stages) {
        this.actors = actors;
        actor = actors[0];
        wordLinks = new Link[stages];
        wordCycles = new long[stages];
    }

    /** The pipeline stands in this cycle. */
    void blocked(Fifo full) {
        if (!stands) {
            lacked = run == null && lack != After.ROOM;
        }
        lack = After.ROOM;
        fifo = full;
        run = null;
        stands = true;
    }

    /** The pipeline moves in this cycle. */
    void moves(long cycle) {
        if (stands) {
            stands = false;
            move = new Link(actor, After.ROOM, fifo.channel.name(), cycle, fifo.poppedBy, cycle - 1);
            movingSince = cycle;
            given = 0;
        }
    }

    /** The pipeline's moving, where there would have been no need to wait for it if the process had not been late. */
    private Link late() {
        return new Link(actor, After.LATE_ROOM, move.over(), move.from(), move.before(), move.until());
    }

    /** The word in a stage goes into a FIFO. */
    void push(int stage, Fifo output, long cycle) {
        boolean stood = movingSince > wordCycles[stage];
        boolean gap = cycle - movingSince > given;
        output.pushedBy = stood ? gap ? late() : move : wordLinks[stage];
        output.pushedFrom = stood ? cycle : wordCycles[stage];
    }

    /** All that the last stage had is out. */
    void gave() {
        given++;
    }

    void lacksWord(Fifo empty) {
        lack = After.WORD;
        fifo = empty;
        run = null;
    }

    void lacksCounter(Counter low) {
        lack = After.COUNTER;
        counter = low;
        run = null;
    }

    /** The step of an instruction fires. */
    void fires(int instruction, long cycle) {
        Actor before = actor;
        actor = actors[instruction];
        if (run != null && actor != before) {
            run = new Link(actor, After.STEP, "", cycle, run, cycle - 1);
        } else if (run == null) {
            run = switch (lack) {
                case START, STEP, LATE_ROOM, ARRIVAL, REQUEST ->
                    new Link(actor, After.START, "", cycle, null, cycle - 1);
                case WORD -> new Link(actor, After.WORD, fifo.channel.name(), cycle, fifo.pushedBy, fifo.pushedFrom);
                case ROOM -> lacked ? late() : move;
                case COUNTER ->
                    new Link(actor, After.COUNTER, counter.role.toString(), cycle, counter.addedBy, cycle - 1);
            };
        }
    }

    /** The step that fires takes a word. */
    void pop(Fifo input) {
        input.poppedBy = run;
    }

    /** The step that fires changes a counter. */
    void change(Counter changed, int by) {
        if (by > 0) {
            changed.addedBy = run;
        }
    }

    /** The step that fires makes a word. */
    void make(int stage, long cycle) {
        wordLinks[stage] = run;
        wordCycles[stage] = cycle;
    }
}
