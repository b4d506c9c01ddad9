package narrowband.training.device;

import static org.assertj.core.api.Assertions.assertThat;

import narrowband.training.gdnsq.Losses;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;
import org.assertj.core.data.Offset;

/** That a network's gradients are the differences of its loss, parameter by parameter. */
final class GradientCheck {
    /** Small enough that few ReLU and pooling choices flip, large enough for float arithmetic. */
    private static final double STEP = 2e-3;

    private final JvmNetwork network;
    private final Parameters parameters;
    private final Losses losses;
    private final Batch batch;
    private final float[] gradient;

    GradientCheck(JvmNetwork network, Parameters parameters, Losses losses, Batch batch) {
        this.network = network;
        this.parameters = parameters;
        this.losses = losses;
        this.batch = batch;
        loss();
        this.gradient = network.backward().clone();
    }

    /** Moves the parameters along their own gradient, both ways: the loss must change as the gradient's length says. */
    void assertIsTheDifference(Slice slice) {
        double norm = 0;
        for (int i = slice.offset(); i < slice.offset() + slice.size(); i++) {
            norm += (double) gradient[i] * gradient[i];
        }
        norm = Math.sqrt(norm);
        double slope = (moved(slice, STEP / norm) - moved(slice, -STEP / norm)) / (2 * STEP);
        assertThat(slope).as(slice.name()).isCloseTo(norm, Offset.offset(0.02 * norm + 2e-4));
    }

    private double moved(Slice slice, double by) {
        float[] values = parameters.values();
        float[] kept = values.clone();
        for (int i = slice.offset(); i < slice.offset() + slice.size(); i++) {
            values[i] += (float) (by * gradient[i]);
        }
        double loss = loss();
        System.arraycopy(kept, 0, values, 0, kept.length);
        return loss;
    }

    private double loss() {
        int images = batch.capacity();
        float[] scores = network.forward(batch.pixels(), images);
        return losses.crossEntropy(scores, batch.labels(), images, network.scoreGradient());
    }
}
