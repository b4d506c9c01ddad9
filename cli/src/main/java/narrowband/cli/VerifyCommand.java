package narrowband.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import narrowband.accel.InvalidInputException;
import narrowband.hdlgen.ExternalSimulator;
import narrowband.hdlgen.RtlFolder;
import narrowband.hdlgen.synthesis.GateLevel;
import narrowband.hdlgen.synthesis.Toolbox;
import narrowband.sim.report.Verification;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs emitted hardware and compares it with the reference and the simulator. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs emitted hardware on the images of its folder and compares values with the integer reference and cycles with"
                    + " the simulator.",
            "Inside the Java machine every word of every channel is compared, and the Verilog files must be those that the"
                    + " design gives, byte for byte; Icarus and Verilator run the files themselves and compare every word"
                    + " that comes out.",
            "With netlist, the gates that `narrowband synth` left in the folder are run, with Yosys' models of the FPGA's cells:"
                    + " every word that comes out and its cycle are compared.",
            "Example: narrowband verify out/rtl --with verilator"
        })
final class VerifyCommand implements Callable<Integer> {
    /** What runs the hardware. */
    enum Simulator {
        JVM,
        ICARUS,
        VERILATOR,
        NETLIST
    }

    @Parameters(paramLabel = "RTL_DIR", description = "A folder that export or flow wrote.")
    private Path folder;

    @Option(
            names = "--with",
            paramLabel = "jvm|icarus|verilator|netlist",
            defaultValue = "jvm",
            description = "What runs the hardware. Default: ${DEFAULT-VALUE}.")
    private Simulator simulator;

    @Option(names = "--images", paramLabel = "N", description = "How many of the folder's images. Default: all.")
    private Integer images;

    @Option(
            names = "--tools",
            paramLabel = "DIR",
            description = "For a netlist: where Yosys is, as for synth. Default: the search path.")
    private Path tools;

    @Option(names = "--json", description = "Print the outcome as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        RtlFolder rtl = RtlFolder.read(folder);
        Comparison comparison = new Comparison(rtl.accelerator(), chosen(rtl.images()));
        List<String> differing = List.of();
        Comparison.Outcome outcome = switch (simulator) {
            case JVM -> {
                differing = rtl.differingFiles(comparison.hardware());
                yield comparison.inJvm();
            }
            case ICARUS -> comparison.with(ExternalSimulator.ICARUS, rtl);
            case VERILATOR -> {
                Output.of(spec, json).log("narrowband: Verilator compiles the design first, which takes longest");
                yield comparison.with(ExternalSimulator.VERILATOR, rtl);
            }
            case NETLIST -> ofNetlist(comparison, rtl);
        };
        Verification verification = outcome.verification();
        boolean passed = verification.passed() && differing.isEmpty();
        Output output = Output.of(spec, json);
        output.say("%s with %s: %d images, %,d words compared, %d differ; %,d cycles simulated, %,d counted"
                .formatted(
                        passed ? "agrees" : "DIFFERS",
                        simulator.name().toLowerCase(Locale.ROOT),
                        verification.images(),
                        verification.words(),
                        verification.mismatches(),
                        verification.cyclesSimulated(),
                        verification.cyclesRtl()));
        outcome.firstDifference().ifPresent(where -> output.say("first difference: " + where));
        if (!differing.isEmpty()) {
            output.say("files that are not what the design gives: " + String.join(", ", differing));
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("passed", passed);
        result.put("verification", verification);
        result.put("firstDifference", outcome.firstDifference().orElse(null));
        result.put("differingFiles", differing);
        output.json(result);
        return passed ? Narrowband.FINE : Narrowband.CHECK_FAILED;
    }

    /** The netlist that synth left, in Verilator where that is installed. */
    private Comparison.Outcome ofNetlist(Comparison comparison, RtlFolder rtl) {
        List<String> sources = GateLevel.sources(
                folder, rtl.accelerator().fpga(), tools == null ? Toolbox.onPath() : Toolbox.under(tools));
        ExternalSimulator gates =
                ExternalSimulator.VERILATOR.isInstalled() ? ExternalSimulator.VERILATOR : ExternalSimulator.ICARUS;
        return comparison.ofNetlist(gates, rtl, sources);
    }

    private List<int[]> chosen(List<int[]> all) {
        if (images == null) {
            return all;
        }
        if (images < 1 || images > all.size()) {
            throw new InvalidInputException(
                    "--images must be 1 to %d, the images of %s, not %d.".formatted(all.size(), folder, images));
        }
        return all.subList(0, images);
    }
}
