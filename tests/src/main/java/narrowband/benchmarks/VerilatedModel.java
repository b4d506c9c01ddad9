package narrowband.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import narrowband.hdl.Design;
import narrowband.hdl.ir.Net;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;

/** A design without inputs as a process that Verilator made: runs cycles on request and says how long they took. */
final class VerilatedModel implements AutoCloseable {
    /** The emitted function that counts ones bit by bit, for tools that know Verilog-2001 only. */
    private static final Pattern COUNTER =
            Pattern.compile("(?s)(function [^;]*?(\\w+);\\s+input [^;]*?(\\w+);).*?endfunction");

    private final Process process;
    private final Writer requests;
    private final BufferedReader answers;
    private List<BigInteger> outputs = List.of();

    private VerilatedModel(Process process) {
        this.process = process;
        requests = process.outputWriter();
        answers = process.inputReader();
    }

    /**
     * Emits, verilates, compiles and starts {@code design}.
     *
     * @throws IOException where the tool fails, with what it said
     */
    static VerilatedModel build(Design design, Path folder) throws IOException, InterruptedException {
        if (!design.flat().inputs().isEmpty() || design.top().clocksUsed().size() != 1) {
            throw new IllegalArgumentException("only designs of one clock that drive themselves are measured");
        }
        Files.createDirectories(folder);
        VerilogFiles files = VerilogEmitter.emit(design);
        files.writeTo(folder);
        for (String source : files.sources()) {
            Path file = folder.resolve(source);
            Files.writeString(
                    file, COUNTER.matcher(Files.readString(file)).replaceAll("$1 $2 = \\$countones($3); endfunction"));
        }
        Files.writeString(folder.resolve("main.cpp"), mainLoop(design, files.top()));
        List<String> command = new ArrayList<>(List.of(
                "verilator",
                "--cc",
                "--exe",
                "--build",
                "--sv",
                "-Wno-fatal",
                "-Wno-lint",
                "-O3",
                "--x-assign",
                "fast",
                "--x-initial",
                "fast",
                "-CFLAGS",
                "-O3 -march=native",
                "-MAKEFLAGS",
                "OPT_FAST=-O3",
                "-MAKEFLAGS",
                "OPT_SLOW=-O3",
                "-MAKEFLAGS",
                "OPT_GLOBAL=-O3",
                "--top-module",
                files.top(),
                "--prefix",
                "Vmodel",
                "main.cpp"));
        command.addAll(files.sources());
        Path log = folder.resolve("build.log");
        int status = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("verilator failed with status " + status + ": " + Files.readString(log));
        }
        return new VerilatedModel(
                new ProcessBuilder(folder.resolve("obj_dir/Vmodel").toString())
                        .directory(folder.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
    }

    /** Runs {@code cycles} more cycles; the nanoseconds of processor time that they took. */
    long run(long cycles) throws IOException {
        requests.write(cycles + "\n");
        requests.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the model ended early");
        }
        String[] words = answer.strip().split(" ");
        outputs = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            outputs.add(new BigInteger(words[i]));
        }
        return Long.parseLong(words[0]);
    }

    /** The outputs after the last cycle, in the order of declaration. */
    List<BigInteger> outputs() {
        return outputs;
    }

    @Override
    public void close() throws IOException {
        requests.close();
        process.destroy();
    }

    private static String mainLoop(Design design, String top) {
        StringBuilder show = new StringBuilder();
        for (Net output : design.flat().outputs()) {
            if (output.width() > 64) {
                throw new IllegalArgumentException("an output of " + output.width() + " bits");
            }
            show.append(" << ' ' << (unsigned long long) model.")
                    .append(design.top().name(output));
        }
        return """
                // Runs %s: reads numbers of cycles, writes nanoseconds of processor time and outputs.
                #include <ctime>
                #include <iostream>
                #include "Vmodel.h"

                static long long processor_time() {
                    timespec now;
                    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
                    return now.tv_sec * 1000000000LL + now.tv_nsec;
                }

                int main() {
                    VerilatedContext context;
                    Vmodel model(&context);
                %s    model.clk = 0;
                    model.eval();
                    long long cycles;
                    while (std::cin >> cycles) {
                        long long start = processor_time();
                        for (long long i = 0; i < cycles; i++) {
                            model.clk = 1;
                            model.eval();
                            model.clk = 0;
                            model.eval();
                        }
                        std::cout << processor_time() - start%s << std::endl;
                    }
                }
                """.formatted(
                top, design.top().resettable(design.top().clocksUsed().getFirst()) ? "    model.rst = 0;\n" : "", show);
    }
}
