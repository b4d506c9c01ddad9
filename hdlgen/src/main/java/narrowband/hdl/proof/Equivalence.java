package narrowband.hdl.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import narrowband.hdl.bits.Aiger;
import narrowband.hdl.bits.AndInverterGraph;
import narrowband.hdl.tool.OutsideProgram;
import narrowband.hdl.verilog.VerilogFiles;

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

    /** Whether the program that {@link #ofTexts} needs is here. */
    public static boolean textsAvailable() {
        return YOSYS.available();
    }

    /**
     * Makes single bits of a combinational design's Verilog, as {@code folder/verilog.aig}.
     *
     * @throws IOException where Yosys cannot be run or reports a fault, with what it said
     */
    public static void bitsOf(VerilogFiles files, Path folder) throws IOException, InterruptedException {
        files.writeTo(folder);
        String script = "read_verilog " + String.join(" ", files.sources()) + "; hierarchy -check -top " + files.top()
                + "; proc; flatten; memory_map; opt -fast; techmap; opt -fast; aigmap"
                + "; write_aiger -symbols verilog.aig";
        YOSYS.succeed(folder, folder.resolve("verilog.log"), List.of("-q", "-p", script));
    }

    /**
     * Whether each output of {@code graph}, which has no latches, is equal to that of the same name in {@code folder/verilog.aig} for all inputs.
     *
     * @throws IOException where ABC cannot be run or gives no answer, with what it said
     */
    public static boolean ofBits(AndInverterGraph graph, Path folder) throws IOException, InterruptedException {
        Files.write(folder.resolve("meaning.aig"), Aiger.of(graph));
        Path log = folder.resolve("cec.log");
        CHECKER.succeed(folder, log, List.of("-q", "cec verilog.aig meaning.aig"));
        String said = Files.readString(log);
        if (said.contains("Networks are equivalent")) {
            return true;
        }
        if (said.contains("NOT EQUIVALENT")) {
            return false;
        }
        throw new IOException(CHECKER.name() + " gave no answer: " + said);
    }

    /**
     * Whether two Verilog designs with equally named ports and registers are equal in all cycles: each register takes, and each output is, the same for all inputs and all
     * states; registers and memory words start alike.
     *
     * @throws IOException where Yosys cannot be run or reports a fault, with what it said
     */
    public static boolean ofTexts(VerilogFiles one, VerilogFiles other, Path folder)
            throws IOException, InterruptedException {
        one.writeTo(folder.resolve("one"));
        other.writeTo(folder.resolve("other"));
        String script = read("one", one) + read("other", other)
                + "equiv_make one other both; hierarchy -top both; opt_clean; equiv_simple; equiv_induct"
                + "; equiv_status -assert";
        Path log = folder.resolve("equivalence.log");
        int status = YOSYS.run(folder, log, List.of("-p", script));
        String said = Files.readString(log);
        if (status != 0 && !said.contains("unproven $equiv cells")) {
            throw new IOException(YOSYS.name() + " failed with status " + status + ": " + said);
        }
        return status == 0;
    }

    /** Reads a design and leaves it as one flat module called {@code name}, memories as registers. */
    private static String read(String name, VerilogFiles files) {
        return "design -reset; read_verilog "
                + String.join(
                        " ",
                        files.sources().stream().map(file -> name + "/" + file).toList())
                + "; hierarchy -check -top " + files.top()
                + "; proc; flatten; memory_nordff; memory_map; opt_clean; rename "
                + files.top() + " " + name + "; design -stash " + name + "; design -copy-from " + name + " -as " + name
                + " " + name + "; ";
    }
}
