package narrowband.training.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import narrowband.training.Trainer;
import narrowband.training.TrainingListener;
import narrowband.training.TrainingOptions;
import narrowband.training.data.DataSet;
import narrowband.training.data.DataSource;
import narrowband.training.device.Device;
import narrowband.training.device.JvmDevice;
import narrowband.training.gdnsq.Dither;
import narrowband.training.gdnsq.Objective;
import narrowband.training.gdnsq.Optimiser;
import narrowband.training.gdnsq.QuantisedGraph;
import narrowband.training.gdnsq.QuantisedGraph.Residuals;
import narrowband.training.net.Graph;
import narrowband.training.tornado.Execution.Convolutions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** What TornadoVM makes of the kernels, on whatever it has: {@code ./verify --device tornado}. Left out where it is not there. */
@Tag("tornado")
class TornadoDeviceTest {
    private static final int EPOCHS = 5;

    private static Machine.Maker machines() {
        TornadoInstallation.Found found = DeviceUnderTest.find();
        return (buffers, programs) -> new TornadoMachine(
                TornadoRuntimeProvider.getTornadoRuntime()
                        .getBackend(found.backendIndex())
                        .getDevice(found.index()),
                buffers,
                programs,
                false,
                Optional.empty());
    }

    /** Each kernel by itself, on what networks of random shapes give it: in floating point, then quantised. */
    @Test
    void everyKernelWritesWhatItWritesAsPlainJava() {
        Machine.Maker machines = machines();
        Set<Kernel> seen = EnumSet.noneOf(Kernel.class);
        Device device = new KernelDevice(
                Convolutions.PLAIN, (buffers, programs) -> new TaskByTaskMachine(buffers, programs, machines, seen));
        for (long seed = 1; seed <= 8; seed++) {
            Graph floating = RandomGraph.of(seed);
            if (seed % 2 == 0) {
                // Factors and constants of the channels come with the memory.
                List<Double> some = Collections.nCopies(floating.imageShape().channels(), 0.4);
                floating = floating.normalised(some, some);
            }
            TrainingComparison.assertSameStep(floating, device, (int) (seed % 4) + 5, seed);
        }
        Set<Kernel> expected = EnumSet.allOf(Kernel.class);
        // These are planned for GPUs only.
        expected.removeIf(kernel -> kernel.isTiled() || kernel == Kernel.FOLD_SUMS);
        assertThat(seen).isEqualTo(expected);
    }

    /** Each tiled kernel against the plain one that it means, several convolutions of random shapes at once; and the folding of sums. */
    @Test
    void tiledKernelsWriteWhatThePlainOnesDo() {
        Machine.Maker machines = machines();
        Set<Kernel> seen = EnumSet.noneOf(Kernel.class);
        for (long seed = 1; seed <= 12; seed++) {
            RandomConvolutions random = RandomConvolutions.of(seed);
            new TaskByTaskMachine(random.buffers(), List.of(random.tasks()), machines, seen)
                    .run(Machine.Program.FORWARD);
        }
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        Kernel.TILED_CONVOLVE,
                        Kernel.TILED_INPUT_GRADIENT,
                        Kernel.TILED_WEIGHT_GRADIENT,
                        Kernel.FOLD_SUMS);
    }

    /** Convolutions on tensor cores against the plain ones, with codes that fit in a byte and others. */
    @Test
    void tensorCoresWriteWhatThePlainKernelsDo() {
        assumeCuda();
        Machine.Maker machines = machines();
        Set<Kernel> seen = EnumSet.noneOf(Kernel.class);
        for (long seed = 1; seed <= 24; seed++) {
            RandomConvolutions random = RandomConvolutions.ofIntegers(seed);
            new TaskByTaskMachine(random.buffers(), List.of(random.tasks()), machines, seen)
                    .run(Machine.Program.FORWARD);
        }
        assertThat(seen).containsExactly(Kernel.INTEGER_CONVOLVE);
    }

    private static void assumeCuda() {
        assumeTrue(DeviceUnderTest.find().isCuda(), "the backend is not CUDA");
    }

    private static Device device(String how) {
        TornadoInstallation.Found found = DeviceUnderTest.find();
        if (how.contains("integer") || how.contains("graphs")) {
            assumeCuda();
        }
        return new TornadoDevice(found, Execution.parse(how, found), false);
    }

    @ParameterizedTest
    @CsvSource({
        "tiny, 12, 1, 4, 1, plain",
        "cnn, 10, 3, 3, 2, tiled",
        "tiny, 16, 1, 40, 6, tiled",
        "mlp, 6, 1, 5, 3, plain",
        "resnet20, 9, 3, 2, 4, plain",
        "resnet20, 9, 3, 2, 4, tiled",
        "tiny, 12, 1, 4, 1, 'plain,graphs'",
        "cnn, 10, 3, 3, 2, integer",
        "resnet20, 9, 3, 2, 4, 'integer,graphs'"
    })
    void learnsTheSameAsTheJvm(String model, int side, int channels, int batch, long seed, String how) {
        Graph floating = TrainingComparison.named(model, side, channels);
        try (Device device = device(how)) {
            new TrainingComparison(floating, Optional.empty(), Objective.JEFFREYS, batch, seed)
                    .assertSame(device, 3, 2e-4, 1e-4);
            Graph graph = QuantisedGraph.of(floating, Residuals.WIDE);
            new TrainingComparison(graph, Optional.of(floating), Objective.JEFFREYS, batch, seed)
                    .assertSame(device, 2, 1e-3, 2e-3);
        }
    }

    @Test
    void descendsWithMomentumAsTheJvmDoes() {
        Graph floating = TrainingComparison.named("tiny", 9, 3);
        Graph graph = QuantisedGraph.of(floating, Residuals.WIDE);
        try (Device device = device("plain")) {
            for (Optimiser.Method method : List.of(Optimiser.Method.SGD, Optimiser.Method.NESTEROV)) {
                new TrainingComparison(graph, Optional.of(floating), Objective.JEFFREYS, 6, 1, method, Dither.NONE)
                        .assertSame(device, 3, 1e-3, 2e-3);
            }
        }
    }

    /** Five epochs, the first in floating point, step by step. What rounding moves across a threshold moves later losses more. */
    @Test
    void theLossFallsAsOnTheJvm() {
        DataSet data = new DataSource.Drawn(360, 40).load(1);
        List<Double> expected;
        List<Double> actual;
        try (Device jvm = new JvmDevice(2);
                Device device = device("plain")) {
            expected = losses(data, jvm);
            actual = losses(data, device);
        }
        assertThat(actual).hasSameSizeAs(expected).hasSizeGreaterThan(30);
        for (int step = 0; step < expected.size(); step++) {
            double part = step < expected.size() / EPOCHS ? 1e-3 : 0.1;
            assertThat(actual.get(step))
                    .as("loss of step %d", step)
                    .isCloseTo(expected.get(step), Offset.offset(part * expected.get(step) + (part > 1e-3 ? 0.05 : 0)));
        }
    }

    private static List<Double> losses(DataSet data, Device device) {
        List<Double> losses = new ArrayList<>();
        TrainingOptions options =
                TrainingOptions.of("strokes", "tiny", 1).withEpochs(EPOCHS).withBatch(32);
        new Trainer(options, data, device, new TrainingListener() {
                    private double sum;

                    @Override
                    public void stepDone(Progress progress) {
                        sum = progress.step() == 1 ? 0 : sum;
                        losses.add(progress.loss() * progress.step() - sum);
                        sum = progress.loss() * progress.step();
                    }
                })
                .train();
        return losses;
    }
}
