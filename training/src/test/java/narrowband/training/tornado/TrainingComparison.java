package narrowband.training.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import narrowband.accel.network.Shape;
import narrowband.training.device.Batch;
import narrowband.training.device.Device;
import narrowband.training.device.JvmDevice;
import narrowband.training.device.Session;
import narrowband.training.gdnsq.CostModel;
import narrowband.training.gdnsq.Dither;
import narrowband.training.gdnsq.ExteriorPenalty;
import narrowband.training.gdnsq.Objective;
import narrowband.training.gdnsq.Optimiser;
import narrowband.training.gdnsq.QuantisedGraph;
import narrowband.training.gdnsq.QuantisedGraph.Residuals;
import narrowband.training.gdnsq.StepNoise;
import narrowband.training.gdnsq.WeightQuantiser;
import narrowband.training.net.Graph;
import narrowband.training.net.Graph.WeightRanges;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;
import narrowband.training.net.WeightGrid;
import org.assertj.core.data.Offset;

/** The same steps on the JVM and on another device, held against each other. */
final class TrainingComparison {
    private static final int CLASSES = 5;

    private final Graph graph;
    private final Optional<Graph> teacher;
    private final Objective objective;
    private final int batch;
    private final long seed;
    private final Optimiser.Method method;
    private final Dither dither;

    /** @param teacher of a quantised graph */
    TrainingComparison(Graph graph, Optional<Graph> teacher, Objective objective, int batch, long seed) {
        this(graph, teacher, objective, batch, seed, Optimiser.Method.RADAM, Dither.NONE);
    }

    TrainingComparison(
            Graph graph,
            Optional<Graph> teacher,
            Objective objective,
            int batch,
            long seed,
            Optimiser.Method method,
            Dither dither) {
        this.method = method;
        this.dither = dither;
        this.graph = graph;
        this.teacher = teacher;
        this.objective = objective;
        this.batch = batch;
        this.seed = seed;
    }

    /** What a device made of it. */
    private record Run(
            double[] losses,
            int[] correct,
            float[] firstMoments,
            Parameters parameters,
            float[] scores,
            Map<String, Float> maxima,
            float[] sample,
            int clones) {}

    private Batch images(long which) {
        SplittableRandom random = new SplittableRandom(seed * 1000 + which);
        Batch images = new Batch(batch, graph.imageShape().size());
        random.nextBytes(images.pixels());
        for (int i = 0; i < batch; i++) {
            images.labels()[i] = random.nextInt(CLASSES);
        }
        return images;
    }

