package narrowband.sim.report;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import narrowband.accel.design.Accelerator;
import narrowband.sim.bound.CycleBounds;
import narrowband.sim.cycle.Simulation;

/**
 * How fast the design is: its rate and its latency, which are two things.
 *
 * @param imagesSimulated images of the stream
 * @param intervalCycles cycles between results in the steady state; null for one image
 * @param boundCycles the interval that no schedule of the design can beat, in closed form
 * @param latencyBoundCycles the latency that the design cannot go below, in closed form
 * @param framesPerSecond images per second in the steady state; null for one image
 * @param latencyCycles cycles from the first word of an image in, to the last of its result out, the design being empty
 * @param latencyMicroseconds the same in time
 * @param bottleneck the layer with the most cycles of work for an image
 */
public record Performance(
        int imagesSimulated,
        Optional<Double> intervalCycles,
        long boundCycles,
        long latencyBoundCycles,
        Optional<Double> framesPerSecond,
        long latencyCycles,
        double latencyMicroseconds,
        String bottleneck) {
    static Performance of(Accelerator accelerator, Simulation stream, List<LayerRow> layers) {
        CycleBounds bounds = CycleBounds.of(accelerator);
        return new Performance(
                stream.images().size(),
                stream.intervalCycles().stream().boxed().findFirst(),
                bounds.intervalCycles(),
                bounds.latencyCycles(),
                stream.framesPerSecond().stream().boxed().findFirst(),
                stream.latencyCycles(),
                stream.latencyMicroseconds(),
                layers.stream()
                        .max(Comparator.comparingLong(LayerRow::cyclesPerImage))
                        .map(LayerRow::name)
                        .orElse(""));
    }
}
