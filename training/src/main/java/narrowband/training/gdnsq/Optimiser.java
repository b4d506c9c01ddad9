package narrowband.training.gdnsq;

import java.util.List;
import narrowband.training.net.ParameterLayout;
import narrowband.training.net.ParameterLayout.Slice;

/** Takes steps along gradients, over one flat buffer of parameters. What it remembers is its own; for use by one thread. */
public sealed interface Optimiser permits RectifiedAdam, MomentumDescent {
    /** How steps are taken. */
    enum Method {
        /** RAdam, as the method has it. */
        RADAM,
        /** Stochastic gradient descent with momentum 0.9. */
        SGD,
        /** The same with Nesterov's momentum. */
        NESTEROV
    }

    /** An optimiser that has seen nothing yet. */
    static Optimiser of(Method method, ParameterLayout layout) {
        return switch (method) {
            case RADAM -> new RectifiedAdam(layout.parameterCount());
            case SGD, NESTEROV ->
                new MomentumDescent(
                        new float[layout.parameterCount()],
                        layout.slices().stream()
                                .filter(Slice::isBits)
                                .mapToInt(Slice::offset)
                                .toArray(),
                        method == Method.NESTEROV);
        };
    }

    /**
     * One update.
     *
     * @param rates the factor on the learning rate for each parameter; 0 holds it still
     * @param rate the learning rate
     * @param step how many updates came before, from 0
     */
    void update(float[] values, float[] gradient, float[] rates, double rate, long step);

    /** What it remembers, live: filled with what another of its kind remembered, it goes on as that would. */
    List<float[]> memory();
}
