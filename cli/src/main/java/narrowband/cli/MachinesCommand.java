package narrowband.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.NetworkFile;
import narrowband.sim.machines.LayerTable;
import narrowband.sim.machines.Machine;
import narrowband.sim.machines.MachineRun;
import narrowband.sim.report.MachineText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A network on the accelerators of the literature. */
@Command(
        name = "machines",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lists accelerators of the literature, or tells how many cycles a network takes on them by the closed forms that"
                    + " their authors published.",
            "Example: narrowband machines out/mine/network.nbn --machine barvinn"
        })
final class MachinesCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "NETWORK",
            arity = "0..1",
            description = "An integer network, as train, flow and model write it. Default: only list the machines.")
    private Path network;

    @Option(
            names = "--machine",
            paramLabel = "NAME",
            description =
                    "Layer by layer on this one: barvinn, bismo, bitfusion, finn or stripes. Default: all, in total.")
    private String machine;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** What {@code --json} lists. */
    private record Listed(String name, String title, double clockMegahertz, int batch, String source) {}

    /** All machines; {@code refused} says why a machine cannot take the network. */
    private record Comparison(List<MachineRun> runs, Map<String, String> refused) {}

    @Override
    public Integer call() {
        Output output = Output.of(spec, json);
        if (network == null) {
            if (machine != null) {
                throw new InvalidInputException("--machine goes with a network.");
            }
            output.say(MachineText.list(Machine.known()).stripTrailing());
            output.json(Machine.known().stream()
                    .map(known -> new Listed(
                            known.name(), known.title(), known.clockMegahertz(), known.batch(), known.source()))
                    .toList());
            return Narrowband.FINE;
        }
        LayerTable table = LayerTable.of(NetworkFile.read(network));
        if (machine != null) {
            MachineRun run = MachineRun.of(table, Machine.named(machine));
            output.say(MachineText.layers(run).stripTrailing());
            output.json(run);
            return Narrowband.FINE;
        }
        List<MachineRun> runs = new ArrayList<>();
        Map<String, String> refused = new LinkedHashMap<>();
        for (Machine known : Machine.known()) {
            try {
                runs.add(MachineRun.of(table, known));
            } catch (InvalidInputException e) {
                refused.put(known.name(), e.getMessage());
            }
        }
        output.say(MachineText.comparison(runs, refused).stripTrailing());
        output.json(new Comparison(runs, refused));
        return Narrowband.FINE;
    }
}
