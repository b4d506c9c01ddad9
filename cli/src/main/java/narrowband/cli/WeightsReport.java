package narrowband.cli;

import java.nio.file.Path;
import narrowband.training.weights.WeightImport;

/** Tells what became of a file of weights. */
final class WeightsReport {
    private WeightsReport() {}

    static String line(Path file, WeightImport taken) {
        return "weights   %s: %d tensors taken%s"
                .formatted(
                        file,
                        taken.matched().size(),
                        taken.unused().isEmpty()
                                ? ""
                                : ", %d of no use here: %s"
                                        .formatted(taken.unused().size(), String.join(", ", taken.unused())));
    }
}
