package narrowband.hdl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import narrowband.hdl.proof.FormalProof;
import narrowband.hdl.simulation.VerilogTool;
import narrowband.hdl.tool.OutsideProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tutorial, README.md of this module, says what is so: its code is that of the files it names, its commands run, its links lead somewhere. */
class TutorialTextTest {
    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Path TUTORIAL = MODULE.resolve("README.md");
    private static final Pattern CODE = Pattern.compile("(<!-- (\\S+) -->\\n)?```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)\\)");
    private static final Pattern COMMAND = Pattern.compile("(?m)^hdlgen/examples/run (\\w+) \\S+$");

    @TempDir
    Path folder;

    private static List<MatchResult> found(Pattern pattern) throws IOException {
        return pattern.matcher(Files.readString(TUTORIAL)).results().toList();
    }

    @Test
    void itsCodeIsThatOfTheFilesItNames() throws IOException {
        List<MatchResult> pieces = found(CODE);
        assertThat(pieces).hasSizeGreaterThan(15);
        for (MatchResult piece : pieces) {
            assertThat(piece.group(2)).as("the file of %s", piece.group(3)).isNotNull();
            String file = Files.readString(MODULE.resolve(piece.group(2)));
            assertThat(flushLeft(file)).as(piece.group(2)).contains(flushLeft(piece.group(3)));
        }
    }

    /** Without indentation, in which a piece of a file may differ from the whole. */
    private static String flushLeft(String text) {
        return text.lines().map(String::strip).reduce("", (all, line) -> all + line + "\n");
    }

    @Test
    void itsLinksLeadToFiles() throws IOException {
        List<MatchResult> links = found(LINK);
        assertThat(links).hasSizeGreaterThan(15);
        for (MatchResult link : links) {
            assertThat(MODULE.resolve(link.group(1))).exists();
        }
    }

    static Stream<String> examples() throws IOException {
        return found(COMMAND).stream().map(command -> command.group(1));
    }

    @Test
    void everyExampleIsInIt() throws IOException {
        try (Stream<Path> files = Files.list(MODULE.resolve("examples"))) {
            assertThat(examples())
                    .containsExactlyInAnyOrderElementsOf(
                            files.map(file -> file.getFileName().toString())
                                    .filter(name -> name.endsWith(".java"))
                                    .map(name -> name.replace(".java", ""))
                                    .toList());
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleRunsWritesItsWavesAndItsVerilogAndIsSynthesised(String example) throws Exception {
        List<String> said = run(example, folder.resolve("out"));
        String name = Naming.snakeCase(example);
        assertThat(said).anyMatch(line -> line.startsWith("simulated "));
        assertThat(Files.readString(folder.resolve("out").resolve(name + ".vcd")))
                .contains("$enddefinitions", "$var");
        boolean proves = Files.readString(MODULE.resolve("examples").resolve(example + ".java"))
                .contains("FormalProof");
        assertThat(said.contains("proved its checks for all time")).isEqualTo(proves && FormalProof.available());
        String verilog = name + ".v";
        assertThat(folder.resolve("out").resolve(verilog)).isNotEmptyFile();
        if (VerilogTool.VERILATOR.available()) {
            assertThat(VerilogTool.VERILATOR.lint(folder.resolve("out"), name, List.of(verilog)))
                    .isEmpty();
        }
        assumeTrue(VerilogTool.YOSYS.available(), "yosys is not installed: the example is not synthesised");
        Matcher command = Pattern.compile("yosys -p '(.*)'").matcher(said.getLast());
        assertThat(command.matches()).as(said.getLast()).isTrue();
        Path log = folder.resolve("yosys.log");
        new OutsideProgram("yosys").succeed(folder.resolve("out"), log, List.of("-p", command.group(1)));
        assertThat(Files.readString(log)).containsPattern("SB_DFF\\w* +[1-9]").containsPattern("SB_LUT4 +[1-9]");
    }

    @Test
    void anUnknownExampleIsAnsweredWithThoseThatExist() throws Exception {
        Path log = folder.resolve("log");
        int status = program().run(MODULE, log, List.of("Nothing", folder.toString()));
        assertThat(status).isEqualTo(64);
        assertThat(Files.readString(log).toLowerCase(Locale.ROOT)).contains("usage:", "blinker", "queue", "firfilter");
    }

    private List<String> run(String example, Path out) throws Exception {
        Path log = folder.resolve("run.log");
        program().succeed(MODULE, log, List.of(example, out.toString()));
        return new ArrayList<>(Files.readAllLines(log));
    }

    private static OutsideProgram program() {
        return new OutsideProgram(MODULE.resolve("examples").resolve("run").toString());
    }
}
