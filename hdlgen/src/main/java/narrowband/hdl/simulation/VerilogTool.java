package narrowband.hdl.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import narrowband.hdl.tool.OutsideProgram;

/** An outside tool that reads Verilog. */
public enum VerilogTool {
    /** Icarus Verilog: starts at once, runs slowly, shows unknown bits. */
    ICARUS("iverilog"),
    /** Verilator: takes seconds to build, runs fast. */
    VERILATOR("verilator"),
    /** Yosys, for checks only. */
    YOSYS("yosys");

    private final String program;

    VerilogTool(String program) {
        this.program = program;
    }

    /** Whether the tool is on the search path. */
    public boolean available() {
        return new OutsideProgram(program).available();
    }

    /**
     * What the tool's strictest checks say about {@code sources} in {@code folder}: nothing where all is well.
     *
     * @throws IOException where the tool cannot be run
     */
    public String lint(Path folder, String top, List<String> sources) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                switch (this) {
                    case ICARUS -> List.of(program, "-g2001", "-Wall", "-s", top, "-o", "lint.vvp");
                    case VERILATOR -> List.of(program, "--lint-only", "-Wall", "--top-module", top);
                    case YOSYS ->
                        List.of(
                                program,
                                "-q",
                                "-p",
                                "read_verilog " + String.join(" ", sources) + "; hierarchy -check -top " + top
                                        + "; proc; check -assert");
                });
        if (this != YOSYS) {
            command.addAll(sources);
        }
        Path log = folder.resolve(program + "-lint.log");
        int status = execute(folder, log, command);
        String said = Files.readString(log);
        return status == 0 || !said.isBlank() ? said : program + " ended with " + status;
    }

    /** Builds and runs a test bench in {@code folder}; returns the lines that it printed. */
    List<String> run(Path folder, String bench, List<String> sources) throws IOException, InterruptedException {
        List<String> build = new ArrayList<>(
                switch (this) {
                    case ICARUS -> List.of(program, "-g2001", "-s", bench, "-o", "bench.vvp", bench + ".v");
                    case VERILATOR ->
                        List.of(
                                program,
                                "--binary",
                                "-Wno-fatal",
                                "--top-module",
                                bench,
                                "-O1",
                                "-CFLAGS",
                                "-O0",
                                "--Mdir",
                                "verilated",
                                bench + ".v");
                    case YOSYS -> throw new IllegalArgumentException("yosys runs no test benches");
                });
        build.addAll(sources);
        Path log = folder.resolve(program + ".log");
        require(execute(folder, log, build), log);
        Path output = folder.resolve(program + "-run.log");
        List<String> command = this == ICARUS
                ? List.of("vvp", "-n", "bench.vvp")
                : List.of(folder.resolve("verilated/V" + bench).toString());
        require(execute(folder, output, command), output);
        return Files.readAllLines(output);
    }

    private void require(int status, Path log) throws IOException {
        if (status != 0) {
            throw new IOException(program + " failed with status " + status + ": " + Files.readString(log));
        }
    }

    private static int execute(Path folder, Path log, List<String> command) throws IOException, InterruptedException {
        return new OutsideProgram(command.getFirst()).run(folder, log, command.subList(1, command.size()));
    }
}
