package narrowband.hdlgen;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import narrowband.accel.InvalidInputException;
import narrowband.hdl.simulation.VerilogTool;
import narrowband.hdl.tool.FileTree;
import narrowband.hdl.tool.OutsideProgram;

/** A Verilog simulator outside of the Java machine, which runs the emitted files with their test bench. */
public enum ExternalSimulator {
    ICARUS(VerilogTool.ICARUS, "iverilog", "iverilog"),
    VERILATOR(VerilogTool.VERILATOR, "verilator", "verilator");

    private static final Pattern SUMMARY = Pattern.compile(
            "narrowband: words (\\d+) of (\\d+) wrong (\\d+) late (\\d+) unlike (\\d+) of (\\d+) cycles (\\d+)");

    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final VerilogTool tool;
    private final String program;
    private final String debianPackage;

    ExternalSimulator(VerilogTool tool, String program, String debianPackage) {
        this.tool = tool;
        this.program = program;
        this.debianPackage = debianPackage;
    }

    /**
     * What the test bench printed.
     *
     * @param words result words that came out
     * @param expectedWords result words that should
     * @param wrong words whose value, or whose {@code tlast}, differs
     * @param late words that came in another cycle
     * @param unlike channels inside whose words differ in value, cycle or number
     * @param channels channels that were watched
     * @param cycles cycles until the last word
     * @param differences the first differences in words
     */
    public record Report(
            long words,
            long expectedWords,
            long wrong,
            long late,
            long unlike,
            long channels,
            long cycles,
            List<String> differences) {}

    /** Whether the program is on the path. */
    public boolean isInstalled() {
        return tool.available();
    }

    /**
     * Runs design files from a folder with a test bench.
     *
     * @param design the folder of the Verilog and memory files under test
     * @param sources the names of its Verilog files, or their absolute paths
     * @param defines macros of the Verilog files that are to be defined
     * @throws InvalidInputException if the simulator is not installed, or refuses the files
     */
    public Report run(Path design, List<String> sources, TestBench bench, String... defines) {
        if (!isInstalled()) {
            throw new InvalidInputException("%s is not installed; on Debian: apt-get install %s, or use --with jvm."
                    .formatted(program, debianPackage));
        }
        try {
            Path work = Files.createTempDirectory("narrowband-" + program);
            try {
                copyMemories(design, work);
                for (Map.Entry<String, String> file : bench.files().entrySet()) {
                    Files.writeString(work.resolve(file.getKey()), file.getValue(), StandardCharsets.UTF_8);
                }
                List<String> files = new ArrayList<>();
                sources.forEach(
                        name -> files.add(design.resolve(name).toAbsolutePath().toString()));
                String top = TestBench.top(bench.accelerator());
                files.add(work.resolve(top + ".v").toString());
                return report(simulate(work, top, files, defines));
            } finally {
                FileTree.delete(work);
            }
        } catch (IOException e) {
            throw new InvalidInputException(
                    "%s: %s cannot be run: %s.".formatted(design, program, InvalidInputException.reason(e)), e);
        }
    }

    private String simulate(Path work, String top, List<String> files, String... defines) throws IOException {
        List<String> compile = new ArrayList<>(
                switch (this) {
                    case ICARUS -> List.of("iverilog", "-g2001", "-o", "simulation", "-s", top);
                    case VERILATOR ->
                        List.of(
                                "verilator",
                                "--binary",
                                "--timing",
                                "-O3",
                                "-Wno-fatal",
                                "-Wno-lint",
                                "--top-module",
                                top,
                                "-Mdir",
                                "model",
                                "-o",
                                "simulation",
                                "-j",
                                "2");
                });
        for (String define : defines) {
            compile.add("-D" + define);
        }
        compile.addAll(files);
        run(work, compile);
        return run(
                work,
                switch (this) {
                    case ICARUS -> List.of("vvp", "simulation");
                    case VERILATOR ->
                        List.of(work.resolve("model").resolve("simulation").toString());
                });
    }

    private static String run(Path work, List<String> command) throws IOException {
        String program = command.getFirst();
        Path output = Files.createTempFile(work, "output", ".txt");
        try {
            int status = new OutsideProgram(program, LIMIT).run(work, output, command.subList(1, command.size()));
            String text = Files.readString(output);
            if (status != 0) {
                throw new InvalidInputException("%s ended with %d:%n%s"
                        .formatted(
                                program,
                                status,
                                text.lines().limit(20).collect(Collectors.joining(System.lineSeparator()))));
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Report report(String output) {
        Matcher matcher = SUMMARY.matcher(output);
        if (!matcher.find()) {
            throw new InvalidInputException("the test bench printed no summary: "
                    + output.lines().limit(20).toList());
        }
        return new Report(
                Long.parseLong(matcher.group(1)),
                Long.parseLong(matcher.group(2)),
                Long.parseLong(matcher.group(3)),
                Long.parseLong(matcher.group(4)),
                Long.parseLong(matcher.group(5)),
                Long.parseLong(matcher.group(6)),
                Long.parseLong(matcher.group(7)),
                output.lines()
                        .filter(line -> line.startsWith("result word") || line.startsWith("channel "))
                        .toList());
    }

    private static void copyMemories(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".mem")).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
