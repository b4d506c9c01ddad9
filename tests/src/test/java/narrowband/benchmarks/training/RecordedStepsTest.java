package narrowband.benchmarks.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import narrowband.training.net.ParameterLayout.Slice;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The step of the JVM device beside the same one in PyTorch, whose gradients come from automatic differentiation:
 * {@code gdnsq_check.py}, which also says what is compared and how near it has to be.
 */
class RecordedStepsTest {
    private static final Path SCRIPT = Path.of("src/main/python/gdnsq_check.py");
    private static final String MODEL = "resnet20";
    private static final int BATCH = 4;
    private static final long SEED = 9;

    /** A first one, and one that RAdam rectifies, which it does from the sixth on. */
    private static final List<Integer> STEPS = List.of(1, 8);

    private static Optional<String> python;

    @TempDir
    Path folder;

    private record Verdict(int status, String output) {}

    @BeforeAll
    static void findPython() {
        python = Stream.of("python3", "/usr/bin/python3")
                .filter(RecordedStepsTest::hasTorch)
                .findFirst();
    }

    /** Before each, so that each is counted as skipped. */
    @BeforeEach
    void needTorch() {
        assumeTrue(python.isPresent(), "no python3 here has PyTorch: steps are not compared with PyTorch's");
    }

    private static boolean hasTorch(String program) {
        try {
            return new ProcessBuilder(program, "-c", "import torch")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void ourStepIsThatOfAutomaticDifferentiation() {
        Verdict verdict = check(RecordedSteps.record(RecordedSteps.subject(MODEL, SEED), BATCH, STEPS));
        assertThat(verdict.status()).as(verdict.output()).isZero();
        assertThat(verdict.output()).contains("step 1:", "step 8:").endsWith(": the same step\n");
    }

    /** Widths and ranges of one layer in twenty are held still: a gradient that is forgotten. */
    @ParameterizedTest
    @ValueSource(
            strings = {"stage2_block1_conv2.range", "stage2_block1.range", "stage3_block1_conv1.bits", "mean.bits"})
    void aNumberThatStandsStillIsSeen(String parameter) {
        TrainingSubject subject = RecordedSteps.subject(MODEL, SEED);
        Slice slice = subject.student().layout().parameter(parameter);
        Arrays.fill(subject.rates(), slice.offset(), slice.offset() + slice.size(), 0);
        Verdict verdict = check(RecordedSteps.record(subject, BATCH, STEPS.subList(0, 1)));
        assertThat(verdict.status()).as(verdict.output()).isEqualTo(1);
        assertThat(verdict.output()).endsWith(": NOT the same step\n");
    }

    private Verdict check(RecordedSteps steps) {
        try {
            Path file = folder.resolve("steps.safetensors");
            Path log = folder.resolve("check.log");
            steps.write(file);
            ProcessBuilder builder =
                    new ProcessBuilder(python.orElseThrow(), SCRIPT.toString(), file.toString(), "--device", "cpu");
            builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
            // Threads that wait for each other on a busy machine would take its time from those that work.
            builder.environment().put("OMP_WAIT_POLICY", "passive");
            int status = builder.redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start()
                    .waitFor();
            return new Verdict(status, Files.readString(log));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
