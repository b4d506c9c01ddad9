package narrowband.training.device;

import java.util.Map;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import narrowband.training.gdnsq.Losses;
import narrowband.training.gdnsq.Objective;
import narrowband.training.kernels.Kernels;
import narrowband.training.kernels.VectorKernels;
import narrowband.training.net.Graph;
import narrowband.training.net.Parameters;

/**
 * Trains on the processor with threads and vectors. The same seed gives the same bits, whatever the number of threads.
 */
public final class JvmDevice implements Device {
    private final Workers workers;
    private final Kernels kernels;

    /** @param threads 1 or more */
    public JvmDevice(int threads) {
        this(threads, new VectorKernels());
    }

    JvmDevice(int threads, Kernels kernels) {
        this.workers = new Workers(threads);
        this.kernels = kernels;
    }

    /** A device with all processors that the JVM may use. */
    public static JvmDevice ofAllProcessors() {
        return new JvmDevice(Runtime.getRuntime().availableProcessors());
    }

    @Override
    public String name() {
        return "jvm, %d threads, %d lanes".formatted(workers.count(), FloatVector.SPECIES_PREFERRED.length());
    }

    @Override
    public Session open(Graph graph, Parameters parameters, Optional<Teacher> teacher, int batch) {
        return new JvmSession(
                graph,
                parameters,
                new JvmNetwork(graph, parameters, kernels, workers, batch, true),
                teacher.map(t -> new JvmNetwork(t.graph(), t.parameters(), kernels, workers, batch, false)),
                teacher.map(Teacher::objective).orElse(Objective.JEFFREYS),
                new Losses(graph.classes()));
    }

    @Override
    public void close() {
        workers.close();
    }

    /** A network on this device. */
    private record JvmSession(
            Graph graph,
            Parameters parameters,
            JvmNetwork network,
            Optional<JvmNetwork> teacher,
            Objective objective,
            Losses losses)
            implements Session {

        @Override
        public Outcome step(Batch batch, Plan plan) {
            int count = batch.capacity();
            float[] scores = network.forward(batch.pixels(), count);
            double loss = teacher.isPresent()
                    ? losses.distil(
                            objective,
                            scores,
                            teacher.get().evaluate(batch.pixels(), count),
                            batch.labels(),
                            count,
                            network.scoreGradient())
                    : losses.crossEntropy(scores, batch.labels(), count, network.scoreGradient());
            int correct = losses.correct(scores, batch.labels(), count);
            float[] gradient = network.backward(plan.noise());
            if (plan.multiplier() > 0) {
                plan.penalty().addGradient(parameters.values(), plan.multiplier(), gradient);
            }
            plan.optimiser().update(parameters.values(), gradient, plan.rates(), plan.rate(), plan.step());
            return new Outcome(loss, correct);
        }

        @Override
        public void evaluate(Batch batch, int count, float[] scores) {
            float[] computed = network.evaluate(batch.pixels(), count);
            System.arraycopy(computed, 0, scores, 0, count * graph.classes());
        }

        @Override
        public void observe(Batch batch, double weight) {
            network.observe(batch.pixels(), batch.capacity(), weight);
        }

        @Override
        public Map<String, Float> maxima() {
            return network.maxima();
        }

        @Override
        public float[] sample(String layer, int count) {
            return network.sample(layer, count);
        }
    }
}
