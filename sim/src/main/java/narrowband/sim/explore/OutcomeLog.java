package narrowband.sim.explore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.NetworkFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Outcomes as lines of JSON in a file, each written as soon as it is known, so that an exploration that ends early is taken up
 * where it was. The first line says of which networks and seed; a last line that was cut short is forgotten.
 */
public final class OutcomeLog {
    private static final int VERSION = 1;
    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;
    private final List<Outcome> outcomes;

    /**
     * What the outcomes are of.
     *
     * @param networks SHA-256 of each network's file, by its name
     */
    private record Header(int version, long seed, Map<String, String> networks) {}

    private OutcomeLog(Path file, List<Outcome> outcomes) {
        this.file = file;
        this.outcomes = outcomes;
    }

    /** Starts a file, in place of one that may be there. */
    public static OutcomeLog start(Path file, Exploration exploration) {
        write(file, List.of(JSON.writeValueAsString(header(exploration))));
        return new OutcomeLog(file, new ArrayList<>());
    }

    /**
     * Goes on with a file.
     *
     * @throws InvalidInputException if there is none, it is of other networks or another seed, or is damaged
     */
    public static OutcomeLog resume(Path file, Exploration exploration) {
        List<String> lines;
        try {
            // What was cut within a character is no line of ours either.
            lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new InvalidInputException(
                    "%s cannot be read (%s); leave out --resume to explore anew."
                            .formatted(file, InvalidInputException.reason(e)),
                    e);
        }
        List<Outcome> outcomes = new ArrayList<>();
        try {
            if (lines.isEmpty()
                    || !JSON.readValue(lines.getFirst(), Header.class).equals(header(exploration))) {
                throw new InvalidInputException(
                        "%s is of other networks or another seed; give the same, or leave out --resume and explore anew."
                                .formatted(file));
            }
            for (int i = 1; i < lines.size(); i++) {
                try {
                    outcomes.add(JSON.readValue(lines.get(i), Outcome.class));
                } catch (JacksonException e) {
                    if (i < lines.size() - 1) {
                        throw e;
                    }
                }
            }
        } catch (JacksonException e) {
            throw new InvalidInputException(
                    "%s cannot be understood (%s); leave out --resume to explore anew."
                            .formatted(file, e.getOriginalMessage()),
                    e);
        }
        List<String> whole = new ArrayList<>(List.of(lines.getFirst()));
        outcomes.forEach(outcome -> whole.add(JSON.writeValueAsString(outcome)));
        write(file, whole);
        return new OutcomeLog(file, outcomes);
    }

    /** Puts an outcome at the end. */
    public void add(Outcome outcome) {
        outcomes.add(outcome);
        try {
            Files.writeString(file, JSON.writeValueAsString(outcome) + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /** All so far, in the order in which they were found. */
    public List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    private static void write(Path file, List<String> lines) {
        try {
            // An exploration that ends in the midst of this loses nothing of what it had found.
            Path temporary = file.resolveSibling(file.getFileName() + ".part");
            try {
                Files.write(temporary, lines);
                Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private static InvalidInputException unwritable(Path file, IOException e) {
        return new InvalidInputException(
                "%s cannot be written (%s); name another folder with --out."
                        .formatted(file, InvalidInputException.reason(e)),
                e);
    }

    private static Header header(Exploration exploration) {
        Map<String, String> digests = new TreeMap<>();
        exploration.networks().forEach((name, network) -> digests.put(name, NetworkFile.digest(network)));
        return new Header(VERSION, exploration.seed(), digests);
    }
}
