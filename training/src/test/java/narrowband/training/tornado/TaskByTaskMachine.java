package narrowband.training.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Runs each task twice on the same numbers, as plain Java and where another machine runs it, holds all that either has written
 * against the other, and goes on with the numbers of plain Java.
 */
final class TaskByTaskMachine implements Machine {
    /** Of the largest value that a task writes: products may be rounded or not, and batch norm magnifies that. */
    private static final double PART = 1e-4;

    /** Of the largest value that it may have read: of what cancels in a sum, its rounding is left. */
    private static final double ROUNDING = 2e-7;

    private final PlainMachine plain;
    private final Maker maker;
    private final Set<Kernel> seen;

    /** @param seen collects the kernels that were compared */
    TaskByTaskMachine(Buffers host, List<List<Task>> programs, Maker maker, Set<Kernel> seen) {
        plain = new PlainMachine(host, programs);
        this.maker = maker;
        this.seen = seen;
    }

    private static Buffers copy(Buffers of) {
        return new Buffers(
                of.state().clone(),
                of.memory().clone(),
                of.table(),
                of.pixels(),
                of.inputs(),
                of.outcome().clone(),
                of.scores().clone());
    }

    @Override
    public void upload() {
        plain.upload();
    }

    @Override
    public void download() {
        plain.download();
    }

    @Override
    public void downloadMemory() {
        plain.downloadMemory();
    }

    @Override
    public void run(Program program) {
        for (Task task : plain.programs().get(program.ordinal())) {
            Buffers device = plain.device();
            Buffers other = copy(device);
            try (Machine machine = maker.make(other, List.of(List.of(task)))) {
                machine.upload();
                machine.run(Program.FORWARD);
                machine.download();
                machine.downloadMemory();
            }
            Buffers before = copy(device);
            task.kernel().run(device, task.at(), task.count());
            String what = "%s of %s, %d threads".formatted(task.kernel(), task.subject(), task.count());
            compare(what, before.state(), device.state(), other.state());
            compare(what, before.memory(), device.memory(), other.memory());
            compare(what, before.outcome(), device.outcome(), other.outcome());
            compare(what, before.scores(), device.scores(), other.scores());
            seen.add(task.kernel());
        }
    }

    private static void compare(String what, float[] before, float[] plain, float[] other) {
        float largest = 0;
        float largestBefore = 0;
        Set<Integer> written = new TreeSet<>();
        for (int i = 0; i < plain.length; i++) {
            largestBefore = Math.max(largestBefore, Math.abs(before[i]));
            if (Float.compare(plain[i], before[i]) != 0 || Float.compare(other[i], before[i]) != 0) {
                written.add(i);
                largest = Math.max(largest, Math.abs(plain[i]));
            }
        }
        for (int i : written) {
            assertThat(Math.abs((double) other[i] - plain[i]))
                    .as("%s: place %d was %s and is %s, not %s", what, i, before[i], other[i], plain[i])
                    .isLessThanOrEqualTo(PART * largest + ROUNDING * largestBefore);
        }
    }

    @Override
    public void close() {}
}