    private Parameters initial() {
        Parameters parameters = Parameters.initial(graph, seed);
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = parameters.values();
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (0.05 * random.nextGaussian());
        }
        if (graph.isQuantised()) {
            for (Weighted layer : graph.weighted()) {
                float bits = (float) random.nextDouble(2, 5);
                parameters.set(layer.name() + ".bits", 0, bits);
                Slice range = parameters.layout().parameter(layer.name() + ".range");
                WeightQuantiser.of(graph, layer)
                        .calibrate(
                                values,
                                parameters
                                        .layout()
                                        .parameter(layer.name() + ".weight")
                                        .offset(),
                                range.offset(),
                                bits);
                for (int i = 0; i < range.size(); i++) {
                    // Some weights clamp.
                    values[range.offset() + i] -= 0.3f;
                }
            }
            for (Node.Quantise quantiser : graph.quantisers()) {
                parameters.set(quantiser.name() + ".range", 0, (float) random.nextDouble(-0.5, 1.5));
                parameters.set(quantiser.name() + ".bits", 0, (float) random.nextDouble(2, 6));
            }
        }
        return parameters;
    }

    private Run run(Device device, int steps) {
        Parameters parameters = initial();
        Optional<Device.Teacher> taught = teacher.map(
                floating -> new Device.Teacher(floating, Parameters.initial(floating, seed + 1), objective));
        float[] rates = new float[parameters.values().length];
        Arrays.fill(rates, 1);
        Optimiser optimiser = Optimiser.of(method, parameters.layout());
        Session session = device.open(graph, parameters, taught, batch);
        double[] losses = new double[steps];
        int[] correct = new int[steps];
        float[] firstMoments = {};
        Optional<ExteriorPenalty> penalty = graph.isQuantised()
                ? Optional.of(penalty(new CostModel(graph, parameters.layout())))
                : Optional.empty();
        for (int step = 0; step < steps; step++) {
            Session.Outcome outcome = session.step(
                    images(step),
                    new Session.Plan(
                            optimiser,
                            step,
                            1e-3,
                            rates,
                            penalty.orElse(null),
                            penalty.isPresent() ? 0.1 : 0,
                            new StepNoise(dither, seed, step)));
            losses[step] = outcome.loss();
            correct[step] = outcome.correct();
            if (step == 0) {
                session.synchronise();
                firstMoments = optimiser.memory().getFirst().clone();
            }
            for (Slice slice : parameters.layout().slices()) {
                // As the trainer does it between steps.
                if (slice.isBits()) {
                    float[] values = parameters.values();
                    values[slice.offset()] = Math.max(1, Math.min(4.9f, values[slice.offset()]));
                }
            }
        }
        session.observe(images(steps), 0.25);
        float[] scores = new float[batch * CLASSES];
        session.evaluate(images(steps + 1), Math.max(1, batch - 1), scores);
        Map<String, Float> maxima = session.maxima();
        float[] sample = session.sample(graph.weighted().getFirst().name(), 40);
        session.close();
        return new Run(losses, correct, firstMoments, parameters.copy(), scores, maxima, sample, 0);
    }

    private static ExteriorPenalty penalty(CostModel cost) {
        return new ExteriorPenalty(cost, cost.multiplyAccumulates() * 4.0, 2, 2, 3);
    }

    /** A step of a network of random shapes: in floating point, then quantised in a way that the seed chooses. */
    static void assertSameStep(Graph floating, Device other, int batch, long seed) {
        new TrainingComparison(floating, Optional.empty(), Objective.JEFFREYS, batch, seed)
                .assertSame(other, 1, 2e-4, 1e-4);
        Graph graph = QuantisedGraph.of(floating, seed % 2 == 0 ? Residuals.WIDE : Residuals.NARROW)
                .with(seed % 3 == 0 ? WeightRanges.LAYER : WeightRanges.CHANNEL)
                .with(
                        switch ((int) (seed % 4)) {
                            case 1 -> WeightGrid.HALF_INTEGER;
                            case 3 -> WeightGrid.AFFINE;
                            default -> WeightGrid.MID_RISE;
                        });
        Dither dither = seed % 5 < 3 ? Dither.NONE : seed % 5 == 3 ? Dither.FAIR_COIN : Dither.UNIFORM_VARIANCE;
        new TrainingComparison(
                        graph, Optional.of(floating), Objective.JEFFREYS, batch, seed, Optimiser.Method.RADAM, dither)
                .assertSame(other, 1, 1e-3, 2e-3);
    }

    /** The gradients of the first step, parameter by parameter, to a part of the largest of its kind; then whole runs. */
    void assertSame(Device other, int steps, double first, double later) {
        try (JvmDevice jvm = new JvmDevice(2)) {
            Run expected = run(jvm, steps);
            Run actual = run(other, steps);
            assertThat(actual.losses()[0])
                    .as("first loss")
                    .isCloseTo(expected.losses()[0], relative(expected.losses()[0], 1e-5));
            for (Slice slice : expected.parameters().layout().slices()) {
                assertClose(expected.firstMoments(), actual.firstMoments(), slice, first);
            }
            assertThat(actual.losses()).as("losses").containsExactly(expected.losses(), Offset.offset(later * 10));
            assertThat(distance(
                            actual.parameters().values(), expected.parameters().values()))
                    .as("parameters")
                    .isLessThan(later);
            assertThat(distance(
                            actual.parameters().statistics(),
                            expected.parameters().statistics()))
                    .as("statistics")
                    .isLessThan(later);
            assertThat(actual.maxima().keySet()).isEqualTo(expected.maxima().keySet());
            assertThat(distance(actual.scores(), expected.scores()))
                    .as("scores")
                    .isLessThan(later * 20);
            assertThat(distance(actual.sample(), expected.sample()))
                    .as("sample")
                    .isLessThan(later * 20);
        }
    }

    /** What is next to nothing beside the other gradients, such as that of a sum that batch norm takes away, may be noise. */
    private static void assertClose(float[] expected, float[] actual, Slice slice, double part) {
        double overall = 0;
        for (float value : expected) {
            overall = Math.max(overall, Math.abs(value));
        }
        double largest = 0;
        double apart = 0;
        for (int i = slice.offset(); i < slice.offset() + slice.size(); i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            apart = Math.max(apart, Math.abs(expected[i] - actual[i]));
        }
        assertThat(apart)
                .as("gradient of %s, whose largest is %s", slice.name(), largest)
                .isLessThanOrEqualTo(part * largest + 1e-5 * overall);
    }

    private static Offset<Double> relative(double value, double part) {
        return Offset.offset(Math.abs(value) * part);
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        return sum / Math.max(1, a.length);
    }

    /** A network by its name, in floating point. */
    static Graph named(String model, int side, int channels) {
        return narrowband.training.net.Models.named(model, new Shape(side, side, channels), CLASSES);
    }
}
