package narrowband.sim.cycle;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Function;
import narrowband.accel.design.Program.Step;

/** Where a process is in its program. */
final class Cursor {
    /** Rounds of a loop that are worth a look whether they repeat each other. */
    private static final int OFTEN = 8;

    /** Steps of a long round: more than an output position mostly takes, and fewer than a row of them. */
    private static final int LONG = 200;

    private final Action[] code;
    private final long[] counts;
    private final int[] targets;
    private final long[] loops;
    /** By instruction, the ends of the loops around it: of all others the rounds are 0 while it is the present one. */
    private final int[][] around;

    private int at;
    /** Of the innermost loops that go round often. */
    final Turns positions = new Turns();
    /** Of those whose rounds take long, whatever is inside. */
    final Turns rows = new Turns();
    /** Times that the present step is still to fire. */
    long left;
    /** Images whose last step has not fired. */
    int imagesLeft;

    Cursor(Routine routine, int images, Function<Step, Action> actions) {
        Map<Step, Action> known = new IdentityHashMap<>();
        code = Arrays.stream(routine.steps)
                .map(step -> step == null ? null : known.computeIfAbsent(step, actions))
                .toArray(Action[]::new);
        counts = routine.counts;
        targets = routine.targets;
        loops = new long[code.length];
        around = around();
        positions.counted = innermost(1);
        rows.counted = innermost(LONG);
        left = counts[0];
        imagesLeft = images;
    }

    /** The instruction of the present step. */
    int at() {
        return at;
    }

    /** The present step. */
    Action action() {
        return code[at];
    }

    boolean isDone() {
        return imagesLeft == 0;
    }

    /** Behind one firing of the present step. */
    void next() {
        if (--left == 0) {
            advance();
        }
    }

    /** Behind all firings of the present step. */
    void skip() {
        left = 0;
        advance();
    }

    /** Goes to the next instruction that runs a step, back to the start after the last. */
    private void advance() {
        at++;
        while (at < code.length && code[at] == null) {
            if (++loops[at] < counts[at]) {
                positions.at(at);
                rows.at(at);
                at = targets[at];
            } else {
                loops[at] = 0;
                at++;
            }
        }
        if (at == code.length) {
            at = 0;
            imagesLeft--;
        }
        left = counts[at];
    }

    /** Counts how often some loops go round. */
    static final class Turns {
        private boolean[] counted;
        private int count;
        private int last;

        private void at(int loop) {
            if (counted[loop]) {
                count++;
                last = loop;
            }
        }

        /** How often any of them did. */
        int count() {
            return count;
        }

        /** The last that did, by the instruction at its end. */
        int last() {
            return last;
        }

        boolean isEmpty() {
            for (boolean loop : counted) {
                if (loop) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * The innermost ones of the loops that go round often.
     *
     * @param least steps of a round
     */
    private boolean[] innermost(long least) {
        boolean[] found = new boolean[code.length];
        int last = -1;
        for (int end = 0; end < code.length; end++) {
            // A loop that begins behind the last one found has none inside.
            if (code[end] == null && counts[end] >= OFTEN && targets[end] > last && steps(targets[end], end) >= least) {
                found[end] = true;
                last = end;
            }
        }
        return found;
    }

    private int[][] around() {
        int[][] around = new int[code.length][0];
        for (int end = 0; end < code.length; end++) {
            if (code[end] == null) {
                for (int i = targets[end]; i <= end; i++) {
                    around[i] = Arrays.copyOf(around[i], around[i].length + 1);
                    around[i][around[i].length - 1] = end;
                }
            }
        }
        return around;
    }

    /** The steps of some instructions, the loops among them with all their rounds. */
    private long steps(int from, int until) {
        long steps = 0;
        for (int i = from; i < until; i++) {
            steps += code[i] == null ? (counts[i] - 1) * steps(targets[i], i) : counts[i];
        }
        return steps;
    }

    void save(Memo memo) {
        memo.put(at);
        memo.put(left);
        memo.put(imagesLeft);
        for (int end : around[at]) {
            memo.put(loops[end]);
        }
    }

    /**
     * How often it can go on as since a memo before a loop ends; 0 if it has not gone round one and the same loop, any number of
     * times.
     */
    long repeats(Memo memo) {
        if (memo.get() != at) {
            return 0;
        }
        long times = Long.MAX_VALUE;
        int changed = 0;
        long fired = memo.get() - left;
        if (fired != 0) {
            changed++;
            times = fired > 0 ? (left - 1) / fired : 0;
        }
        long images = memo.get() - imagesLeft;
        if (images != 0) {
            changed++;
            times = images > 0 ? Math.max(0, (imagesLeft - 1) / images) : 0;
        }
        for (int end : around[at]) {
            long rounds = loops[end] - memo.get();
            if (rounds != 0) {
                changed++;
                times = rounds > 0 ? (counts[end] - 1 - loops[end]) / rounds : 0;
            }
        }
        return changed <= 1 ? times : 0;
    }

    /** Goes on as since a memo. */
    void repeat(Memo memo, long times) {
        memo.skip(1);
        left -= times * (memo.get() - left);
        imagesLeft -= Math.toIntExact(times * (memo.get() - imagesLeft));
        for (int end : around[at]) {
            loops[end] += times * (loops[end] - memo.get());
        }
    }
}
