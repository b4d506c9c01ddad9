package narrowband.sim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.SharedEngine;
import narrowband.accel.design.SharedLayout;
import narrowband.sim.bound.CycleBounds;
import narrowband.sim.cycle.ImageTiming;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Timeline;
import narrowband.sim.cycle.Timeline.Interval;
import narrowband.sim.cycle.Timeline.State;
import narrowband.sim.cycle.Timeline.Work;

/**
 * One image's way through the units while others are before and behind it: what {@link TraceReport} tells, of a stream in its
 * steady state, in the grain of a picture.
 *
 * @param image its index in the stream
 * @param from the cycle in which its first word enters
 * @param until the cycle behind that in which the last word of its result leaves
 * @param grain cycles that were looked at together, each such group counting as what it was most of
 * @param lanes one for each process, in the order of the units
 * @param passes of a shared engine; none where each layer has units of its own
 */
public record Schedule(int image, long from, long until, long grain, List<Lane> lanes, List<Pass> passes) {
    /** Groups of cycles over an image's latency, about: what a screen shows apart. */
    private static final long GROUPS = 500;

    public Schedule {
        lanes = List.copyOf(lanes);
        passes = List.copyOf(passes);
    }

    /**
     * What a process did while the image was under way.
     *
     * @param workFrom the cycle of its first step for the image
     * @param workUntil the cycle behind its last step for it
     */
    public record Lane(
            String layer, String unit, String process, long workFrom, long workUntil, List<Stretch> stretches) {
        public Lane {
            stretches = List.copyOf(stretches);
        }
    }

    /** @param own whether it is work for this image */
    public record Stretch(State state, boolean own, long from, long until) {}

    /**
     * The array's work for some layers.
     *
     * @param layers those of the network that the pass carries
     */
    public record Pass(List<String> layers, long from, long until) {}

    /** The grain of timelines that a schedule needs, for {@link narrowband.sim.cycle.Stimulus#withTimelines}. */
    public static long grain(Accelerator accelerator) {
        return Math.max(1, CycleBounds.of(accelerator).latencyCycles() / GROUPS);
    }

    /** The schedule of an image from the middle of a simulated stream; none without timelines. */
    public static Optional<Schedule> of(Accelerator accelerator, Simulation stream) {
        if (stream.timelines().isEmpty()) {
            return Optional.empty();
        }
        int image = stream.images().size() / 2;
        ImageTiming timing = stream.images().get(image);
        long from = timing.firstWordIn();
        long until = timing.lastWordOut() + 1;
        List<Lane> lanes = stream.timelines().stream()
                .map(timeline -> lane(timeline, image, from, until))
                .toList();
        return Optional.of(new Schedule(
                image, from, until, stream.timelines().getFirst().grain(), lanes, passes(accelerator, stream, image)));
    }

    private static Lane lane(Timeline timeline, int image, long from, long until) {
        List<Work> works =
                timeline.works().stream().filter(work -> work.image() == image).toList();
        long workFrom = works.isEmpty() ? from : works.getFirst().from();
        long workUntil = works.isEmpty() ? from : works.getLast().until();
        List<Stretch> stretches = new ArrayList<>();
        for (Interval interval : timeline.intervals()) {
            long[] cuts = {from, Math.clamp(workFrom, from, until), Math.clamp(workUntil, from, until), until};
            for (int part = 0; part < cuts.length - 1; part++) {
                long begin = Math.max(interval.from(), cuts[part]);
                long end = Math.min(interval.until(), cuts[part + 1]);
                if (begin < end) {
                    stretches.add(
                            new Stretch(interval.state(), interval.state() == State.BUSY && part == 1, begin, end));
                }
            }
        }
        return new Lane(timeline.layer(), timeline.unit(), timeline.process(), workFrom, workUntil, stretches);
    }

    private static List<Pass> passes(Accelerator accelerator, Simulation stream, int image) {
        if (accelerator.weights().isEmpty()) {
            return List.of();
        }
        SharedEngine engine = SharedLayout.engine(accelerator);
        return stream.timelines().stream()
                .filter(timeline -> timeline.unit().equals(engine.name())
                        && timeline.process().equals(SharedEngine.COMPUTE))
                .flatMap(timeline -> timeline.works().stream())
                .filter(work -> work.image() == image)
                .map(work -> new Pass(engine.passes().get(work.part()).layers(), work.from(), work.until()))
                .toList();
    }
}
