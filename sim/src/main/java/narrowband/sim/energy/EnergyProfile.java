package narrowband.sim.energy;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Fpga;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The unit energies of one technology, each with its unit in its key, its low, nominal and high value and its source. Those
 * known by name are resources, JSON files; others have the same form.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = FpgaProfile.class, name = "fpga"),
    @JsonSubTypes.Type(value = AsicProfile.class, name = "asic")
})
public sealed interface EnergyProfile permits AsicProfile, FpgaProfile {
    /** The profiles that are known by name. */
    List<String> NAMES = List.of("ice40up", "ice40hx", "ecp5", "series_7", "ultrascale_plus", "asic_45nm", "asic_28nm");

    String name();

    String title();

    /** In a sentence, what the figures rest on. */
    String confidence();

    /** The kinds of events that are counted, in the order of the counts. */
    List<EnergyEvent> events();

    /** What clock and control cost, as a share of what the clocked events cost; none where the clock is an event of its own. */
    @JsonIgnore
    Optional<UnitEnergy> clockShare();

    /** The profile of an FPGA's technology; none where no figures could be found. */
    static Optional<EnergyProfile> of(Fpga fpga) {
        return switch (fpga.family()) {
            // The two members differ tenfold in what they draw at rest.
            case ICE40 -> Optional.of(named(fpga.name().startsWith("ice40up") ? "ice40up" : "ice40hx"));
            case ECP5 -> Optional.of(named("ecp5"));
            case GOWIN -> Optional.empty();
            case SERIES_7 -> Optional.of(named("series_7"));
            case ULTRASCALE_PLUS -> Optional.of(named("ultrascale_plus"));
        };
    }

    /** One of {@link #NAMES}. */
    static EnergyProfile named(String name) {
        try (InputStream json = EnergyProfile.class.getResourceAsStream(name + ".json")) {
            return Json.MAPPER.readValue(json, EnergyProfile.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A profile by its name, or from a file.
     *
     * @throws InvalidInputException if it is neither, or if the file is no profile
     */
    static EnergyProfile find(String nameOrFile) {
        if (NAMES.contains(nameOrFile)) {
            return named(nameOrFile);
        }
        try {
            return Json.MAPPER.readValue(Files.readString(Path.of(nameOrFile)), EnergyProfile.class);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(
                    "There is no energy profile and no file \"%s\"; the known profiles are %s."
                            .formatted(nameOrFile, String.join(", ", NAMES)),
                    e);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "%s: cannot be read: %s.".formatted(nameOrFile, InvalidInputException.reason(e)), e);
        } catch (JacksonException e) {
            throw new InvalidInputException("%s: is no energy profile: %s.".formatted(nameOrFile, reason(e)), e);
        }
    }

    /** The first clause of what Jackson says; the rest is about its Java classes and settings. */
    private static String reason(JacksonException e) {
        return e.getOriginalMessage().replaceAll("(?s)( \\((class|index)|;|\n).*", "");
    }

    /** The profile as a file's text. */
    default String json() {
        return Json.MAPPER.writerFor(EnergyProfile.class).writeValueAsString(this) + "\n";
    }

    /** How profiles are read and written. */
    final class Json {
        private Json() {}

        private static final JsonMapper MAPPER = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build();
    }
}
