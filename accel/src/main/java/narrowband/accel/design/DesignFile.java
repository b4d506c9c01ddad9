package narrowband.accel.design;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Folding.MatrixVectorFolding;
import narrowband.accel.design.Folding.ThresholdFolding;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.NetworkFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file {@code design.json}: the choices that make an accelerator of a network. Together with the network's file it gives
 * the same accelerator again, unit by unit.
 */
public final class DesignFile {
    private static final int FORMAT = 2;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    /** What stands in the place of a folding where there is none. */
    private static final Folding NO_FOLDING = new Folding(1, Map.of());

    private DesignFile() {}

    private record Contents(
            int format,
            String network,
            String networkSha256,
            String fpga,
            double clockMegahertz,
            Shape shape,
            int lanes,
            long targetCycles,
            Map<String, MatrixVectorFolding> layers,
            Map<String, ThresholdFolding> thresholds,
            Map<String, Integer> fifoDepths) {}

    /** Which of the two shapes an accelerator has. */
    private enum Shape {
        DATAFLOW,
        SHARED
    }

    public static void write(Accelerator accelerator, Path file) throws IOException {
        Files.writeString(file, text(accelerator));
    }

    /** The file's text. */
    public static String text(Accelerator accelerator) {
        Shape shape = accelerator.plan() instanceof Sharing ? Shape.SHARED : Shape.DATAFLOW;
        int lanes = accelerator.plan() instanceof Sharing sharing ? sharing.lanes() : 0;
        Folding folding = accelerator.plan() instanceof Folding chosen ? chosen : NO_FOLDING;
        return JSON.writeValueAsString(new Contents(
                        FORMAT,
                        accelerator.network().name(),
                        NetworkFile.digest(accelerator.network()),
                        accelerator.fpga().name(),
                        accelerator.clockMegahertz(),
                        shape,
                        lanes,
                        folding.targetCycles(),
                        new LinkedHashMap<>(folding.layers()),
                        new LinkedHashMap<>(folding.thresholds()),
                        accelerator.depths()))
                + "\n";
    }

    /** @throws InvalidInputException if the file is missing, wrong in a field, or made for another network */
    public static Accelerator read(Path file, IntegerNetwork network) {
        Contents contents;
        try {
            contents = JSON.readValue(Files.readString(file), Contents.class);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(
                    "%s: there is no such file; `narrowband export` writes it.".formatted(file), e);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "%s: cannot be read: %s.".formatted(file, InvalidInputException.reason(e)), e);
        } catch (JacksonException e) {
            throw new InvalidInputException(
                    "%s: line %d: %s"
                            .formatted(
                                    file,
                                    e.getLocation() == null
                                            ? 1
                                            : e.getLocation().getLineNr(),
                                    e.getOriginalMessage()),
                    e);
        }
        try {
            return accelerator(contents, network);
        } catch (InvalidInputException | IllegalArgumentException e) {
            throw new InvalidInputException(file + ": " + e.getMessage(), e);
        }
    }

    private static Accelerator accelerator(Contents contents, IntegerNetwork network) {
        if (contents.format != FORMAT) {
            throw new InvalidInputException(
                    "the field format must be %d, not %d; export the design again with this version."
                            .formatted(FORMAT, contents.format));
        }
        if (!contents.networkSha256.equals(NetworkFile.digest(network))) {
            throw new InvalidInputException(
                    "the design was made for another network (%s); export it again for this one."
                            .formatted(contents.network));
        }
        if (!(contents.clockMegahertz > 0)) {
            throw new InvalidInputException("the field clockMegahertz must be above 0.");
        }
        Fpga fpga = Fpga.named(contents.fpga);
        Accelerator accelerator = switch (contents.shape) {
            case DATAFLOW ->
                Dataflow.layOut(
                        network,
                        fpga,
                        contents.clockMegahertz,
                        new Folding(contents.targetCycles, contents.layers, contents.thresholds));
            case SHARED -> SharedLayout.layOut(network, fpga, contents.clockMegahertz, new Sharing(contents.lanes));
        };
        if (accelerator.plan() instanceof Folding folding) {
            requireLayersOfThresholds(contents, folding);
        }
        for (String channel : contents.fifoDepths.keySet()) {
            if (!accelerator.depths().containsKey(channel)) {
                throw new InvalidInputException("the field fifoDepths names %s, but the design has only %s."
                        .formatted(
                                channel, String.join(", ", accelerator.depths().keySet())));
            }
        }
        return accelerator.withDepths(contents.fifoDepths);
    }

    private static void requireLayersOfThresholds(Contents contents, Folding folding) {
        for (String layer : contents.thresholds.keySet()) {
            if (!folding.thresholds().containsKey(layer)) {
                throw new InvalidInputException(
                        "the field thresholds names %s, but the network's layers of thresholds are %s."
                                .formatted(
                                        layer,
                                        String.join(", ", folding.thresholds().keySet())));
            }
        }
    }
}
