package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What limits a design, its memory and its waves, from the command line. */
class SimulateCommandTest {
    @TempDir
    private Path folder;

    private String network;

    @BeforeEach
    void aSmallNetwork() {
        network = folder.resolve("tiny.nbn").toString();
        run(0, "model", "tiny", "--image", "12x12x1", "--weight-bits", "2", "--act-bits", "3", "--out", network);
    }

    private static CommandLineRun run(int code, String... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.code()).as(run.out() + run.err()).isEqualTo(code);
        return run;
    }

    @Test
    void whyTellsWhereEachCycleWentAndWhatALimitCosts() {
        JsonNode report = run(0, "simulate", network, "--why", "--json").json();
        JsonNode why = report.at("/explanation");
        assertThat(why.at("/latency/cycles").asLong())
                .isEqualTo(report.at("/performance/latencyCycles").asLong());
        assertThat(why.at("/interval/cycles").asDouble())
                .isEqualTo(report.at("/performance/intervalCycles").asDouble());
        JsonNode most = why.at("/sensitivities/0");
        assertThat(Math.max(
                        most.at("/intervalGain").asDouble(),
                        most.at("/latencyGain").asDouble()))
                .isGreaterThan(1);
        assertThat(run(0, "simulate", network, "--why").out())
                .contains("if this were without limit", "latency: what an image alone", "depth of all FIFOs");
        assertThat(run(0, "simulate", network, "--json")
                        .json()
                        .at("/explanation")
                        .isNull())
                .isTrue();
    }

    @Test
    void aSlowMemoryIsSeenInTheRateAndInTheReport() {
        JsonNode fast =
                run(0, "simulate", network, "--shape", "shared", "--json").json();
        JsonNode slow = run(0, "simulate", network, "--shape", "shared", "--memory", "10,64,150,4", "--json")
                .json();
        assertThat(slow.at("/performance/intervalCycles").asDouble())
                .isGreaterThan(fast.at("/performance/intervalCycles").asDouble());
        assertThat(fast.at("/memory").isNull()).isTrue();
        assertThat(slow.at("/memory/dram/latencyNanoseconds").asDouble()).isEqualTo(150);
        assertThat(slow.at("/memory/streams").size()).isEqualTo(2);
        assertThat(slow.at("/memory/busShare").asDouble()).isBetween(0.5, 1.0);
    }

    @Test
    void wavesOfAnImageAreWrittenAndNothingIsOverwritten() throws IOException {
        Path waves = folder.resolve("waves.vcd");
        run(0, "simulate", network, "--vcd", waves.toString(), "--vcd-cycles", "10:60");
        assertThat(waves)
                .content()
                .startsWith("$version Narrowband $end\n$timescale 1 ps $end\n")
                .endsWith("\n");
        assertThat(Files.readString(waves)).contains("$scope module s_axis_fifo $end", " works $end");
        assertThat(run(2, "simulate", network, "--vcd", waves.toString()).err()).contains("waves.vcd exists");
    }

    @ParameterizedTest
    @CsvSource({
        "--memory,     slow,  --memory slow: A memory is MB/S",
        "--memory,     0,     --memory 0: A memory cannot have 0.0 MB/s",
        "--vcd-cycles, 1:2,   --vcd-cycles needs --vcd",
    })
    void whatMakesNoSenseIsRefused(String option, String value, String message) {
        assertThat(run(2, "simulate", network, option, value).err()).startsWith("narrowband: " + message);
    }
}
