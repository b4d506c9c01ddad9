package narrowband.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import narrowband.accel.design.Fpga;
import narrowband.training.tornado.TornadoInstallation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists what training can run on, and what accelerators can be designed for. */
@Command(
        name = "devices",
        mixinStandardHelpOptions = true,
        description = "Lists the machine that training runs on and the FPGAs that accelerators can be designed for.")
final class DevicesCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** What training runs on. */
    private record Trainer(String name, String description, boolean available) {}

    /** @param tornadoProblem why TornadoVM lists no devices, or empty */
    private record Devices(List<Trainer> training, String tornadoProblem, List<Fpga> fpgas) {}

    @Override
    public Integer call() {
        TornadoInstallation tornado = TornadoInstallation.probe();
        Devices devices = new Devices(trainers(tornado), tornado.problem(), Fpga.known());
        if (json) {
            Output.of(spec, json).json(devices);
            return Narrowband.FINE;
        }
        var out = spec.commandLine().getOut();
        out.println("Training:");
        for (Trainer trainer : devices.training()) {
            out.printf("  %-18s %s%n", trainer.name(), trainer.description());
        }
        if (!tornado.hasGpu()) {
            String reason = tornado.problem().isEmpty() ? "none of TornadoVM's devices is one" : tornado.problem();
            out.printf("No GPU: %s. To train on one:%n", reason);
            TornadoInstallation.HOW_TO_GET_IT.forEach(line -> out.println("  " + line));
        }
        out.println();
        out.printf("%-12s %-31s %8s %11s %10s %12s%n", "FPGA", "part", "LUTs", "flip-flops", "block RAMs", "clock");
        for (Fpga fpga : devices.fpgas()) {
            out.printf(
                    "%-12s %-31s %8d %11d %10d %8.0f MHz%n",
                    fpga.name(), fpga.part(), fpga.luts(), fpga.flipFlops(), fpga.blockRams(), fpga.clockMegahertz());
        }
        return Narrowband.FINE;
    }

    private static List<Trainer> trainers(TornadoInstallation tornado) {
        List<Trainer> trainers = new ArrayList<>();
        trainers.add(new Trainer(
                TrainingDevice.JVM,
                "%d threads, Java %s, Vector API"
                        .formatted(Runtime.getRuntime().availableProcessors(), Runtime.version()),
                true));
        tornado.devices().forEach(found -> trainers.add(new Trainer(found.spec(), found.description(), true)));
        return trainers;
    }
}
