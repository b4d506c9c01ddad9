package narrowband.sim.report;

import java.util.List;
import java.util.Optional;
import narrowband.sim.cycle.Dram;
import narrowband.sim.cycle.DramActivity;
import narrowband.sim.cycle.Simulation;

/**
 * The memory that images and weights were read from, and what it did over the simulated stream.
 *
 * @param dram what it is
 * @param busShare share of the cycles in which its bus gave words, 0..1
 * @param streams what it did for each stream
 */
public record MemoryUse(Dram dram, double busShare, List<DramActivity> streams) {
    public MemoryUse {
        streams = List.copyOf(streams);
    }

    static Optional<MemoryUse> of(Optional<Dram> dram, Simulation stream) {
        double bus =
                stream.memory().stream().mapToDouble(DramActivity::busCycles).sum();
        return dram.map(memory -> new MemoryUse(memory, bus / stream.cycles(), stream.memory()));
    }
}
