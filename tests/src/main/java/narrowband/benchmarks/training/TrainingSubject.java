package narrowband.benchmarks.training;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import narrowband.accel.network.Shape;
import narrowband.training.device.Batch;
import narrowband.training.device.Device;
import narrowband.training.device.Session;
import narrowband.training.gdnsq.CostModel;
import narrowband.training.gdnsq.ExteriorPenalty;
import narrowband.training.gdnsq.QuantisedGraph;
import narrowband.training.gdnsq.RectifiedAdam;
import narrowband.training.gdnsq.WeightQuantiser;
import narrowband.training.net.Graph;
import narrowband.training.net.Models;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;

/**
 * What is trained when speed is measured: a network for CIFAR-10 in the middle of the gradual phase, as many bits everywhere, on
 * images of noise.
 *
 * @param floatGraph the teacher
 * @param graph the student
 */
record TrainingSubject(
        Graph floatGraph,
        Parameters teacher,
        Graph graph,
        Parameters student,
        CostModel cost,
        float[] rates,
        RectifiedAdam optimiser) {
    static final double RATE = 1e-3;
    static final double MULTIPLIER = 0.5;
    private static final Shape IMAGE = new Shape(32, 32, 3);
    private static final int CLASSES = 10;

    static TrainingSubject of(String model, float bits) {
        Graph floatGraph = Models.named(model, IMAGE, CLASSES);
        Graph graph = QuantisedGraph.of(floatGraph);
        Parameters teacher = Parameters.initial(floatGraph, 1);
        Parameters student = Parameters.initial(graph, 2);
        for (Weighted layer : graph.weighted()) {
            Slice range = student.layout().parameter(layer.name() + ".range");
            new WeightQuantiser(layer.outputs(), graph.fanIn(layer), range.size())
                    .calibrate(
                            student.values(),
                            student.layout().parameter(layer.name() + ".weight").offset(),
                            range.offset(),
                            bits);
            student.set(layer.name() + ".bits", 0, bits);
        }
        for (Node.Quantise quantiser : graph.quantisers()) {
            // The image lies below 1, what batch norm yields mostly below 4. No pixel lies in the middle between two
            // codes.
            student.set(quantiser.name() + ".range", 0, quantiser.name().equals("image") ? 0.013f : 2.017f);
            student.set(quantiser.name() + ".bits", 0, bits);
        }
        float[] rates = new float[student.values().length];
        Arrays.fill(rates, 1);
        return new TrainingSubject(
                floatGraph,
                teacher,
                graph,
                student,
                new CostModel(graph, student.layout()),
                rates,
                new RectifiedAdam(rates.length));
    }

    /** The same with numbers of the student of its own, and an optimiser that has seen nothing. */
    TrainingSubject copy() {
        return new TrainingSubject(
                floatGraph, teacher, graph, student.copy(), cost, rates, new RectifiedAdam(rates.length));
    }

    /** Bit operations that the budget allows: those of three bits everywhere. */
    double limit() {
        return cost.multiplyAccumulates() * 9.0;
    }

    /** Numbers that go into layers with weights and come out of them, for one image. */
    long elements() {
        return graph.weighted().stream()
                .mapToLong(layer -> (long) graph.shape(layer.input()).size()
                        + graph.shape(layer.name()).size())
                .sum();
    }

    Session open(Device device, int batch) {
        return device.open(graph, student, Optional.of(new Device.Teacher(floatGraph, teacher)), batch);
    }

    /** The step that comes after {@code step} others. */
    Session.Plan plan(long step) {
        return new Session.Plan(
                optimiser, step, RATE, rates, new ExteriorPenalty(cost, limit(), 16, 16, 16), MULTIPLIER);
    }

    static Batch noise(int images, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Batch batch = new Batch(images, IMAGE.size());
        random.nextBytes(batch.pixels());
        for (int i = 0; i < images; i++) {
            batch.labels()[i] = random.nextInt(CLASSES);
        }
        return batch;
    }
}
