package narrowband.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Resources;
import narrowband.hdl.Design;
import narrowband.hdl.tool.OutsideProgram;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;
import narrowband.hdlgen.FpgaVerilog;
import narrowband.hdlgen.synthesis.CellCounts;
import narrowband.hdlgen.synthesis.YosysCommands;

/**
 * Estimates of units beside what Yosys makes of them, each alone: a line of a table for each. Arguments: {@code fitted}, {@code held-out} or {@code fresh}, then FPGAs and words of
 * descriptions that choose among them.
 */
public final class UnitEstimates {
    private static final OutsideProgram YOSYS = new OutsideProgram("yosys");

    /** How far an estimate of LUTs may be off. */
    private static final double TOLERANCE = 0.15;

    /** Units with fewer LUTs than this may be off by {@link #FEW_LUTS} instead. */
    private static final long SMALL_UNIT = 50;

    private static final long FEW_LUTS = 8;

    private UnitEstimates() {}

    /** Runs Yosys, which must be installed, for each unit and FPGA. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(arguments));
        List<UnitSpecimen> specimens = words.remove("fitted")
                ? SpecimenSets.fitted()
                : words.remove("fresh") ? SpecimenSets.fresh() : SpecimenSets.heldOut();
        words.remove("held-out");
        List<Fpga> fpgas = new ArrayList<>(
                Fpga.known().stream().filter(fpga -> words.remove(fpga.name())).toList());
        if (fpgas.isEmpty()) {
            fpgas.addAll(List.of(Fpga.named("xc7a35t"), Fpga.named("ecp5-25k"), Fpga.named("ice40hx8k")));
        }
        System.out.println("| device | unit | LUTs: estimate | Yosys | ratio | per binary operation |"
                + " registers: estimate | Yosys | block RAMs: estimate | Yosys | multipliers: estimate | Yosys |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|");
        int near = 0;
        int all = 0;
        for (UnitSpecimen specimen : specimens) {
            if (words.stream().allMatch(specimen.description()::contains)) {
                for (Fpga fpga : fpgas) {
                    near += report(specimen, fpga) ? 1 : 0;
                    all++;
                }
            }
        }
        System.out.printf(
                "%n%d of %d within 15 %%, or %d LUTs for units with fewer than %d%n", near, all, FEW_LUTS, SMALL_UNIT);
    }

    /** Whether an estimate is as near to what came out as it should be. */
    static boolean isNear(long estimate, long synthesised) {
        long difference = Math.abs(estimate - synthesised);
        return difference <= TOLERANCE * synthesised || synthesised < SMALL_UNIT && difference <= FEW_LUTS;
    }

    private static boolean report(UnitSpecimen specimen, Fpga fpga) throws IOException, InterruptedException {
        Resources estimate = specimen.unit().apply(fpga).resources(fpga);
        CellCounts synthesised = synthesise(specimen, fpga);
        String perOperation =
                specimen.operations() == 0 ? "" : "%.2f".formatted(synthesised.luts() / (double) specimen.operations());
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %,d | %,d | %.2f | %s | %,d | %,d | %d | %d | %d | %d |%n",
                fpga.name(),
                specimen.description(),
                estimate.luts(),
                synthesised.luts(),
                estimate.luts() / (double) synthesised.luts(),
                perOperation,
                estimate.flipFlops(),
                synthesised.flipFlops(),
                estimate.blockRams(),
                synthesised.blockRams(),
                estimate.multipliers(),
                synthesised.dsps());
        return isNear(estimate.luts(), synthesised.luts());
    }

    /** The cells that Yosys makes of a unit alone. */
    static CellCounts synthesise(UnitSpecimen specimen, Fpga fpga) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("unit-estimate");
        VerilogFiles files = VerilogEmitter.emit(Design.of(specimen.module().apply(fpga)), FpgaVerilog.options(fpga));
        files.writeTo(folder);
        String script = "read_verilog %s; %s; tee -o cells.json stat -json"
                .formatted(String.join(" ", files.sources()), YosysCommands.synthesise(fpga, files.top()));
        YOSYS.succeed(folder, folder.resolve("yosys.log"), List.of("-q", "-p", script));
        return CellCounts.read(folder.resolve("cells.json"), files.top(), fpga.family());
    }
}
