package narrowband.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Resources;
import narrowband.hdlgen.RtlFolder;
import narrowband.hdlgen.synthesis.CellCounts;
import narrowband.hdlgen.synthesis.CriticalPath;
import narrowband.hdlgen.synthesis.Placement;
import narrowband.hdlgen.synthesis.Synthesis;
import narrowband.hdlgen.synthesis.SynthesisReport;
import narrowband.hdlgen.synthesis.Tool;
import narrowband.hdlgen.synthesis.Toolbox;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Synthesises, places and routes emitted hardware with other people's programs. */
@Command(
        name = "synth",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Synthesises emitted hardware with Yosys, and places and routes it with nextpnr where that knows the FPGA (iCE40,"
                    + " ECP5, Gowin). Says how many cells the design and its units take, beside our estimates, what clock"
                    + " it reaches, and through which units the slowest path leads.",
            "What the programs wrote, and synthesis.json, lie in the folder's synthesis/ afterwards.",
            "Example: narrowband synth out/rtl --units"
        })
final class SynthCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RTL_DIR", description = "A folder that export or flow wrote.")
    private Path folder;

    @Option(
            names = "--fpga",
            paramLabel = "NAME",
            description = "The FPGA, one of `narrowband devices`. Default: the one that the design is made for.")
    private String fpga;

    @Option(
            names = "--tools",
            paramLabel = "DIR",
            description =
                    "Where the programs are: DIR, DIR/bin, or DIR/usr/bin of unpacked Debian packages. Default: the"
                            + " search path.")
    private Path tools;

    @Option(names = "--units", description = "Also each unit and FIFO alone, between registers.")
    private boolean units;

    @Option(
            names = "--place",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Place and route too, or with --no-place synthesise only. Default: place.")
    private boolean place;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "1",
            description = "Place and route with this many seeds. Default: ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(
            names = "--clock",
            paramLabel = "MHZ",
            description = "The clock to aim for. Default: the one that the design is made for.")
    private Double clock;

    @Option(names = "--json", description = "Print the outcome as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (seeds < 1) {
            throw new InvalidInputException("--seeds must be at least 1, not %d.".formatted(seeds));
        }
        if (clock != null && !(clock > 0 && Double.isFinite(clock))) {
            throw new InvalidInputException("--clock must be above 0, not %s.".formatted(clock));
        }
        Toolbox toolbox = tools == null ? Toolbox.onPath() : Toolbox.under(tools);
        Optional<Fpga> other = Optional.ofNullable(fpga).map(Fpga::named);
        RtlFolder rtl = RtlFolder.read(folder);
        Fpga device = other.orElse(rtl.accelerator().fpga());
        double megahertz = Optional.ofNullable(clock).orElse(rtl.accelerator().clockMegahertz());
        List<Integer> chosen = place ? IntStream.rangeClosed(1, seeds).boxed().toList() : List.of();
        Output output = Output.of(spec, json);
        SynthesisReport report;
        try {
            report = Synthesis.run(rtl, new Synthesis.Options(device, megahertz, chosen, units), toolbox, output::log);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "%s: synthesis cannot go on: %s.".formatted(folder, InvalidInputException.reason(e)), e);
        }
        text(report, device).forEach(output::say);
        output.say("files in " + folder.resolve(Synthesis.FOLDER));
        output.json(report);
        return Narrowband.FINE;
    }

    private List<String> text(SynthesisReport report, Fpga device) {
        List<String> lines = new ArrayList<>();
        if (!report.units().isEmpty()) {
            lines.add("%-28s %13s %13s %11s %5s %9s"
                    .formatted("alone", "LUTs", "flip-flops", "block RAMs", "DSPs", "clock"));
            lines.add("%-28s %6s %6s %6s %6s %5s %5s"
                    .formatted("", "guess", "Yosys", "guess", "Yosys", "guess", "Yosys"));
            for (SynthesisReport.UnitReport unit : report.units()) {
                lines.add(row(unit.instance(), unit.estimate(), unit.cells(), unit.megahertz()));
            }
        }
        lines.add("%s on %s: estimate and after synthesis".formatted(report.design(), device.part()));
        compare(lines, "LUTs", report.estimate().luts(), report.cells().luts(), device.luts());
        compare(
                lines,
                "flip-flops",
                report.estimate().flipFlops(),
                report.cells().flipFlops(),
                device.flipFlops());
        compare(
                lines,
                "block RAMs",
                report.estimate().blockRams(),
                report.cells().blockRams(),
                device.blockRams());
        lines.add("  %-12s %25d %11d"
                .formatted(
                        "multipliers",
                        report.estimate().multipliers(),
                        report.cells().dsps()));
        if (report.placements().isEmpty()) {
            lines.add(
                    place && Tool.placing(device.family()).isEmpty()
                            ? "  not placed: the open tools do not place %s; Vivado does, with vivado.tcl"
                                    .formatted(device.part())
                            : "  not placed");
        }
        for (Placement placement : report.placements()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  seed %d: %.1f MHz, %,d of %,d logic cells",
                    placement.seed(),
                    placement.megahertz(),
                    placement.logicCells(),
                    placement.logicCellsOfDevice()));
        }
        report.best().flatMap(Placement::path).map(SynthCommand::path).ifPresent(lines::addAll);
        return lines;
    }

    private static void compare(List<String> lines, String what, long estimate, long counted, long available) {
        lines.add(String.format(Locale.ROOT, "  %-12s %,10d %,10d of %,10d", what, estimate, counted, available));
    }

    private static String row(String name, Resources estimate, CellCounts cells, Optional<Double> megahertz) {
        return String.format(
                Locale.ROOT,
                "%-28s %6d %6d %6d %6d %5d %5d %5d %9s",
                name,
                estimate.luts(),
                cells.luts(),
                estimate.flipFlops(),
                cells.flipFlops(),
                estimate.blockRams(),
                cells.blockRams(),
                cells.dsps(),
                megahertz
                        .map(clock -> String.format(Locale.ROOT, "%.1f MHz", clock))
                        .orElse(""));
    }

    private static List<String> path(CriticalPath path) {
        return List.of(
                String.format(
                        Locale.ROOT,
                        "  slowest path: %.1f ns, %.1f of them logic, through %s",
                        path.nanoseconds(),
                        path.logicNanoseconds(),
                        String.join(", ", path.units())),
                "    " + path.signals().stream().distinct().collect(Collectors.joining(" > ")));
    }
}
