package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Energies by profile, a board's own profile, and two designs compared, from the command line. */
class EnergyCommandsTest {
    @TempDir
    private Path folder;

    private String network;

    @BeforeEach
    void aSmallNetwork() {
        network = model("2");
    }

    private String model(String weightBits) {
        String file = folder.resolve("tiny%s.nbn".formatted(weightBits)).toString();
        run(0, "model", "tiny", "--image", "12x12x1", "--weight-bits", weightBits, "--act-bits", "3", "--out", file);
        return file;
    }

    private static CommandLineRun run(int code, String... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.code()).as(run.out() + run.err()).isEqualTo(code);
        return run;
    }

    private static List<String> terms(JsonNode report) {
        List<String> names = new ArrayList<>();
        report.at("/energy/terms").forEach(term -> names.add(term.get("name").asString()));
        return names;
    }

    @Test
    void aChipsEnergiesCanTakeThePlaceOfTheFpgas() {
        JsonNode fpga = run(0, "simulate", network, "--json").json();
        JsonNode chip =
                run(0, "simulate", network, "--energy", "asic_45nm", "--json").json();
        JsonNode smaller =
                run(0, "simulate", network, "--energy", "asic_28nm", "--json").json();
        assertThat(terms(fpga)).contains("logic that works", "clock tree");
        assertThat(terms(chip)).contains("products of bits", "accumulators", "clock and control");
        assertThat(fpga.at("/performance")).isEqualTo(chip.at("/performance"));
        assertThat(smaller.at("/energy/picojoulesPerImage/nominal").asDouble())
                .isLessThan(chip.at("/energy/picojoulesPerImage/nominal").asDouble());
        assertThat(run(2, "simulate", network, "--energy", "asic_7nm").err())
                .startsWith("narrowband: There is no energy profile and no file \"asic_7nm\"");
        // Before minutes of training.
        assertThat(run(2, "flow", "--energy", "asic_7nm").err())
                .startsWith("narrowband: There is no energy profile and no file \"asic_7nm\"");
    }

    /** The board is measured; the simulation of the same design then draws what was measured. */
    @Test
    void aCalibratedProfileDrawsWhatTheBoardDrew() {
        String rtl = folder.resolve("rtl").toString();
        String profile = folder.resolve("board.json").toString();
        run(0, "export", network, "--images", "1", "--out", rtl);
        JsonNode fitted = run(
                        0,
                        "calibrate",
                        rtl,
                        "--idle-watts",
                        "0.2",
                        "--loaded-watts",
                        "0.23",
                        "--out",
                        profile,
                        "--json")
                .json();
        assertThat(fitted.get("staticWatts").asDouble()).isBetween(0.0, 0.2);
        JsonNode report =
                run(0, "simulate", network, "--energy", profile, "--json").json();
        assertThat(report.at("/energy/milliwatts").asDouble()).isCloseTo(230, within(1e-6));
        assertThat(report.at("/energy/profile").asString()).endsWith(", calibrated");
        assertThat(run(2, "calibrate", rtl, "--idle-watts", "1", "--loaded-watts", "0.5", "--out", profile, "--force")
                        .err())
                .startsWith("narrowband: The idle power must be above 0");
    }

    @Test
    void aReportDiffersFromAnothersAndNotFromItself() {
        String two = folder.resolve("two").toString();
        String four = folder.resolve("four").toString();
        run(0, "simulate", network, "--out", two);
        run(0, "simulate", model("4"), "--out", four);
        assertThat(run(0, "diff", two, two).out()).contains("Nothing differs.");
        CommandLineRun differs = run(1, "diff", two, four);
        assertThat(differs.out()).contains("pJ/image", "cycles of latency", "LUTs", "probability");
        JsonNode json = run(1, "diff", two, four + "/report.json", "--json").json();
        assertThat(json.get("same").asBoolean()).isFalse();
        assertThat(json.get("probabilityOfLessEnergy").asDouble()).isBetween(0.0, 1.0);
        assertThat(json.get("layers")).isNotEmpty();
        assertThat(run(2, "diff", two, network).err()).startsWith("narrowband: " + network);
    }
}
