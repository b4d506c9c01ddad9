package narrowband.sim.cycle;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Function;
import narrowband.accel.design.Program.Step;

/** Where a process is in its program. */
final class Cursor {
    private final Action[] code;
    private final long[] counts;
    private final int[] targets;
    private final long[] loops;
    private int at;
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
}
