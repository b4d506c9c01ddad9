package narrowband.benchmarks.ablation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import narrowband.training.TrainingOptions;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * How one run ended.
 *
 * @param row the name of what was run
 * @param seed of images, network and order
 * @param options all of them
 * @param teacher 0..1, accuracy of the network in floating point that it began from, on the test images
 * @param accuracy 0..1, of the quantised network on the test images
 * @param heldOut 0..1, on the held-out images, in the epoch that was kept
 * @param meanWeightBits mean over layers
 * @param seconds on the wall
 */
record Outcome(
        String row,
        long seed,
        TrainingOptions options,
        double teacher,
        double accuracy,
        double heldOut,
        double meanWeightBits,
        double seconds) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** What a file holds; nothing if there is none, or it is of a run with other options. */
    static Optional<Outcome> read(Path file, TrainingOptions options) throws IOException {
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        Outcome outcome = JSON.readValue(Files.readAllBytes(file), Outcome.class);
        return Optional.of(outcome).filter(found -> found.options.equals(options));
    }

    void write(Path file) throws IOException {
        write(file, JSON.writeValueAsString(this));
    }

    static String json(Object value) {
        return JSON.writeValueAsString(value);
    }

    /** Whole or not at all. */
    static void write(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(temporary, text);
        Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
