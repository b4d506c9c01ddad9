package narrowband.hdlgen;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.StreamType;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.hdl.ir.Instance;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.ir.Net;
import narrowband.hdlgen.control.ControlRegister;
import narrowband.hdlgen.synthesis.ShellCommands;
import narrowband.hdlgen.synthesis.Template;

/** {@code README.md} of an emitted folder, for the hardware engineer who finds it. */
final class FolderReadme {
    private final Accelerator accelerator;
    private final RtlDesign design;
    private final TestBench bench;

    private FolderReadme(RtlDesign design, TestBench bench) {
        this.design = design;
        this.bench = bench;
        accelerator = design.accelerator();
    }

    /**
     * The text.
     *
     * @param others the names of the folder's other files, besides Verilog and memories
     */
    static String text(RtlDesign design, TestBench bench, Collection<String> others) {
        return new FolderReadme(design, bench).text(others);
    }

    private String text(Collection<String> others) {
        String top = TestBench.design(accelerator);
        StreamType image = accelerator.input().type();
        StreamType result = accelerator.output().type();
        Map<String, String> values = new HashMap<>();
        values.put("top", top);
        values.put("description", design.core().description());
        values.put("megahertz", String.format(Locale.ROOT, "%s", accelerator.clockMegahertz()));
        values.put("ports", ports());
        values.put("image", stream(accelerator.network().input().shape().toString(), image));
        IntegerNetwork network = accelerator.network();
        values.put(
                "result",
                stream(network.tensor(network.output().name()).shape().toString(), result)
                        + (network.output() instanceof Layer.TopScores
                                ? "; each word is a class and its score, the best first"
                                : ""));
        values.put(
                "weights",
                accelerator
                        .weights()
                        .map(channel ->
                                "\n- Weights come in by `s_axis_weights`: the %d words of `%s`, in order, again for each image."
                                        .formatted(channel.type().words(), TestBench.WEIGHTS))
                        .orElse(""));
        values.put("firstResult", Long.toString(bench.resultCycles().getFirst()[0]));
        values.put("interval", Long.toString(accelerator.intervalBound()));
        values.put("images", Integer.toString(bench.images().size()));
        values.put("whole", design.design().top().kind());
        values.put("registers", registers());
        values.put("files", files(others));
        values.put("verilog", String.join(" ", design.sources()));
        values.put("bench", TestBench.top(accelerator));
        values.put("placing", placing(top));
        return Template.beside(FolderReadme.class, "readme.md").filled(values);
    }

    private String placing(String top) {
        return ShellCommands.placing(accelerator.fpga(), top, design.sources())
                .map(commands ->
                        "Placed and routed with the open tools (pins are yours to choose, in `pins.*`):\n\n```sh\n"
                                + commands + "\n```")
                .orElse(
                        "The open tools do not place this device; Vivado does, out of context (not tried by us, who have no"
                                + " Vivado):\n\n    vivado -mode batch -source vivado.tcl");
    }

    private String ports() {
        List<String> rows = new ArrayList<>();
        ModuleNetlist module = design.core();
        rows.add(row("clk", "in", 1, "the clock; everything moves on its rising edge"));
        rows.add(row("rst", "in", 1, "synchronous reset, active high; hold it for two cycles"));
        for (Net port : module.ports()) {
            String name = module.name(port);
            rows.add(row(name, port.kind() == Net.Kind.INPUT ? "in" : "out", port.width(), meaning(name)));
        }
        return String.join("\n", rows);
    }

    private static String registers() {
        return Stream.of(ControlRegister.values())
                .map(register -> "| `0x%02x` | %s | %s | %s |"
                        .formatted(
                                register.offset(),
                                register.name().toLowerCase(Locale.ROOT),
                                register.access().name().toLowerCase(Locale.ROOT),
                                register.meaning()))
                .collect(Collectors.joining("\n"));
    }

    private static String row(String name, String direction, int width, String meaning) {
        return "| `%s` | %s | %d | %s |".formatted(name, direction, width, meaning);
    }

    private static String meaning(String port) {
        String stream = port.startsWith("s_axis_weights_") ? "weights" : port.startsWith("s_") ? "image" : "result";
        if (port.endsWith("_tvalid")) {
            return "a word of the %s is offered".formatted(stream);
        }
        if (port.endsWith("_tready")) {
            return "a word of the %s is taken where it is offered".formatted(stream);
        }
        if (port.endsWith("_tlast")) {
            return "it is the last word of its %s".formatted(stream);
        }
        return port.endsWith("_tdata") ? "the word, padded with zeros to whole bytes" : "";
    }

    private static String stream(String shape, StreamType type) {
        CodeType element = type.element();
        return "%1$s (height x width x channels) in words of %3$d %4$s of %5$d bits, the first in the low bits: %2$d words, row by row, channels fastest"
                .formatted(
                        shape,
                        type.words(),
                        type.lanes(),
                        (element.signed() ? "signed code" : "unsigned code") + (type.lanes() == 1 ? "" : "s"),
                        element.bits());
    }

    private String files(Collection<String> others) {
        Map<String, String> descriptions = new LinkedHashMap<>();
        ModuleNetlist whole = design.design().top();
        ModuleNetlist top = design.core();
        descriptions.put(whole.kind() + ".v", whole.description());
        descriptions.put(top.kind() + ".v", top.description());
        for (Instance instance : top.instances()) {
            descriptions.put(instance.module().kind() + ".v", instance.module().description());
        }
        for (String name : design.files().keySet()) {
            descriptions.putIfAbsent(name, name.endsWith(".mem") ? "" : "A part of another module.");
        }
        List<String> rows = new ArrayList<>();
        descriptions.forEach((name, text) -> {
            if (!text.isEmpty()) {
                rows.add("| `%s` | %s |".formatted(name, text));
            }
        });
        if (design.files().keySet().stream().anyMatch(name -> name.endsWith(".mem"))) {
            rows.add("| `*.mem` | Initial contents of memories, read by `$readmemh` from where the tool runs. |");
        }
        others.forEach(name -> rows.add("| `%s` | %s |".formatted(name, purpose(name))));
        return String.join("\n", rows);
    }

    private static String purpose(String file) {
        if (file.startsWith("tb_")) {
            return "For the test bench: "
                    + switch (file) {
                        case TestBench.IMAGES -> "images, a word a line.";
                        case "tb_expected.mem" -> "the results that they must give.";
                        default -> "the cycles in which those must come.";
                    };
        }
        return switch (file) {
            case TestBench.WEIGHTS -> "The weights, as their stream must bring them for each image.";
            case "synthesis.ys" -> "A script for Yosys that counts cells.";
            case "vivado.tcl" -> "A script for Vivado that synthesises, places and routes.";
            case "clock.xdc" -> "The clock, for Vivado.";
            case "pins.pcf", "pins.lpf", "pins.cst" -> "The clock, and pins for you to choose.";
            case "timing.sdc" -> "The clock, for Quartus and Gowin's tools.";
            case "quartus.qsf" -> "Settings for Quartus; not tested.";
            case "component.xml" -> "IP-XACT (IEEE 1685-2014): ports, streams, files.";
            case RtlFolder.DESIGN -> "The choices that make this design; `narrowband` reads it.";
            case RtlFolder.NETWORK -> "The integer network; `narrowband` reads it.";
            case RtlFolder.WAVES -> "The picture below.";
            default ->
                file.endsWith(".core") ? "FuseSoC's description of the design." : "The self-checking test bench.";
        };
    }
}
