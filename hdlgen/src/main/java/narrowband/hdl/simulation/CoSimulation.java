package narrowband.hdl.simulation;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import narrowband.hdl.Design;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.ir.Net;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;

/**
 * Runs a design twice, in the JVM and as emitted Verilog in an outside simulator, with the same inputs, and compares all outputs in all cycles.
 *
 * <p>Where a memory starts undefined or is not a power of two deep, Verilog may show unknown bits that the JVM shows as 0; only then unknown bits are not compared.
 */
public final class CoSimulation {
    private static final String BENCH = "CoSimulationBench";

    private final Design design;
    private final ModuleNetlist top;
    private final List<Net> inputs;
    private final List<Net> outputs;

    /** What drives the inputs, the resets and the clocks. Clocks are called by their ports: {@code clk}, {@code <name>_clk}. */
    public interface Stimulus {
        /** The unsigned pattern on an input in a cycle. */
        BigInteger value(int cycle, String input, int width);

        /** Whether the reset is active in a cycle. */
        default boolean reset(int cycle) {
            return false;
        }

        /** Random values on all inputs, and a reset in the last of every {@code resetEvery} cycles; one seed, one sequence. */
        static Stimulus random(long seed, int resetEvery) {
            Random random = new Random(seed);
            return new Stimulus() {
                @Override
                public BigInteger value(int cycle, String input, int width) {
                    return new BigInteger(width, random);
                }

                @Override
                public boolean reset(int cycle) {
                    return cycle % resetEvery == resetEvery - 1;
                }
            };
        }

        /** Whether the reset of a clock is active in a cycle. */
        default boolean reset(int cycle, String clock) {
            return reset(cycle);
        }

        /** Whether a clock has an edge at the end of a cycle; where several have, they have it at once. */
        default boolean edge(int cycle, String clock) {
            return true;
        }
    }

    /** The first difference. */
    public record Difference(int cycle, String output, String expected, String actual) {}

    /** A co-simulation of {@code design}. */
    public CoSimulation(Design design) {
        this.design = design;
        this.top = design.top();
        this.inputs = design.flat().inputs();
        this.outputs = design.flat().outputs();
    }

    /**
     * Compares {@code cycles} cycles; leaves Verilog, test bench and logs in {@code folder}.
     *
     * @return the first difference, or empty where both agree
     * @throws IOException where the tool cannot be run or reports a fault, with what it said
     */
    public Optional<Difference> compare(VerilogTool tool, Path folder, int cycles, Stimulus stimulus)
            throws IOException, InterruptedException {
        List<List<BigInteger>> expected = new ArrayList<>();
        StringBuilder stimuli = new StringBuilder();
        Simulator simulator = new CompiledSimulator(design.flat());
        Playback playback = new Playback(design, stimulus);
        for (int cycle = 0; cycle < cycles; cycle++) {
            playback.poke(List.of(simulator), cycle);
            stimuli.append(playback.word().toString(16)).append('\n');
            expected.add(outputs.stream().map(simulator::peek).toList());
            playback.step(simulator);
        }
        VerilogFiles files = VerilogEmitter.emit(design);
        files.writeTo(folder);
        Files.writeString(folder.resolve("stimuli.mem"), stimuli);
        Files.writeString(folder.resolve(BENCH + ".v"), bench(files.top(), cycles));
        List<String> lines = tool.run(folder, BENCH, files.sources());
        return firstDifference(expected, lines);
    }

    private Optional<Difference> firstDifference(List<List<BigInteger>> expected, List<String> lines) {
        boolean exact = design.flat().memories().stream().allMatch(memory -> memory.fullyDefined());
        int cycle = 0;
        for (String line : lines) {
            if (!line.startsWith("outputs ") || cycle >= expected.size()) {
                continue;
            }
            String[] words = line.strip().split(" ");
            for (int i = 0; i < outputs.size(); i++) {
                String wanted = hex(expected.get(cycle).get(i), outputs.get(i).width());
                String shown = words[i + 1].toLowerCase(java.util.Locale.ROOT);
                if (!agree(wanted, shown, exact)) {
                    return Optional.of(new Difference(cycle, top.name(outputs.get(i)), wanted, shown));
                }
            }
            cycle++;
        }
        return cycle == expected.size()
                ? Optional.empty()
                : Optional.of(
                        new Difference(cycle, "all outputs", "a line for each cycle", "the simulation ended early"));
    }

    private static boolean agree(String wanted, String shown, boolean exact) {
        if (exact || wanted.length() != shown.length()) {
            return wanted.equals(shown);
        }
        for (int i = 0; i < wanted.length(); i++) {
            if (wanted.charAt(i) != shown.charAt(i) && shown.charAt(i) != 'x') {
                return false;
            }
        }
        return true;
    }

    private static String hex(BigInteger value, int width) {
        String digits = value.toString(16);
        return "0".repeat((width + 3) / 4 - digits.length()) + digits;
    }

    private String bench(String kind, int cycles) {
        List<Clock> clocks = design.flat().clocks();
        int width = Playback.width(design);
        StringBuilder text = new StringBuilder("`timescale 1ns / 1ps\nmodule " + BENCH + ";\n");
        text.append("    reg [")
                .append(width - 1)
                .append(":0] stimuli [0:")
                .append(cycles - 1)
                .append("];\n");
        text.append("    reg [").append(width - 1).append(":0] now;\n    integer cycle;\n");
        List<String> connections = new ArrayList<>();
        StringBuilder edges = new StringBuilder();
        for (int i = 0; i < clocks.size(); i++) {
            Clock clock = clocks.get(i);
            if (top.clocked(clock)) {
                text.append("    reg clock").append(i).append(" = 1'b0;\n");
                edges.append("            clock%1$d = now[%2$d];\n".formatted(i, width - 1 - i));
                connections.add("." + top.clockPort(clock) + "(clock" + i + ")");
            }
            if (top.resettable(clock)) {
                connections.add("." + top.resetPort(clock) + "(now[" + (width - 1 - clocks.size() - i) + "])");
            }
        }
        int high = width - 1 - 2 * clocks.size();
        for (Net input : inputs) {
            int low = high - input.width() + 1;
            connections.add("." + top.name(input) + "(now[" + high + ":" + low + "])");
            high = low - 1;
        }
        StringBuilder format = new StringBuilder("outputs");
        StringBuilder values = new StringBuilder();
        for (int i = 0; i < outputs.size(); i++) {
            text.append("    wire [")
                    .append(outputs.get(i).width() - 1)
                    .append(":0] output")
                    .append(i)
                    .append(";\n");
            connections.add("." + top.name(outputs.get(i)) + "(output" + i + ")");
            format.append(" %h");
            values.append(", output").append(i);
        }
        text.append("    ")
                .append(kind)
                .append(" dut (")
                .append(String.join(", ", connections))
                .append(");\n");
        text.append("    initial begin\n        $readmemh(\"stimuli.mem\", stimuli);\n");
        text.append("        for (cycle = 0; cycle < ").append(cycles).append("; cycle = cycle + 1) begin\n");
        text.append("            now = stimuli[cycle];\n            #1;\n");
        text.append("            $display(\"")
                .append(format)
                .append('"')
                .append(values)
                .append(");\n");
        text.append("            #1;\n").append(edges).append("            #1;\n");
        text.append(edges.toString().replaceAll("now\\[\\d+]", "1'b0")).append("            #1;\n");
        return text.append("        end\n        $finish;\n    end\nendmodule\n")
                .toString();
    }
}
