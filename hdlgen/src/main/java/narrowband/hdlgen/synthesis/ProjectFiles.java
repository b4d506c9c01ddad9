package narrowband.hdlgen.synthesis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import narrowband.accel.design.Fpga;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.ir.Net;

/** Files with which other tools take the design up: IP-XACT, FuseSoC, and the vendors' scripts and constraints. */
public final class ProjectFiles {
    /** What the pieces are called in IP-XACT and FuseSoC; a design's own changes show in its Verilog, not here. */
    private static final String VERSION = "1.0.0";

    private final ModuleNetlist top;
    private final ModuleNetlist whole;
    private final Fpga fpga;
    private final Map<String, String> values;
    private final List<String> sources;
    private final List<String> memories;
    private final List<String> bench;

    private ProjectFiles(
            ModuleNetlist top,
            ModuleNetlist whole,
            Fpga fpga,
            double megahertz,
            Collection<String> design,
            Collection<String> bench) {
        this.top = top;
        this.whole = whole;
        this.fpga = fpga;
        this.bench = List.copyOf(bench);
        sources = design.stream().filter(name -> name.endsWith(".v")).toList();
        memories = design.stream().filter(name -> !name.endsWith(".v")).toList();
        values = Map.of(
                "top", top.kind(),
                "part", fpga.part(),
                "target", fpga.target(),
                "megahertz", number(megahertz),
                "period", String.format(Locale.ROOT, "%.3f", 1000 / megahertz));
    }

    /**
     * The files by name.
     *
     * @param core the accelerator with its streams alone, which is what scripts synthesise and the test bench runs
     * @param whole the same with its AXI4-Lite port, the component of IP-XACT
     * @param megahertz the clock that they ask for
     * @param design the design's own files, Verilog and memories
     * @param bench the files of the test bench
     */
    public static Map<String, String> of(
            ModuleNetlist core,
            ModuleNetlist whole,
            Fpga fpga,
            double megahertz,
            Collection<String> design,
            Collection<String> bench) {
        return new ProjectFiles(core, whole, fpga, megahertz, design, bench).files();
    }

    private Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        switch (fpga.family()) {
            case ICE40 -> files.put("pins.pcf", filled("pins.pcf", "pins", pins("# set_io %s PIN")));
            case ECP5 ->
                files.put(
                        "pins.lpf",
                        filled(
                                "pins.lpf",
                                "pins",
                                pins("# LOCATE COMP \"%s\" SITE \"PIN\"; IOBUF PORT \"%<s\" IO_TYPE=LVCMOS33;")));
            case GOWIN -> files.put("pins.cst", filled("pins.cst", "pins", pins("// IO_LOC \"%s\" PIN;")));
            case SERIES_7, ULTRASCALE_PLUS -> {
                files.put("vivado.tcl", filled("vivado.tcl", "sources", String.join(" ", sources)));
                files.put("clock.xdc", Template.named("clock.xdc").filled(values));
            }
        }
        files.put("timing.sdc", Template.named("timing.sdc").filled(values));
        files.put(
                "quartus.qsf",
                filled(
                        "quartus.qsf",
                        "sources",
                        sources.stream()
                                .map("set_global_assignment -name VERILOG_FILE %s"::formatted)
                                .collect(Collectors.joining("\n"))));
        files.put("component.xml", IpXact.component(whole, top.kind() + "_tb", VERSION, sources, memories, bench));
        files.put(top.kind() + ".core", fusesoc());
        return files;
    }

    private String fusesoc() {
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put("vlnv", "narrowband:accelerator:%s:%s".formatted(top.kind(), VERSION));
        more.put("description", top.description().replace(':', ','));
        more.put("sources", sources.stream().map("      - %s"::formatted).collect(Collectors.joining("\n")));
        more.put("memories", copied(memories));
        more.put(
                "bench",
                bench.stream()
                        .map(name -> name.endsWith(".v")
                                ? "      - %s: {file_type: verilogSource-2001}".formatted(name)
                                : copy(name))
                        .collect(Collectors.joining("\n")));
        return Template.named("fusesoc.core").filled(more);
    }

    /** Files that the Verilog reads by their names, so that they must lie where a tool runs. */
    private static String copied(List<String> names) {
        return names.isEmpty()
                ? "      []"
                : names.stream().map(ProjectFiles::copy).collect(Collectors.joining("\n"));
    }

    private static String copy(String name) {
        return "      - %s: {file_type: user, copyto: %<s}".formatted(name);
    }

    private String filled(String template, String place, String value) {
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(place, value);
        return Template.named(template).filled(more);
    }

    /** A line for each bit of each port. */
    private String pins(String line) {
        List<String> lines = new ArrayList<>();
        for (Clock clock : top.clocksUsed()) {
            lines.add(line.formatted(top.clockPort(clock)));
            if (top.resettable(clock)) {
                lines.add(line.formatted(top.resetPort(clock)));
            }
        }
        for (Net port : top.ports()) {
            String name = top.name(port);
            for (int bit = 0; bit < port.width(); bit++) {
                lines.add(line.formatted(port.width() == 1 ? name : "%s[%d]".formatted(name, bit)));
            }
        }
        return String.join("\n", lines);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
