package narrowband.sim.report;

import java.util.List;
import java.util.Optional;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.EnginePass;
import narrowband.accel.design.SharedEngine;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.network.WeightCodes;

/**
 * A pass of a shared engine.
 *
 * @param layers the network's layers that it carries, the first of them the one that fills the array
 * @param parameters number of weights
 * @param weightBits width of its weights; null where it has none
 * @param activationBits planes of the activations that it takes in
 * @param tiles times that weights or thresholds are exchanged
 * @param positions output positions of each tile
 * @param steps cycles in which the array works, for one image
 * @param cycles that the pass takes when its tiles come in time: of array or tail, for each position whichever takes longer
 * @param share of all passes' cycles, 0..1
 */
public record PassRow(
        List<String> layers,
        long parameters,
        Optional<Integer> weightBits,
        int activationBits,
        int tiles,
        int positions,
        long steps,
        long cycles,
        double share) {
    /** The rows of a shared engine, in order; none for the other shape. */
    static List<PassRow> of(Accelerator accelerator) {
        if (accelerator.weights().isEmpty()) {
            return List.of();
        }
        SharedEngine engine = SharedLayout.engine(accelerator);
        double all = engine.passes().stream().mapToLong(engine::cycles).sum();
        return engine.passes().stream()
                .map(pass -> row(accelerator, engine, pass, all))
                .toList();
    }

    private static PassRow row(Accelerator accelerator, SharedEngine engine, EnginePass pass, double all) {
        Optional<WeightCodes> weights = pass.head() == EnginePass.Head.PRODUCT
                ? Optional.of(accelerator.network().weights().get(pass.layers().getFirst()))
                : Optional.empty();
        int positions = pass.window().positions();
        return new PassRow(
                pass.layers(),
                weights.map(w -> (long) w.outputs() * w.inputs()).orElse(0L),
                weights.map(WeightCodes::bits),
                pass.activationPlanes(),
                pass.tiles(),
                positions,
                (long) pass.tiles() * positions * pass.steps(),
                engine.cycles(pass),
                engine.cycles(pass) / all);
    }
}
