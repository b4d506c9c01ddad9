package narrowband.training.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import narrowband.accel.network.Shape;
import narrowband.training.device.Device;
import narrowband.training.gdnsq.Objective;
import narrowband.training.gdnsq.QuantisedGraph;
import narrowband.training.net.Graph;
import narrowband.training.net.Models;
import narrowband.training.net.Parameters;
import narrowband.training.tornado.Execution.Convolutions;
import org.junit.jupiter.api.Test;

/** How layers share launches. */
class WorkTest {
    private static Work work(Kernel kernel, String subject) {
        return new Work(kernel, new int[] {7}, 3, subject);
    }

    private static List<String> names(List<Work> work) {
        return work.stream()
                .map(part -> part.kernel()
                        + part.jobs().stream().map(Work.Job::subject).toList().toString())
                .toList();
    }

    @Test
    void theSecondNetworkRidesOnLaunchesOfTheFirst() {
        List<Work> first = List.of(
                work(Kernel.CONVOLVE, "a"),
                work(Kernel.NORM_SUMS, "a"),
                work(Kernel.ACTIVATE, "a"),
                work(Kernel.CONVOLVE, "b"),
                work(Kernel.ACTIVATE, "b"));
        List<Work> second = List.of(work(Kernel.CONVOLVE, "x"), work(Kernel.ACTIVATE, "x"), work(Kernel.CONVOLVE, "y"));
        assertThat(names(Work.sideBySide(first, second)))
                .containsExactly("CONVOLVE[a, x]", "NORM_SUMS[a]", "ACTIVATE[a, x]", "CONVOLVE[b, y]", "ACTIVATE[b]");
    }

    @Test
    void whatTheFirstNeverDoesGetsItsOwnLaunchInItsTurn() {
        List<Work> first = List.of(work(Kernel.CONVOLVE, "a"), work(Kernel.ACTIVATE, "a"));
        List<Work> second = List.of(
                work(Kernel.CONVOLVE, "x"),
                work(Kernel.MAXIMUM, "x"),
                work(Kernel.ACTIVATE, "x"),
                work(Kernel.CONVOLVE, "y"));
        assertThat(names(Work.sideBySide(first, second)))
                .containsExactly("CONVOLVE[a, x]", "MAXIMUM[x]", "ACTIVATE[a, x]", "CONVOLVE[y]");
    }

    /** 3 and 300 threads: a block of the first job, two of the second. */
    @Test
    void everyBlockOfThreadsFindsItsJob() {
        Table table = new Table();
        table.add(new int[5]);
        Task task = new Work(
                        Kernel.ACTIVATE,
                        List.of(new Work.Job(new int[] {11}, 3, "a"), new Work.Job(new int[] {22}, 300, "b")))
                .task(table);
        assertThat(task.count()).isEqualTo(3 * Work.BLOCK);
        int[] entries = table.toArray();
        int[][] expected = {{0, 3, 11}, {256, 300, 22}, {256, 300, 22}};
        for (int block = 0; block < 3; block++) {
            int job = entries[task.at() + block];
            assertThat(new int[] {entries[job], entries[job + 1], entries[job + Work.HEADER]})
                    .as("block %d", block)
                    .containsExactly(expected[block]);
        }
    }

    /**
     * What a step launches: ResNet-20 has 20 layers with weights, 19 norms and 2 shortcuts, and quantises its image and its mean beside. The
     * teacher costs nothing. 2 to begin; forwards 20 convolutions, 19 sums, 21 activations, 2 shortcuts, the mean; the loss; backwards 20, 19 and
     * 21, 2 and 1 again; then all weights' shares, their sums, weights, channels, widths, the update and the outcome.
     */
    @Test
    void aStepOfResNet20With4BitsAndATeacherIs136Launches() {
        assertThat(launches("resnet20", Convolutions.PLAIN))
                .isEqualTo(2 + (20 + 19 + 21 + 2 + 1) + 1 + (20 + 19 + 21 + 2 + 1) + 7);
    }

    /** Tiled convolutions leave the sums for the 19 norms behind them. */
    @Test
    void withTiledConvolutionsItIs19Fewer() {
        assertThat(launches("resnet20", Convolutions.TILED)).isEqualTo(136 - 19);
    }

    /** 3 layers with weights, 2 norms, a pool, a mean; image and mean are quantised beside. */
    @Test
    void aStepOfTinyIs32Launches() {
        assertThat(launches("tiny", Convolutions.PLAIN))
                .isEqualTo(2 + (3 + 2 + 4 + 1 + 1) + 1 + (3 + 2 + 4 + 1 + 1) + 7);
    }

    private static int launches(String model, Convolutions convolutions) {
        Graph floating = Models.named(model, new Shape(16, 16, 3), 10);
        Graph graph = QuantisedGraph.of(floating);
        Map<Machine.Program, Integer> launches = new EnumMap<>(Machine.Program.class);
        Device device = new KernelDevice(convolutions, (buffers, programs) -> {
            for (Machine.Program program : Machine.Program.values()) {
                launches.put(program, programs.get(program.ordinal()).size());
            }
            return new PlainMachine(buffers, programs);
        });
        Device.Teacher teacher = new Device.Teacher(floating, Parameters.initial(floating, 1), Objective.JEFFREYS);
        device.open(graph, Parameters.initial(graph, 2), Optional.of(teacher), 4);
        return launches.get(Machine.Program.FORWARD) + launches.get(Machine.Program.BACKWARD);
    }
}
