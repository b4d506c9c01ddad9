package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL, which no program hears coming, on real processes that train a tiny network with all that has a memory. */
class KilledRunTest {
    private static final List<String> TRAINING = List.of(
            "train",
            "--data=strokes",
            "--model=tiny",
            "--epochs=5",
            "--train-images=1280",
            "--budget=bits:2x2",
            "--checkpoint-minutes=0.003",
            "--set=floatShare=0.2",
            "--set=gradualShare=0.3",
            "--set=freeze=0.001",
            "--out");

    private static final int KILLS = 4;

    @TempDir
    static Path folder;

    private static Path whole;
    private static Duration duration;

    @BeforeAll
    static void runOnceUndisturbed() throws IOException, InterruptedException {
        whole = folder.resolve("whole");
        long start = System.nanoTime();
        assertThat(start(whole).waitFor()).isZero();
        duration = Duration.ofNanos(System.nanoTime() - start);
    }

    /** At any time from the start of the Java machine to past the end. */
    @Test
    void aRunKilledAtRandomTimesEndsInTheSameFiles() throws IOException, InterruptedException {
        long seed = 1;
        SplittableRandom random = new SplittableRandom(seed);
        Path out = folder.resolve("killed");
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = start(out);
            process.waitFor(random.nextLong(duration.toNanos()), TimeUnit.NANOSECONDS);
            process.destroyForcibly().waitFor();
        }
        assertEndsAsTheUndisturbed(out, "seed " + seed);
    }

    /** As soon as the temporary file is seen, in the middle of writing it or just behind. */
    @Test
    void aRunKilledWhileItWritesACheckpointEndsInTheSameFiles() throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom(4);
        Path out = folder.resolve("killed-writing");
        int halves = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = start(out);
            int writes = random.nextInt(1, 12);
            for (int write = 0; write < writes && process.isAlive(); write++) {
                while (process.isAlive() && Files.notExists(out.resolve("checkpoint.nbc.part"))) {
                    Thread.onSpinWait();
                }
            }
            process.destroyForcibly().waitFor();
            halves += Files.exists(out.resolve("checkpoint.nbc.part")) ? 1 : 0;
        }
        System.out.printf("%d of %d kills left half of a checkpoint behind%n", halves, KILLS);
        assertEndsAsTheUndisturbed(out, "seed 4");
    }

    /** What a kill in the middle of writing leaves, made by hand. */
    @Test
    void halfOfACheckpointBesideAWholeOneIsNotRead() throws IOException, InterruptedException {
        Path out = Files.createDirectory(folder.resolve("half"));
        byte[] checkpoint = Files.readAllBytes(whole.resolve("checkpoint.nbc"));
        Files.write(out.resolve("checkpoint.nbc"), checkpoint);
        Files.write(out.resolve("checkpoint.nbc.part"), Arrays.copyOf(checkpoint, checkpoint.length / 2));
        assertEndsAsTheUndisturbed(out, "half");
        assertThat(out.resolve("checkpoint.nbc.part")).doesNotExist();
    }

    private static void assertEndsAsTheUndisturbed(Path out, String what) throws IOException, InterruptedException {
        assertThat(start(out).waitFor()).as(what).isZero();
        for (String file : List.of("checkpoint.nbc", "network.nbn")) {
            assertThat(out.resolve(file)).as(what).hasSameBinaryContentAs(whole.resolve(file));
        }
    }

    /** Goes on where there is a checkpoint; a run that was killed before its first is begun anew. */
    private static Process start(Path out) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "narrowband.cli.Narrowband"));
        command.addAll(TRAINING);
        command.add(out.toString());
        command.add(Files.exists(out.resolve("checkpoint.nbc")) ? "--resume" : "--force");
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile())
                .start();
    }
}
