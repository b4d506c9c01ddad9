package narrowband.sim.bound;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Process;
import narrowband.accel.design.Program;
import narrowband.accel.design.Program.Count;
import narrowband.accel.design.Program.Step;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.Unit;
import narrowband.accel.network.RandomNetworks;
import org.junit.jupiter.api.Test;

/** Counting in a program's tree agrees with walking it step by step. */
class ProgressTest {
    private static final int STEPS = 5_000;

    private static void walk(Program program, List<Step> steps) {
        switch (program) {
            case Step step -> steps.add(step);
            case Program.Sequence sequence -> sequence.parts().forEach(part -> walk(part, steps));
            case Program.Repeat repeat -> {
                for (long i = 0; i < repeat.count(); i++) {
                    walk(repeat.body(), steps);
                }
            }
        }
    }

    private static int sum(List<Count> counts, int counter, int sign) {
        return counts.stream()
                .filter(count -> count.counter() == counter && count.amount() * sign > 0)
                .mapToInt(count -> Math.abs(count.amount()))
                .sum();
    }

    @Test
    void countsAndIndicesAreThoseOfTheSteps() {
        int compared = 0;
        for (long seed = 0; seed < 60; seed++) {
            Accelerator design = RandomFoldings.accelerator(RandomNetworks.network(seed), new Random(seed));
            for (Unit unit : design.units()) {
                for (Process process : unit.timing().processes()) {
                    if (process.program().steps() <= STEPS) {
                        agree(seed, unit, process);
                        compared++;
                    }
                }
            }
        }
        assertThat(compared).isGreaterThan(300);
    }

    private static void agree(long seed, Unit unit, Process process) {
        List<Step> steps = new ArrayList<>();
        walk(process.program(), steps);
        int counters = unit.timing().counters().size();
        Progress progress = new Progress(
                process.program(), unit.inputs().size(), unit.outputs().size(), counters);
        for (int port = 0; port < unit.inputs().size(); port++) {
            int at = port;
            agree(
                    seed,
                    progress,
                    progress.reads(port),
                    steps.stream().mapToInt(step -> (int) step.reads(at)).toArray());
        }
        for (int port = 0; port < unit.outputs().size(); port++) {
            int at = port;
            agree(
                    seed,
                    progress,
                    progress.writes(port),
                    steps.stream().mapToInt(step -> (int) step.writes(at)).toArray());
        }
        for (int counter = 0; counter < counters; counter++) {
            int which = counter;
            agree(
                    seed,
                    progress,
                    progress.additions(counter),
                    steps.stream()
                            .mapToInt(step -> sum(step.changes(), which, 1))
                            .toArray());
            agree(
                    seed,
                    progress,
                    progress.subtractions(counter),
                    steps.stream()
                            .mapToInt(step -> sum(step.changes(), which, -1))
                            .toArray());
            for (int i = 0; i < steps.size(); i += 7) {
                assertThat(progress.need(counter, i)).isEqualTo(sum(steps.get(i).needs(), counter, 1));
            }
        }
    }

    private static void agree(long seed, Progress progress, int event, int[] perStep) {
        long count = 0;
        for (int i = 0; i < perStep.length; i++) {
            assertThat(progress.count(event, i))
                    .as("seed %d, first %d", seed, i)
                    .isEqualTo(count);
            for (int n = 1; n <= perStep[i]; n++) {
                assertThat(progress.step(event, count + n))
                        .as("seed %d, step %d", seed, i)
                        .isEqualTo(i);
            }
            count += perStep[i];
        }
        assertThat(progress.count(event, perStep.length)).isEqualTo(count);
        assertThat(progress.total(event)).isEqualTo(count);
    }
}
