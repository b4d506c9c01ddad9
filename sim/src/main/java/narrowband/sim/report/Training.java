package narrowband.sim.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The course of training.
 *
 * @param costName what the budget is in, for the axis: {@code mean weight bits}, {@code cycles}
 * @param epochs in order, over all phases
 */
public record Training(String costName, List<Epoch> epochs) {
    public Training {
        epochs = List.copyOf(epochs);
    }

    /**
     * One epoch.
     *
     * @param epoch counted from 1 over all phases
     * @param phase its name: {@code float}, {@code quantised}
     * @param loss mean over the epoch
     * @param accuracy on held-out images, 0..1
     * @param bits by layer; empty while training is in floating point
     * @param information that the codes which a layer takes in carry, bits per value, by layer; empty where it is not measured
     * @param cost what the budget limits; null where none is measured
     * @param budget the limit; null where there is none
     */
    public record Epoch(
            int epoch,
            String phase,
            double loss,
            double accuracy,
            Map<String, LayerBits> bits,
            Map<String, Double> information,
            Optional<Double> cost,
            Optional<Double> budget) {}
}
