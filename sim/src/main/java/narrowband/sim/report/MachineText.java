package narrowband.sim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import narrowband.sim.machines.Machine;
import narrowband.sim.machines.MachineRun;

/** Published machines, and a network on them, as plain text for the terminal. */
public final class MachineText {
    private MachineText() {}

    /** The machines that are known. */
    public static String list(List<Machine> machines) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"machine", "what", "clock"});
        for (Machine machine : machines) {
            rows.add(new String[] {machine.name(), machine.title(), Quantity.megahertz(machine.clockMegahertz())});
        }
        StringBuilder text = new StringBuilder(TextReport.table(rows, 2)).append('\n');
        for (Machine machine : machines) {
            text.append("%s: %s.%n".formatted(machine.name(), machine.source()));
        }
        return text.toString();
    }

    /**
     * One network on several machines.
     *
     * @param refused why a machine cannot take it, by the machine's name
     */
    public static String comparison(List<MachineRun> runs, Map<String, String> refused) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {
            "machine", "engines", "images", "clock", "cycles", "of them waiting", "interval", "images/s", "array used"
        });
        for (MachineRun run : runs) {
            rows.add(new String[] {
                run.machine(),
                Quantity.count(run.engines()),
                Quantity.count(run.batch()),
                Quantity.megahertz(run.clockMegahertz()),
                Quantity.count(run.cycles()),
                Quantity.count(waiting(run)),
                Quantity.count(run.intervalCycles()),
                Quantity.significant(run.framesPerSecond()),
                Quantity.percent(run.used())
            });
        }
        StringBuilder text = new StringBuilder(TextReport.table(rows, 1)).append(LEGEND);
        refused.forEach((machine, why) -> text.append("%s: %s%n".formatted(machine, why)));
        return text.toString();
    }

    /** One network on one machine, layer by layer. */
    public static String layers(MachineRun run) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {
            "layer", "W bits", "in", "MACs", "array works", "waits for memory", "cycles", "share", "array used"
        });
        for (MachineRun.LayerCycles layer : run.layers()) {
            rows.add(new String[] {
                layer.name(),
                String.valueOf(layer.weightBits()),
                String.valueOf(layer.activationBits()),
                Quantity.count(layer.multiplyAccumulates()),
                Quantity.count(layer.compute()),
                Quantity.count(layer.waiting()),
                Quantity.count(layer.cycles()),
                Quantity.percent(layer.share()),
                Quantity.percent(layer.used())
            });
        }
        List<String[]> summary = List.of(
                new String[] {"machine", run.title()},
                new String[] {"source", run.source()},
                new String[] {
                    "cycles",
                    "%s for %s, %s of them waiting for memory"
                            .formatted(Quantity.count(run.cycles()), images(run), Quantity.count(waiting(run)))
                },
                new String[] {
                    "interval",
                    "%s cycles at best on %s; %s if the work could be shared evenly"
                            .formatted(
                                    Quantity.count(run.intervalCycles()),
                                    run.engines() == 1 ? "1 engine" : run.engines() + " engines",
                                    Quantity.count(run.balancedCycles()))
                },
                new String[] {
                    "throughput",
                    "%s images/s at %s"
                            .formatted(
                                    Quantity.significant(run.framesPerSecond()),
                                    Quantity.megahertz(run.clockMegahertz()))
                },
                new String[] {"array used", Quantity.percent(run.used())});
        return TextReport.table(rows, 1) + LEGEND + "\n" + TextReport.table(summary, 2);
    }

    private static final String LEGEND =
            "Closed forms as their authors published them, not our simulation. cycles: of all layers in turn; interval: between\n"
                    + "batches where each engine takes whole layers; array used: products that the network asks for among those that\n"
                    + "the array makes while it works.\n";

    private static long waiting(MachineRun run) {
        return run.layers().stream().mapToLong(MachineRun.LayerCycles::waiting).sum();
    }

    private static String images(MachineRun run) {
        return run.batch() == 1 ? "an image" : run.batch() + " images";
    }
}
