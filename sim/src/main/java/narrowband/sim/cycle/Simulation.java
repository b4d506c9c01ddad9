package narrowband.sim.cycle;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a simulation saw.
 *
 * @param cycles cycles from the first after reset to the last in which anything happened
 * @param clockMegahertz the design's clock, for times and rates
 * @param images one for each image, in order
 * @param processes all processes, in the order of the units
 * @param channels all channels, in the design's order
 * @param source the world that sends images
 * @param sink the world that takes results
 * @param loader the world that sends weights; none where the design takes none
 * @param timelines one for each process, or none if they were not asked for
 * @param traces one for each channel, or none if no trace was asked for
 * @param memory what the memory did for each stream; none where words were always there
 * @param offers in which cycles the memory offered words; empty without a memory or a trace
 * @param paths what decided when the last word of the first image, and of the last, came out; none if it was not asked for
 */
public record Simulation(
        long cycles,
        double clockMegahertz,
        List<ImageTiming> images,
        List<ProcessActivity> processes,
        List<ChannelActivity> channels,
        BoundaryActivity source,
        BoundaryActivity sink,
        Optional<BoundaryActivity> loader,
        List<Timeline> timelines,
        List<ChannelTrace> traces,
        List<DramActivity> memory,
        Optional<MemoryTrace> offers,
        List<CriticalPath> paths) {
    public Simulation {
        timelines = List.copyOf(timelines);
        images = List.copyOf(images);
        processes = List.copyOf(processes);
        channels = List.copyOf(channels);
        traces = List.copyOf(traces);
        memory = List.copyOf(memory);
        paths = List.copyOf(paths);
    }

    /**
     * Cycles between images in the steady state: the mean distance of the last output words over the second half of the
     * stream, which leaves out the filling of the pipeline; empty for one image, which has no rate.
     */
    public OptionalDouble intervalCycles() {
        if (images.size() < 2) {
            return OptionalDouble.empty();
        }
        int from = (images.size() - 1) / 2;
        long distance = images.getLast().lastWordOut() - images.get(from).lastWordOut();
        return OptionalDouble.of((double) distance / (images.size() - 1 - from));
    }

    /** Images per second in the steady state; empty for one image. */
    public OptionalDouble framesPerSecond() {
        OptionalDouble interval = intervalCycles();
        return interval.isEmpty() ? interval : OptionalDouble.of(clockMegahertz * 1e6 / interval.getAsDouble());
    }

    /**
     * Cycles that the first image, which finds the accelerator empty, takes from its first word in to its last word out.
     * Those behind it may queue and take longer; see {@link ImageTiming#latencyCycles}.
     */
    public long latencyCycles() {
        return images.getFirst().latencyCycles();
    }

    /** The latency in microseconds at the design's clock. */
    public double latencyMicroseconds() {
        return latencyCycles() / clockMegahertz;
    }

    /** The cycle of every word of every result. */
    public List<CycleList> outputCycles() {
        return images.stream().map(ImageTiming::outputs).toList();
    }

    /** What a channel did. */
    public ChannelActivity channel(String name) {
        return channels.stream()
                .filter(channel -> channel.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no channel " + name));
    }

    /** The processes of a layer's units. */
    public List<ProcessActivity> ofLayer(String layer) {
        return processes.stream()
                .filter(process -> process.layer().equals(layer))
                .toList();
    }
}
