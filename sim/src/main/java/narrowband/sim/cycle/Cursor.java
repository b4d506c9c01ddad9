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

    private final Action[] code;
    private final long[] counts;
    private final int[] targets;
    private final long[] loops;
    private int at;
    /** How often a loop that goes round often did so, and the last of these loops. */
    private int turns;

    private int turned;
    /** By instruction, whether it ends a loop of which that is counted. */
    private final boolean[] counted;
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
        counted = counted(counts, targets);
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
                if (counted[at]) {
                    turns++;
                    turned = at;
                }
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

    /** The innermost loops that go round often. */
    private static boolean[] counted(long[] counts, int[] targets) {
        boolean[] counted = new boolean[counts.length];
        int last = -1;
        for (int end = 0; end < counts.length; end++) {
            // A loop that begins behind the last one that counts has none inside.
            if (targets[end] >= 0 && counts[end] >= OFTEN && targets[end] > last) {
                counted[end] = true;
                last = end;
            }
        }
        return counted;
    }

    /** How often a loop that goes round often did so. */
    int turns() {
        return turns;
    }

    /** The last loop that did, by the instruction at its end. */
    int turned() {
        return turned;
    }

    void save(Memo memo) {
        memo.put(at);
        memo.put(left);
        memo.put(imagesLeft);
        memo.put(loops);
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
        for (int i = 0; i < loops.length; i++) {
            long rounds = loops[i] - memo.get();
            if (rounds != 0) {
                changed++;
                times = rounds > 0 ? (counts[i] - 1 - loops[i]) / rounds : 0;
            }
        }
        return changed <= 1 ? times : 0;
    }

    /** Goes on as since a memo. */
    void repeat(Memo memo, long times) {
        memo.skip(1);
        left -= times * (memo.get() - left);
        imagesLeft -= Math.toIntExact(times * (memo.get() - imagesLeft));
        memo.extrapolate(loops, times);
    }
}
