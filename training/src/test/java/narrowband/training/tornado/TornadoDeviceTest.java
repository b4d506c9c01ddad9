package narrowband.training.tornado;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import narrowband.training.device.Device;
import narrowband.training.gdnsq.Objective;
import narrowband.training.gdnsq.QuantisedGraph;
import narrowband.training.gdnsq.QuantisedGraph.Residuals;
import narrowband.training.net.Graph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As {@link KernelSessionTest}, on whatever TornadoVM has; CONTRIBUTING.md says how to run it. Left out where it is not there. */
class TornadoDeviceTest {
    @ParameterizedTest
    @CsvSource({"tiny, 12, 1, 4, 1", "cnn, 10, 3, 3, 2", "mlp, 6, 1, 5, 3", "resnet20, 9, 3, 2, 4"})
    void learnsTheSameAsTheJvm(String model, int side, int channels, int batch, long seed) {
        TornadoInstallation installation = TornadoInstallation.probe();
        assumeTrue(!installation.devices().isEmpty(), installation.problem());
        Graph floating = TrainingComparison.named(model, side, channels);
        try (Device device = installation.open("tornado")) {
            new TrainingComparison(floating, Optional.empty(), Objective.JEFFREYS, batch, seed)
                    .assertSame(device, 3, 2e-4, 1e-4);
            Graph graph = QuantisedGraph.of(floating, Residuals.WIDE);
            new TrainingComparison(graph, Optional.of(floating), Objective.JEFFREYS, batch, seed)
                    .assertSame(device, 2, 1e-3, 2e-3);
        }
    }
}
