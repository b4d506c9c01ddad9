package narrowband.sim.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import narrowband.accel.design.Accelerator;
import narrowband.sim.bound.CycleBounds;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.cycle.Timeline;

/**
 * One image's way through the units as {@code trace.json}, in the trace event format that ui.perfetto.dev and chrome://tracing
 * open: each layer a process, each process of a unit a thread, each stretch of work or waiting a slice. Times are those at
 * the design's clock; each slice says its cycles.
 */
public final class TraceReport {
    /** Slices of all threads together, about, that a browser opens with ease; for more, cycles are looked at together. */
    private static final long SLICES = 400_000;

    private TraceReport() {}

    private record Slice(
            String name, String cat, String ph, double ts, double dur, int pid, int tid, Map<String, Object> args) {}

    private record Label(String name, String ph, int pid, int tid, Map<String, Object> args) {}

    private record Trace(List<Object> traceEvents, String displayTimeUnit, Map<String, Object> otherData) {}

    /** Simulates one image and gives the file's text. */
    public static String text(Accelerator accelerator) {
        long threads = accelerator.units().stream()
                .mapToLong(unit -> unit.timing().processes().size())
                .sum();
        long grain = Math.max(1, CycleBounds.of(accelerator).latencyCycles() * threads / SLICES);
        return text(CycleSimulator.simulate(accelerator, Stimulus.images(1).withTimelines(grain)));
    }

    /** @param simulation of one image, with timelines */
    static String text(Simulation simulation) {
        List<Object> events = new ArrayList<>();
        Map<String, Integer> layers = new LinkedHashMap<>();
        int thread = 0;
        long grain = 1;
        for (Timeline timeline : simulation.timelines()) {
            if (!layers.containsKey(timeline.layer())) {
                int layer = layers.size() + 1;
                layers.put(timeline.layer(), layer);
                events.add(new Label("process_name", "M", layer, 0, Map.of("name", timeline.layer())));
                events.add(new Label("process_sort_index", "M", layer, 0, Map.of("sort_index", layer)));
            }
            int layer = layers.get(timeline.layer());
            grain = timeline.grain();
            thread++;
            events.add(new Label(
                    "thread_name", "M", layer, thread, Map.of("name", timeline.unit() + "." + timeline.process())));
            for (Timeline.Interval interval : timeline.intervals()) {
                if (interval.state() != Timeline.State.IDLE_BEFORE && interval.state() != Timeline.State.IDLE_AFTER) {
                    events.add(slice(interval, simulation.clockMegahertz(), layer, thread));
                }
            }
        }
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("cycles", simulation.cycles());
        about.put("clockMegahertz", simulation.clockMegahertz());
        about.put("cyclesTogether", grain);
        return JsonReport.line(new Trace(events, "ns", about)) + "\n";
    }

    private static Slice slice(Timeline.Interval interval, double clockMegahertz, int layer, int thread) {
        Map<String, Object> cycles = new LinkedHashMap<>();
        cycles.put("from", interval.from());
        cycles.put("cycles", interval.cycles());
        return new Slice(
                name(interval.state()),
                interval.state() == Timeline.State.BUSY ? "work" : "wait",
                "X",
                interval.from() / clockMegahertz,
                interval.cycles() / clockMegahertz,
                layer,
                thread,
                cycles);
    }

    private static String name(Timeline.State state) {
        return switch (state) {
            case BUSY -> "works";
            case WAITING_FOR_INPUT -> "waits for input";
            case WAITING_FOR_COUNTER -> "waits for rows";
            case BLOCKED_BY_OUTPUT -> "blocked by output";
            case IDLE_BEFORE -> "fills";
            case IDLE_AFTER -> "drains";
        };
    }
}
