package narrowband.sim.machines;

import java.util.ArrayList;
import java.util.List;
import narrowband.sim.machines.LayerTable.Row;

/**
 * A network on a published machine.
 *
 * @param engines that work side by side, each on a layer of its own
 * @param batch images together; all cycles are for so many
 * @param layers in the network's order
 * @param cycles of all layers, one after another: the latency where no engine waits for another
 * @param intervalCycles cycles between batches that no way of giving whole layers to engines beats: the longest layer, or an
 *     even share of all cycles
 * @param balancedCycles cycles between batches if the layers' work could be shared evenly among the engines
 * @param framesPerSecond images per second at the interval
 * @param used the share of the arrays' products that the network asked for in the cycles in which they work, 0..1
 */
public record MachineRun(
        String machine,
        String title,
        String source,
        String network,
        double clockMegahertz,
        int engines,
        int batch,
        List<LayerCycles> layers,
        long cycles,
        long intervalCycles,
        long balancedCycles,
        double framesPerSecond,
        double used) {
    public MachineRun {
        layers = List.copyOf(layers);
    }

    /**
     * A layer's part.
     *
     * @param share of all cycles, 0..1
     */
    public record LayerCycles(
            String name,
            int weightBits,
            int activationBits,
            long multiplyAccumulates,
            long compute,
            long waiting,
            long cycles,
            double used,
            double share) {}

    public static MachineRun of(LayerTable table, Machine machine) {
        List<Machine.Cycles> counted =
                table.rows().stream().map(machine::cycles).toList();
        long total = counted.stream().mapToLong(Machine.Cycles::total).sum();
        long compute = counted.stream().mapToLong(Machine.Cycles::compute).sum();
        long longest = counted.stream().mapToLong(Machine.Cycles::total).max().orElseThrow();
        double wanted = counted.stream()
                .mapToDouble(cycles -> cycles.compute() * cycles.used())
                .sum();
        List<LayerCycles> layers = new ArrayList<>();
        for (int i = 0; i < counted.size(); i++) {
            Row row = table.rows().get(i);
            Machine.Cycles cycles = counted.get(i);
            layers.add(new LayerCycles(
                    row.name(),
                    row.weightBits(),
                    row.activationBits(),
                    row.multiplyAccumulates(),
                    cycles.compute(),
                    cycles.waiting(),
                    cycles.total(),
                    cycles.used(),
                    (double) cycles.total() / total));
        }
        int engines = machine.engines(layers.size());
        long balanced = Math.ceilDiv(total, engines);
        long interval = Math.max(longest, balanced);
        return new MachineRun(
                machine.name(),
                machine.title(),
                machine.source(),
                table.network(),
                machine.clockMegahertz(),
                engines,
                machine.batch(),
                layers,
                total,
                interval,
                balanced,
                machine.clockMegahertz() * 1e6 * machine.batch() / interval,
                wanted / compute);
    }
}
