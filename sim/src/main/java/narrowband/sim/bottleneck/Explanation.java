package narrowband.sim.bottleneck;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.EnginePass;
import narrowband.accel.design.SharedEngine;
import narrowband.accel.design.Unit;
import narrowband.sim.cycle.CriticalPath;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.ImageTiming;
import narrowband.sim.cycle.Relief;
import narrowband.sim.cycle.Relief.Resource;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;

/**
 * Why a design is not faster.
 *
 * @param latency the way that decided when the first image was out, from its first word in
 * @param interval the way between the last two results, in the steady state; it shows what bounds the rate
 * @param sensitivities what it would be worth if something were without limit, the most first; the first row that is worth
 *     nothing and all behind it are not what limits the design
 */
public record Explanation(Way latency, Way interval, List<Sensitivity> sensitivities) {
    /** Images of a stream: enough for a steady state. */
    private static final int IMAGES = 4;

    /** MB/s of which no design could notice more. */
    private static final double UNLIMITED_RATE = 1e12;

    public Explanation {
        sensitivities = List.copyOf(sensitivities);
    }

    /**
     * Simulates a stream of {@value #IMAGES} images once for each layer and each resource.
     *
     * @param stimulus how the world outside behaves; its number of images does not count
     */
    public static Explanation of(Accelerator accelerator, Stimulus stimulus) {
        Stimulus stream = stimulus.withImages(IMAGES);
        Simulation plain = CycleSimulator.simulate(accelerator, stream.withCriticalPaths());
        List<ImageTiming> images = plain.images();
        CriticalPath first = plain.paths().getFirst();
        CriticalPath last = plain.paths().getLast();
        Sensitivity.Outcome none = outcome(plain);
        Map<String, Stimulus> memories = new LinkedHashMap<>();
        stream.memory().ifPresent(dram -> {
            memories.put("latency of the memory", stream.withMemory(dram.withLatency(0)));
            dram.rows().ifPresent(_ -> memories.put("rows of the memory", stream.withMemory(dram.withoutRows())));
            memories.put("rate of the memory", stream.withMemory(dram.withRate(UNLIMITED_RATE)));
        });
        Stream<Sensitivity> slower = memories.entrySet().stream()
                .map(entry -> Sensitivity.of(
                        entry.getKey(), false, none, outcome(CycleSimulator.simulate(accelerator, entry.getValue()))));
        Stream<Sensitivity> others = reliefs(accelerator).entrySet().parallelStream()
                .map(entry -> Sensitivity.of(
                        entry.getKey(),
                        entry.getValue() instanceof Relief.Work,
                        none,
                        outcome(CycleSimulator.simulate(accelerator, stream, entry.getValue()))));
        List<Sensitivity> rows = Stream.concat(slower, others)
                .sorted(Comparator.comparingDouble(Sensitivity::gain).reversed())
                .toList();
        return new Explanation(
                Way.of(first.between(
                        images.getFirst().firstWordIn(), images.getFirst().lastWordOut() + 1)),
                Way.of(last.between(
                        images.get(IMAGES - 2).lastWordOut() + 1,
                        images.getLast().lastWordOut() + 1)),
                rows);
    }

    private static Sensitivity.Outcome outcome(Simulation simulation) {
        return new Sensitivity.Outcome(simulation.intervalCycles().orElseThrow(), simulation.latencyCycles());
    }

    private static Map<String, Relief> reliefs(Accelerator accelerator) {
        Map<String, Relief> reliefs = new LinkedHashMap<>();
        layers(accelerator).forEach(layer -> reliefs.put(layer, new Relief.Work(layer)));
        reliefs.put("depth of all FIFOs", Resource.FIFOS);
        reliefs.put(
                accelerator.weights().isPresent() ? "memory for tiles of weights" : "rows of line buffers",
                Resource.BUFFERS);
        reliefs.put("rate of the image", Resource.IMAGES);
        accelerator.weights().ifPresent(_ -> reliefs.put("rate of the weights", Resource.WEIGHTS));
        reliefs.put("rate of the result", Resource.RESULTS);
        return reliefs;
    }

    /** The layers with units of their own, and the first layer of each pass of a shared engine. */
    public static List<String> layers(Accelerator accelerator) {
        Set<String> layers = new LinkedHashSet<>();
        for (Unit unit : accelerator.units()) {
            if (unit instanceof SharedEngine engine) {
                engine.passes().stream()
                        .map(EnginePass::layers)
                        .map(List::getFirst)
                        .forEach(layers::add);
            } else {
                layers.add(unit.layer());
            }
        }
        return new ArrayList<>(layers);
    }
}
