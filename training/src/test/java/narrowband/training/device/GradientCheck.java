package narrowband.training.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import narrowband.training.gdnsq.Losses;
import narrowband.training.gdnsq.Objective;
import narrowband.training.gdnsq.RelativeError;
import narrowband.training.net.Graph;
import narrowband.training.net.ParameterLayout;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;

/**
 * That a network's gradients are the central differences of its loss, computed in doubles by a {@link SmoothNetwork}.
 *
 * <p>The relative error of a group of parameters with the gradient {@code g}, whose true one is {@code d}, is
 * {@code |(g - d) . u| / |g|} for vectors {@code u} of signs; over random signs its mean square is {@code |g - d|^2 / |g|^2}. Groups
 * of a few parameters are measured one by one. Range and width of a quantiser are a group: each alone is a sum that may vanish by
 * chance. {@link RelativeError} says why floats can meet what is allowed.
 */
final class GradientCheck {
    /** The loss is near 1 and smooth: differences are good to about 1e-8. */
    private static final double STEP = 3e-6;

    private static final int DIRECTIONS = 2;
    private static final int FEW = 4;

    private final ParameterLayout layout;
    private final SmoothNetwork smooth;
    private final SplittableRandom random = new SplittableRandom(17);
    private final Batch batch;
    private final Objective objective;
    private final float[] teacher;
    private final int classes;
    private final float[] gradient;

    /** Checks the gradients of the labels' cross entropy. */
    GradientCheck(Graph graph, JvmNetwork network, Parameters parameters, Batch batch) {
        this(graph, network, parameters, batch, new Objective(Objective.Distillation.NONE, 1));
    }

    /** Checks the gradients of an objective; the teacher's scores are drawn. */
    GradientCheck(Graph graph, JvmNetwork network, Parameters parameters, Batch batch, Objective objective) {
        layout = parameters.layout();
        this.batch = batch;
        this.objective = objective;
        classes = graph.classes();
        teacher = new float[batch.capacity() * classes];
        for (int i = 0; i < teacher.length; i++) {
            teacher[i] = (float) random.nextGaussian();
        }
        smooth = new SmoothNetwork(graph, parameters, batch);
        float[] scores = network.forward(batch.pixels(), batch.capacity());
        double loss = new Losses(classes)
                .distil(objective, scores, teacher, batch.labels(), batch.capacity(), network.scoreGradient());
        double[] expected = smooth.scores(smooth.point());
        assertThat(RelativeError.of(scores, expected, 0, expected.length))
                .as("scores")
                .isLessThan(RelativeError.ALLOWED);
        assertThat(Math.abs(loss / loss(expected) - 1)).as("loss").isLessThan(RelativeError.ALLOWED);
        gradient = network.backward().clone();
    }

    void assertIsTheDifference(Slice slice) {
        double length = Math.sqrt(group(slice).mapToDouble(this::square).sum());
        boolean few = slice.size() <= FEW;
        for (int k = 0; k < (few ? slice.size() : DIRECTIONS); k++) {
            double[] direction = new double[slice.size()];
            for (int i = 0; i < direction.length; i++) {
                direction[i] = few ? (i == k ? 1 : 0) : random.nextBoolean() ? 1 : -1;
            }
            double along = 0;
            for (int i = 0; i < direction.length; i++) {
                along += direction[i] * gradient[slice.offset() + i];
            }
            double difference = (moved(slice, direction, STEP) - moved(slice, direction, -STEP)) / (2 * STEP);
            assertThat(Math.abs(along - difference) / length)
                    .as("%s: %s along direction %d, by differences %s", slice.name(), along, k, difference)
                    .isLessThan(RelativeError.ALLOWED);
        }
    }

    /** The slice; of a quantiser, its range and width together. */
    private Stream<Slice> group(Slice slice) {
        String owner = slice.name().substring(0, slice.name().indexOf('.'));
        return slice.isBits() || slice.isRange()
                ? Stream.of(layout.parameter(owner + ".range"), layout.parameter(owner + ".bits"))
                : Stream.of(slice);
    }

    private double square(Slice slice) {
        double square = 0;
        for (int i = slice.offset(); i < slice.offset() + slice.size(); i++) {
            square += (double) gradient[i] * gradient[i];
        }
        return square;
    }

    private double moved(Slice slice, double[] direction, double by) {
        double[] values = smooth.point();
        for (int i = 0; i < direction.length; i++) {
            values[slice.offset() + i] += by * direction[i];
        }
        return loss(smooth.scores(values));
    }

    /** The objective from its definition: mean over images of {@code D(T, S) + labelWeight CE}. */
    private double loss(double[] scores) {
        double sum = 0;
        for (int n = 0; n < batch.capacity(); n++) {
            double[] student = logProbabilities(n, i -> scores[i]);
            double[] target = logProbabilities(n, i -> teacher[i]);
            for (int c = 0; c < classes; c++) {
                double p = Math.exp(student[c]);
                double t = Math.exp(target[c]);
                sum += switch (objective.distillation()) {
                    case JEFFREYS -> (t - p) * (target[c] - student[c]);
                    case FORWARD_KL -> t * (target[c] - student[c]);
                    case NONE -> 0;
                };
            }
            sum -= objective.labelWeight() * student[batch.labels()[n]];
        }
        return sum / batch.capacity();
    }

    private double[] logProbabilities(int image, IntToDoubleFunction scores) {
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(scores.applyAsDouble(image * classes + c));
        }
        double[] logarithms = new double[classes];
        for (int c = 0; c < classes; c++) {
            logarithms[c] = scores.applyAsDouble(image * classes + c) - Math.log(sum);
        }
        return logarithms;
    }
}
