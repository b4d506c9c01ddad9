package narrowband.hdlgen.synthesis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Resources;
import narrowband.accel.design.Unit;
import narrowband.hdl.ir.Instance;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.tool.FileTree;
import narrowband.hdl.tool.OutsideProgram;
import narrowband.hdlgen.RtlDesign;
import narrowband.hdlgen.RtlFolder;

/**
 * Synthesises an emitted folder, places and routes it, and says what came out. All intermediate files lie in the folder's
 * {@value #FOLDER}, which appears whole or not at all.
 */
public final class Synthesis {
    /** The folder, beside the Verilog, that holds what the programs wrote. */
    public static final String FOLDER = "synthesis";

    /** The netlist within that folder, as Verilog. */
    public static final String NETLIST = "design.v";

    private final RtlFolder rtl;
    private final RtlDesign hardware;
    private final Accelerator accelerator;
    private final Options options;
    private final Path work;
    private final OutsideProgram yosys;
    private final Optional<OutsideProgram> nextpnr;
    private final Consumer<String> progress;

    /**
     * What is asked for.
     *
     * @param megahertz the clock to aim for
     * @param seeds of the placer, one placement for each; none to leave out place and route
     * @param units whether each unit is synthesised, and placed with the first seed, alone too
     */
    public record Options(Fpga fpga, double megahertz, List<Integer> seeds, boolean units) {
        public Options {
            seeds = List.copyOf(seeds);
        }
    }

    private Synthesis(RtlFolder rtl, Options options, Toolbox tools, Consumer<String> progress) {
        this.rtl = rtl;
        this.options = options;
        this.progress = progress;
        accelerator = rtl.accelerator();
        hardware = new RtlDesign(accelerator);
        work = rtl.folder().resolve(FOLDER + ".part");
        requireSuitable(accelerator.fpga(), options.fpga());
        yosys = tools.require(Tool.YOSYS);
        nextpnr = options.seeds().isEmpty()
                ? Optional.empty()
                : Tool.placing(options.fpga().family()).map(tools::require);
    }

    /**
     * Runs the programs and keeps what they wrote.
     *
     * @param progress takes a line for each thing that begins or ends
     * @throws InvalidInputException if a program is missing or fails, or the design is made for another kind of device
     */
    public static SynthesisReport run(RtlFolder rtl, Options options, Toolbox tools, Consumer<String> progress)
            throws IOException, InterruptedException {
        return new Synthesis(rtl, options, tools, progress).run();
    }

    private static void requireSuitable(Fpga from, Fpga to) {
        if (from.distributedRam().exists() && !to.distributedRam().exists()) {
            throw new InvalidInputException(
                    "The design keeps small memories in look-up tables, as %s does; %s cannot. Export it with --fpga %s."
                            .formatted(from.part(), to.part(), to.name()));
        }
    }

    private SynthesisReport run() throws IOException, InterruptedException {
        FileTree.delete(work);
        Files.createDirectory(work);
        try {
            SynthesisReport report = new SynthesisReport(
                    options.fpga().name(),
                    top(),
                    options.megahertz(),
                    design(),
                    accelerator.resources(),
                    placements(),
                    options.units() ? units() : List.of());
            Files.writeString(work.resolve(SynthesisReport.FILE), report.json());
            Path target = rtl.folder().resolve(FOLDER);
            FileTree.delete(target);
            Files.move(work, target);
            return report;
        } finally {
            FileTree.delete(work);
        }
    }

    private String top() {
        return hardware.core().kind();
    }

    private CellCounts design() throws IOException, InterruptedException {
        synthesise(top(), hardware.sources(), List.of(), "design");
        return CellCounts.read(
                work.resolve("design.stat.json"), top(), options.fpga().family());
    }

    private void synthesise(String top, List<String> sources, List<String> kept, String name)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        progress.accept("%s: yosys".formatted(name));
        String path = work.getFileName() + "/" + name;
        Files.writeString(work.resolve(name + ".ys"), YosysCommands.into(options.fpga(), top, sources, kept, path));
        Path log = work.resolve(name + ".yosys.log");
        if (yosys.run(rtl.folder(), log, List.of("-s", path + ".ys")) != 0) {
            throw Placement.failed(yosys, log);
        }
        progress.accept("%s: yosys took %d s".formatted(name, seconds(start)));
    }

    private List<Placement> placements() throws IOException, InterruptedException {
        List<Placement> placements = new ArrayList<>();
        if (nextpnr.isPresent()) {
            for (int seed : options.seeds()) {
                placements.add(place("design", seed));
            }
        }
        return placements;
    }

    private Placement place(String name, int seed) throws IOException, InterruptedException {
        long start = System.nanoTime();
        OutsideProgram program = nextpnr.orElseThrow();
        progress.accept(
                "%s: %s, seed %d".formatted(name, Path.of(program.name()).getFileName(), seed));
        Placement placement = Placement.run(
                program, options.fpga(), rtl.folder(), work.getFileName() + "/" + name, seed, options.megahertz());
        progress.accept(
                "%s: %.1f MHz with seed %d, in %d s".formatted(name, placement.megahertz(), seed, seconds(start)));
        return placement;
    }

    private List<SynthesisReport.UnitReport> units() throws IOException, InterruptedException {
        Map<String, ModuleNetlist> modules = new LinkedHashMap<>();
        for (Instance instance : hardware.core().instances()) {
            modules.put(instance.name(), instance.module());
        }
        Map<String, SynthesisReport.UnitReport> known = new HashMap<>();
        List<SynthesisReport.UnitReport> reports = new ArrayList<>();
        for (Unit unit : accelerator.units()) {
            String instance = unit.name() + "_unit";
            reports.add(unit(instance, modules.get(instance), unit.resources(accelerator.fpga()), known));
        }
        for (Channel channel : accelerator.channels()) {
            reports.add(unit(channel.name(), modules.get(channel.name()), accelerator.resources(channel), known));
        }
        return reports;
    }

    /** What a module gives alone; those that are alike are done once. */
    private SynthesisReport.UnitReport unit(
            String instance, ModuleNetlist module, Resources estimate, Map<String, SynthesisReport.UnitReport> known)
            throws IOException, InterruptedException {
        String kind = module.kind();
        SynthesisReport.UnitReport alike = known.get(kind);
        if (alike != null) {
            return new SynthesisReport.UnitReport(instance, kind, estimate, alike.cells(), alike.megahertz());
        }
        String harness = work.getFileName() + "/" + kind + ".harness.v";
        Files.writeString(rtl.folder().resolve(harness), UnitHarness.verilog(module));
        List<String> sources = new ArrayList<>(hardware.sources());
        sources.remove(top() + ".v");
        sources.add(harness);
        synthesise(UnitHarness.TOP, sources, List.of(kind), kind);
        CellCounts cells = CellCounts.read(
                work.resolve(kind + ".stat.json"), kind, options.fpga().family());
        Optional<Double> megahertz = nextpnr.isPresent()
                ? Optional.of(place(kind, options.seeds().getFirst()).megahertz())
                : Optional.empty();
        SynthesisReport.UnitReport report = new SynthesisReport.UnitReport(instance, kind, estimate, cells, megahertz);
        known.put(kind, report);
        return report;
    }

    private static long seconds(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toSeconds();
    }
}
