package narrowband.hdl.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import narrowband.hdl.Design;
import narrowband.hdl.bits.Aiger;
import narrowband.hdl.bits.AndInverterGraph;
import narrowband.hdl.tool.OutsideProgram;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;
import narrowband.hdl.verilog.VerilogOptions;

/**
 * Proves that two forms of a design are the same hardware. Yosys reads the Verilog, so that nothing of the emitter judges the emitter.
 */
public final class Equivalence {
    private static final OutsideProgram YOSYS = new OutsideProgram("yosys");
    private static final OutsideProgram CHECKER = new OutsideProgram("berkeley-abc");

    private Equivalence() {}

    /** Whether the programs that {@link #ofBits} needs are here. */
    public static boolean bitsAvailable() {
        return YOSYS.available() && CHECKER.available();
    }

    /** Whether the program that {@link #ofDesigns} needs is here. */
    public static boolean designsAvailable() {
        return YOSYS.available();
    }

    /**
     * Makes single bits of a design's Verilog, as {@code folder/verilog.aig}. Memories become latches; what starts undefined starts as 0. The design has one clock.
     *
     * @throws IOException where Yosys cannot be run or reports a fault, with what it said
     */
    public static void bitsOf(Design design, Path folder) throws IOException, InterruptedException {
        bitsOf(design, VerilogOptions.PLAIN, folder);
    }

    /** As {@link #bitsOf(Design, Path)}, of Verilog that is written in another way. */
    public static void bitsOf(Design design, VerilogOptions options, Path folder)
            throws IOException, InterruptedException {
        VerilogFiles files = VerilogEmitter.emit(design, options);
        files.writeTo(folder);
        String registers = "opt -fast -nodffe -nosdff; dffunmap; ";
        StringBuilder script = new StringBuilder("read_verilog " + String.join(" ", files.sources()));
        script.append("; hierarchy -check -top ").append(files.top());
        script.append("; proc; flatten; memory_nordff; memory_map; ").append(registers);
        script.append("techmap; ").append(registers).append("setundef -undriven -zero; setundef -init -zero; ");
        design.top()
                .clocksUsed()
                .forEach(clock -> script.append("delete -port ")
                        .append(files.top())
                        .append('/')
                        .append(design.top().clockPort(clock))
                        .append("; "));
        script.append("opt_clean; aigmap; write_aiger -zinit -symbols verilog.aig");
        YOSYS.succeed(folder, folder.resolve("verilog.log"), List.of("-q", "-p", script.toString()));
    }

    /**
     * Whether each output of {@code graph} is equal to that of the same name in {@code folder/verilog.aig}: for all inputs, and where the graph has latches in all cycles from
     * power up.
     *
     * @throws IOException where ABC cannot be run or gives no answer, with what it said
     */
    public static boolean ofBits(AndInverterGraph graph, Path folder) throws IOException, InterruptedException {
        Files.write(folder.resolve("meaning.aig"), Aiger.of(graph));
        return compare(folder, "verilog.aig", graph.latches().isEmpty());
    }

    /**
     * Whether outputs of one name are equal in two graphs with equally named inputs and outputs: for all inputs, and where there are latches in all cycles from power up.
     *
     * @throws IOException where ABC cannot be run or gives no answer, with what it said
     */
    public static boolean ofGraphs(AndInverterGraph one, AndInverterGraph other, Path folder)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("meaning.aig"), Aiger.of(one));
        Files.write(folder.resolve("other.aig"), Aiger.of(other));
        boolean combinational = one.latches().isEmpty() && other.latches().isEmpty();
        return compare(folder, "other.aig", combinational);
    }

    private static boolean compare(Path folder, String other, boolean combinational)
            throws IOException, InterruptedException {
        Path log = folder.resolve("equivalence.log");
        String command = combinational ? "cec " : "dsec ";
        CHECKER.succeed(folder, log, List.of("-q", command + other + " meaning.aig"));
        String said = Files.readString(log);
        if (said.contains("Networks are equivalent")) {
            return true;
        }
        if (said.contains("NOT EQUIVALENT") || said.contains("not equivalent")) {
            return false;
        }
        throw new IOException(CHECKER.name() + " gave no answer: " + said);
    }

    /**
     * Whether Yosys proves the Verilog of two designs with equally named ports, registers and read ports equal in all cycles, once they start alike. Where it does not, they
     * differ, or they are equal only in states that can be reached, which {@link #ofGraphs} would see.
     *
     * @throws IOException where Yosys cannot be run or reports a fault, with what it said
     */
    public static boolean ofDesigns(Design one, Design other, Path folder) throws IOException, InterruptedException {
        String script = read("one", one, folder) + read("other", other, folder)
                + "design -copy-from one one; design -copy-from other other"
                + "; equiv_make one other both; hierarchy -top both; opt -fast; equiv_simple; equiv_induct"
                + "; equiv_status -assert";
        Path log = folder.resolve("equivalence.log");
        Files.writeString(folder.resolve("equivalence.ys"), script);
        int status = YOSYS.run(folder, log, List.of("-s", "equivalence.ys"));
        String said = Files.readString(log);
        if (status != 0 && !said.contains("unproven $equiv cells")) {
            throw new IOException(YOSYS.name() + " failed with status " + status + ": " + said);
        }
        return status == 0;
    }

    /**
     * Commands that keep a design as one flat module called {@code name}. Memories become registers. Only ports and state keep their names: two wires that are called alike need
     * not be alike.
     */
    private static String read(String name, Design design, Path folder) throws IOException {
        VerilogFiles files = VerilogEmitter.emit(design);
        files.writeTo(folder.resolve(name));
        List<String> state = new ArrayList<>();
        design.flat()
                .registers()
                .forEach(register -> state.add(design.flat().names().get(register)));
        design.flat().reads().forEach(read -> state.add(design.flat().names().get(read)));
        StringBuilder kept = new StringBuilder();
        state.forEach(register -> kept.append(' ').append(name).append("/w:").append(register));
        return "read_verilog "
                + files.sources().stream().map(file -> name + "/" + file).collect(Collectors.joining(" "))
                + "; hierarchy -check -top " + files.top() + "; proc; flatten; memory_nordff; memory_map; opt_clean"
                + "; rename " + files.top() + " " + name + "\nselect -set kept" + kept + " " + name + "/w:*[*]"
                + "; rename -hide " + name + "/w:* @kept %d; design -stash " + name + "\n";
    }
}
