package narrowband.training.tornado;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import narrowband.accel.InvalidInputException;

/**
 * How a device runs a step; what it computes is the same.
 *
 * @param convolutions which kernels convolutions take
 * @param graphs whether CUDA replays recorded launches, instead of TornadoVM making each anew
 */
record Execution(Convolutions convolutions, boolean graphs) {
    private static final String GRAPHS = "graphs";

    /** Which kernels convolutions take. */
    enum Convolutions {
        /** One thread for 4 x 4 results, on any device. */
        PLAIN,
        /** With tiles in local memory, on GPUs. */
        TILED,
        /** As {@link #TILED}; forwards INT8 tensor cores multiply, where a layer's codes fit. With the CUDA backend only. */
        INTEGER;

        boolean isTiled() {
            return this != PLAIN;
        }
    }

    /** What suits a device, as far as that is known without measuring on one. */
    static Execution of(TornadoInstallation.Found found) {
        return new Execution(found.gpu() ? Convolutions.TILED : Convolutions.PLAIN, found.isCuda());
    }

    /**
     * Reads what people write: kinds of convolutions and {@code graphs}, with commas between them.
     *
     * @throws InvalidInputException if it is something else, or the device cannot do it
     */
    static Execution parse(String text, TornadoInstallation.Found found) {
        Execution execution = new Execution(of(found).convolutions, false);
        for (String word : text.split(",", -1)) {
            execution = word.equals(GRAPHS)
                    ? new Execution(execution.convolutions, true)
                    : new Execution(named(word, text), execution.graphs);
        }
        if (!found.isCuda() && (execution.graphs || execution.convolutions == Convolutions.INTEGER)) {
            throw new InvalidInputException("%s: integer and graphs are for the backend cuda; this device's is %s."
                    .formatted(text, found.backend()));
        }
        return execution;
    }

    private static Convolutions named(String word, String text) {
        return Arrays.stream(Convolutions.values())
                .filter(kind -> name(kind).equals(word))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("%s: %s is not known; known are %s and %s."
                        .formatted(
                                text,
                                word.isEmpty() ? "an empty word" : word,
                                Arrays.stream(Convolutions.values())
                                        .map(Execution::name)
                                        .collect(Collectors.joining(", ")),
                                GRAPHS)));
    }

    private static String name(Convolutions kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return graphs ? name(convolutions) + "," + GRAPHS : name(convolutions);
    }
}
