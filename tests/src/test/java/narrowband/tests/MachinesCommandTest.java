package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A network on the machines of the literature, from the command line. */
class MachinesCommandTest {
    @TempDir
    private Path folder;

    private String network;

    @BeforeEach
    void resNet20WithFourBits() {
        network = folder.resolve("resnet20.nbn").toString();
        CommandLineRun model =
                CommandLineRun.of("model", "resnet20", "--weight-bits", "4", "--act-bits", "4", "--out", network);
        assertThat(model.code()).as(model.err()).isZero();
    }

    @Test
    void theMachinesAreListedWithTheirSources() {
        CommandLineRun run = CommandLineRun.of("machines");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("barvinn", "bismo", "bitfusion", "finn", "stripes", "ISCA 2018");
        assertThat(CommandLineRun.of("machines", "--json").json()).hasSize(5);
    }

    /** The compute cycles that DNNsim counts for ResNet-20 at 4 bits, 25,639, with 4 and not 8 bits in the first layer. */
    @Test
    void aNetworkFileTakesWhatItsLayerTableTakes() {
        JsonNode run = CommandLineRun.of("machines", network, "--machine", "stripes", "--json")
                .json();
        assertThat(run.get("layers")).hasSize(20);
        int imageBits = run.get("layers").get(0).get("activationBits").asInt();
        int denseBits = run.get("layers").get(19).get("activationBits").asInt();
        // The first layer takes 576 cycles for each bit, the last a cycle for each.
        assertThat(run.get("cycles").asLong()).isEqualTo(25_639 + 576L * (imageBits - 4) + (denseBits - 4));
    }

    @Test
    void allMachinesAreComparedOrSayWhyNot() {
        JsonNode all = CommandLineRun.of("machines", network, "--json").json();
        assertThat(all.get("runs").size() + all.get("refused").size()).isEqualTo(5);
        assertThat(CommandLineRun.of("machines", network).out()).contains("array used", "images/s", "barvinn");
    }

    @Test
    void badWordsAreAnsweredInALine() {
        CommandLineRun unknown = CommandLineRun.of("machines", network, "--machine", "tpu");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).startsWith("narrowband: There is no machine \"tpu\"");
        CommandLineRun alone = CommandLineRun.of("machines", "--machine", "finn");
        assertThat(alone.code()).isEqualTo(2);
        assertThat(alone.err()).startsWith("narrowband: --machine goes with a network.");
    }
}
