package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, in a folder of its own and with a Java that tells what it was given, word by word. */
class LauncherTest {
    @TempDir
    Path temporary;

    private Path home;
    private Path jdk;

    @BeforeEach
    void settle() throws IOException {
        home = Files.createDirectories(temporary.resolve("my tools").resolve("narrow band"));
        Path project = Path.of("..");
        copy(project.resolve("narrowband"), home.resolve("narrowband"));
        copy(project.resolve("scripts/jdk.sh"), home.resolve("scripts/jdk.sh"));
        Path target = Files.createDirectories(home.resolve("cli/target"));
        Files.createDirectories(target.resolve("lib"));
        Files.writeString(target.resolve("lib/picocli-4.jar"), "");
        for (String cache : List.of("model", "export", "simulate")) {
            Files.writeString(target.resolve(cache + ".aot"), "");
        }
        Files.writeString(jar(), "");
        jdk = Files.createDirectories(temporary.resolve("jdk 25/bin")).getParent();
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        program(jdk.resolve("bin/javac"), "");
        program(jdk.resolve("bin/java"), "echo \"LC_ALL=${LC_ALL:-}\"; printf '%s\\n' \"$@\"");
    }

    @Test
    void aFolderWithSpacesStaysOneWord() throws IOException, InterruptedException {
        for (String command : List.of("simulate", "export", "model")) {
            List<String> words = run(home.resolve("narrowband"), command, "my network.nbn", "--out", "a b");
            assertThat(words).endsWith("-jar", jar().toString(), command, "my network.nbn", "--out", "a b");
            assertThat(words).contains("-XX:AOTCache=" + jar().resolveSibling(command + ".aot"));
        }
    }

    @Test
    void flagsForTheJavaMachineComeBeforeTheJarInTheirOrder() throws IOException, InterruptedException {
        List<String> words = run(home.resolve("narrowband"), "-J-Xmx1g", "data", "-J-Dname=two words", "strokes");
        assertThat(words).endsWith("-Xmx1g", "-Dname=two words", "-jar", jar().toString(), "data", "strokes");
    }

    @Test
    void aLinkToItFindsItsFolder() throws IOException, InterruptedException {
        Path link = Files.createSymbolicLink(temporary.resolve("nb"), home.resolve("narrowband"));
        assertThat(run(link, "devices")).endsWith("-jar", jar().toString(), "devices");
    }

    @Test
    void onlyWhatTrainsOrEvaluatesLoadsTheModuleThatTheJavaMachineWarnsOf() throws IOException, InterruptedException {
        String module = "--add-modules=jdk.incubator.vector";
        for (String command : List.of("train", "flow", "evaluate", "model")) {
            assertThat(run(home.resolve("narrowband"), command)).contains(module);
        }
        for (String command :
                List.of("--help", "simulate", "export", "verify", "synth", "explore", "data", "devices")) {
            assertThat(run(home.resolve("narrowband"), command)).doesNotContain(module);
        }
        assertThat(run(home.resolve("narrowband"))).doesNotContain(module);
    }

    @Test
    void namesOfFilesAreUtf8WhereNoLocaleSaysOtherwise() throws IOException, InterruptedException {
        assertThat(run(home.resolve("narrowband"), "data")).contains("LC_ALL=C.UTF-8");
    }

    private Path jar() {
        return home.resolve("cli/target/narrowband.jar");
    }

    /** What Java was given when the launcher runs from a folder that is not its own and with no locale. */
    private List<String> run(Path launcher, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(temporary.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.equals("LANG") || name.startsWith("LC_"));
        builder.environment().keySet().removeAll(List.of("NARROWBAND_JAVA_OPTS", "TORNADOVM_HOME"));
        builder.environment().putAll(Map.of("NARROWBAND_JAVA_HOME", jdk.toString()));
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed.lines().toList();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        program(to, Files.readString(from));
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, text.startsWith("#!") ? text : "#!/bin/sh\n" + text + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
