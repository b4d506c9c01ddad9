package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Help is there for whoever asks, names every option, and goes where help goes: to standard output. */
class HelpTest {
    @Test
    void theHelpListsEveryCommandAndSaysWhereToStart() {
        CommandLineRun run = CommandLineRun.of("--help");
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains(
                        "train",
                        "evaluate",
                        "simulate",
                        "explore",
                        "export",
                        "verify",
                        "synth",
                        "flow",
                        "devices",
                        "machines",
                        "calibrate",
                        "diff",
                        "data",
                        "model",
                        "weights")
                .contains("Start with: narrowband flow")
                .contains("Exit codes");
    }

    @ParameterizedTest
    @CsvSource({
        "train, '--data --train-images --model --epochs --batch --from --normalise --weight-bits --act-bits --residual-bits --layer --layers --set --budget --checkpoint --resume --out --seed --force --json'",
        "simulate, 'NETWORK --design --fpga --clock --fps --shape --lanes --top --reloadable-weights --images --energy --memory --marginal --why --seed --out --trace --vcd --vcd-cycles --force --json'",
        "calibrate, 'RTL_DIR --idle-watts --loaded-watts --energy --out --force --json'",
        "diff, 'A B --json'",
        "export, 'NETWORK --design --fpga --clock --fps --shape --lanes --top --reloadable-weights --images --seed --out --force --json'",
        "explore, 'NETWORK --fpga --clock --plan --bandwidth --data --test-images --resume --out --seed --force --json'",
        "evaluate, 'FILE --data --model --normalise --test-images --seed --json'",
        "verify, 'RTL_DIR --with jvm icarus verilator netlist --images --tools --json'",
        "synth, 'RTL_DIR --fpga --tools --units --[no-]place --seeds --clock --json'",
        "flow, '--data --model --epochs --weight-bits --act-bits --budget --checkpoint --resume --fpga --clock --fps --shape --lanes --reloadable-weights --images --out --seed --force --json'",
        "model, 'MODEL --image --classes --weight-bits --act-bits --out --seed --force --json'",
        "weights, 'RTL_DIR NETWORK --out --force --json'",
        "devices, '--json'",
        "machines, 'NETWORK --machine barvinn bismo bitfusion finn stripes --json'",
        "data, 'DATA strokes cifar10:DIR cifar100:DIR idx:DIR folder:DIR --seed --show --json'"
    })
    void theHelpOfACommandNamesAllItsOptions(String command, String words) {
        CommandLineRun run = CommandLineRun.of(command, "--help");
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("Usage: narrowband " + command).contains(List.of(words.split(" ")));
        assertThat(CommandLineRun.of("help", command).out()).isEqualTo(run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"train", "flow"})
    void theHelpTellsTheDefaultsAsTheyAre(String command) {
        assertThat(CommandLineRun.of(command, "--help").out())
                .contains("Default: bits:3.0x2.5", "Default: 24", "Default: strokes", "Default: cnn");
    }

    @ParameterizedTest
    @ValueSource(strings = {"train", "flow"})
    void theHelpGivesTheEquationsOfGridsAndNoise(String command) {
        String help = CommandLineRun.of(command, "--help").out().replaceAll("\\s+", " ");
        assertThat(help)
                .contains("weightGrid=mid-rise: weights s(j + 1/2)", "half-integer: s(k + Z/2)", "b + 1 planes")
                .contains("affine: min w + s k", "dither=none: dL/ds = sum g e", "r = +-1/2, +-1/(2 sqrt 3)");
    }

    @Test
    void theVersionIsOneLine() {
        CommandLineRun run = CommandLineRun.of("--version");
        assertThat(run.code()).isZero();
        assertThat(run.out().strip()).matches("narrowband \\d+\\.\\d+\\.\\d+");
    }
}
