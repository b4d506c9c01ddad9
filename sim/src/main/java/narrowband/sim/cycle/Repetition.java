package narrowband.sim.cycle;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import narrowband.sim.cycle.Cursor.Turns;

/**
 * Finds out that a simulation does the same again and again, and counts the repetitions at once.
 *
 * <p>What happens in a cycle depends on the state at its start. If two states differ in nothing but how often loops still go
 * round, one loop of each process at most, and how many words the outside still has, then what happened between them happens
 * again as long as no loop ends and no words run out: until then each period adds the same to every counter.
 *
 * <p>States are compared whenever a loop that goes round often does so, with one that is replaced after 1, 2, 4, ... rounds
 * (Brent, BIT 20, 1980), which finds periods of any number of rounds; and after each image, with the last few. The loops are
 * those of the process that has most to do, whose rounds are output positions mostly, and those of all processes whose rounds are
 * long, such as rows: a row may repeat the one before, and in it each position the one before.
 * Where one unit is a little slower than those before it, FIFOs fill from image to image, and until they are full no two states
 * are alike.
 */
final class Repetition {
    private static final int IMAGES = 4;

    private final Parts parts;
    private final List<Rounds> rounds;
    private final Memo[] images = new Memo[IMAGES];
    private long imagesDone;
    private int nextMemo;

    /** What a state consists of. */
    record Parts(List<Sequencer> sequencers, List<Fifo> fifos, List<Counter> counters, List<Boundary> outside) {}

    /** The rounds of one process's loops, and the state at the end of one of them. */
    private static final class Rounds {
        final Turns turns;
        final Memo memo = new Memo();
        int seen;
        int place;
        long power = 1;
        long since;

        Rounds(Turns turns) {
            this.turns = turns;
        }
    }

    Repetition(Parts parts) {
        this.parts = parts;
        Sequencer most = Collections.max(
                parts.sequencers,
                Comparator.comparingLong(
                        sequencer -> sequencer.process.program().steps()));
        Stream<Turns> rows = parts.sequencers.stream().map(each -> each.cursor().rows);
        rounds = Stream.concat(rows, Stream.of(most.cursor().positions))
                .filter(turns -> !turns.isEmpty())
                .map(Rounds::new)
                .toList();
        for (int i = 0; i < IMAGES; i++) {
            images[i] = new Memo();
        }
    }

    /**
     * Looks at the state at the start of a cycle, and repeats what can be repeated.
     *
     * @param done images that are out
     * @return cycles that went by with it; 0 if nothing was repeated
     */
    long look(long cycle, long done) {
        long skipped = 0;
        if (done != imagesDone) {
            imagesDone = done;
            for (Memo memo : images) {
                skipped = skipped > 0 || memo.isEmpty() ? skipped : repeat(memo, cycle);
            }
            save(images[nextMemo], cycle + skipped);
            nextMemo = (nextMemo + 1) % IMAGES;
        } else {
            for (Rounds each : rounds) {
                if (each.turns.count() != each.seen) {
                    each.seen = each.turns.count();
                    skipped += look(each, cycle + skipped);
                }
            }
        }
        return skipped;
    }

    private long look(Rounds each, long cycle) {
        if (each.turns.last() != each.place) {
            each.place = each.turns.last();
            each.power = 1;
            each.since = 0;
            save(each.memo, cycle);
            return 0;
        }
        long skipped = repeat(each.memo, cycle);
        if (skipped > 0) {
            each.power = 1;
            each.since = each.power;
        }
        if (++each.since >= each.power) {
            each.power *= 2;
            each.since = 0;
            save(each.memo, cycle + skipped);
        }
        return skipped;
    }

    private void save(Memo memo, long cycle) {
        memo.begin(cycle);
        parts.sequencers.forEach(part -> part.save(memo));
        parts.fifos.forEach(part -> part.save(memo));
        parts.counters.forEach(part -> memo.put(part.value));
        parts.outside.forEach(part -> part.save(memo));
    }

    /** Repeats the period since a state; the cycles that it takes. */
    private long repeat(Memo memo, long cycle) {
        long times = times(memo, cycle);
        if (times == 0) {
            return 0;
        }
        memo.rewind();
        parts.sequencers.forEach(part -> part.repeat(memo, cycle, times));
        parts.fifos.forEach(part -> part.repeat(memo, cycle, times));
        memo.skip(parts.counters.size());
        parts.outside.forEach(part -> part.repeat(memo, cycle, times));
        return times * (cycle - memo.cycle());
    }

    /** How often the period since a state can be repeated. */
    private long times(Memo memo, long cycle) {
        memo.rewind();
        long times = Long.MAX_VALUE;
        for (int i = 0; i < parts.sequencers.size() && times > 0; i++) {
            times = Math.min(times, parts.sequencers.get(i).repeats(memo, cycle));
        }
        for (int i = 0; i < parts.fifos.size() && times > 0; i++) {
            times = Math.min(times, parts.fifos.get(i).repeats(memo, cycle));
        }
        for (int i = 0; i < parts.counters.size() && times > 0; i++) {
            times = parts.counters.get(i).value == memo.get() ? times : 0;
        }
        for (int i = 0; i < parts.outside.size() && times > 0; i++) {
            times = Math.min(times, parts.outside.get(i).repeats(memo, cycle));
        }
        return times == Long.MAX_VALUE ? 0 : times;
    }
}
