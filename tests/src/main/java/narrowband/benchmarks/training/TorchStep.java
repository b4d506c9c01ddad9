package narrowband.benchmarks.training;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.HashMap;
import java.util.Map;
import narrowband.training.device.Batch;
import narrowband.training.gdnsq.CostModel;
import narrowband.training.net.ParameterLayout.Slice;

/**
 * The step of {@code Session.step} in libtorch: scores of the student and, without gradients, of the teacher, the Jeffreys
 * divergence, automatic gradients, the exterior-point penalty on the bit operations, and RAdam by the library's own Adam, whose
 * learning rate carries the rectification.
 */
final class TorchStep implements AutoCloseable {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;

    private final NDManager manager;
    private final TrainingSubject subject;
    private final TorchNetwork student;
    private final TorchNetwork teacher;
    private final Map<String, NDArray> mean = new HashMap<>();
    private final Map<String, NDArray> square = new HashMap<>();
    private final Map<Integer, String> nameAt = new HashMap<>();
    private long steps;

    TorchStep(TrainingSubject subject, int threads) {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        this.subject = subject;
        Engine engine = Engine.getEngine("PyTorch");
        manager = engine.newBaseManager(Device.cpu());
        student = new TorchNetwork(manager, subject.graph(), subject.student(), true);
        teacher = new TorchNetwork(manager, subject.floatGraph(), subject.teacher(), false);
        student.parameters().forEach((name, array) -> {
            mean.put(name, array.zerosLike());
            square.put(name, array.zerosLike());
        });
        for (Slice slice : subject.student().layout().slices()) {
            nameAt.put(slice.offset(), slice.name());
        }
    }

    /** Trains on a batch; gives the loss without the penalty. */
    double step(Batch batch) {
        try (NDManager scope = manager.newSubManager()) {
            // Results belong to the manager of the first operand: here they are freed with the step.
            scope.tempAttachAll(student.arrays());
            scope.tempAttachAll(teacher.arrays());
            NDArray pixels = pixels(scope, batch);
            NDArray target = teacher.scores(pixels).logSoftmax(1);
            double loss;
            try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                NDArray scores = student.scores(pixels).logSoftmax(1);
                NDArray divergence = jeffreys(scores, target);
                collector.backward(divergence.add(penalty(scope)));
                loss = divergence.getFloat();
            }
            update();
            return loss;
        }
    }

    private NDArray pixels(NDManager scope, Batch batch) {
        var shape = subject.floatGraph().imageShape();
        float[] values = new float[batch.pixels().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (batch.pixels()[i] & 0xff) / 256f;
        }
        return scope.create(values, new Shape(batch.capacity(), shape.height(), shape.width(), shape.channels()))
                .transpose(0, 3, 1, 2)
                .duplicate();
    }

    /** {@code sum (p_T - p_S)(log p_T - log p_S)} is the sum of both Kullback-Leibler divergences. */
    private static NDArray jeffreys(NDArray scores, NDArray target) {
        return target.exp()
                .sub(scores.exp())
                .mul(target.sub(scores))
                .sum(new int[] {1})
                .mean();
    }

    private NDArray penalty(NDManager scope) {
        CostModel cost = subject.cost();
        NDArray sum = scope.zeros(new Shape(1));
        for (CostModel.Term term : cost.terms()) {
            sum = sum.add(at(term.weightBits()).mul(at(term.activationBits())).mul((float) term.multiplyAccumulates()));
        }
        return sum.div((float) subject.limit())
                .sub(1)
                .maximum(0)
                .mul((float) TrainingSubject.MULTIPLIER)
                .sum();
    }

    /** A learned number as it is now, in our order. */
    float[] parameter(String name) {
        NDArray array = student.parameters().get(name);
        try (NDManager scope = manager.newSubManager()) {
            array.tempAttach(scope);
            return (array.getShape().dimension() == 4 ? array.transpose(0, 2, 3, 1) : array).toFloatArray();
        }
    }

    private NDArray at(int place) {
        return student.parameters().get(nameAt.get(place));
    }

    private void update() {
        double t = ++steps;
        double decay2 = Math.pow(BETA2, t);
        double longest = 2 / (1 - BETA2) - 1;
        double length = longest - 2 * t * decay2 / (1 - decay2);
        double rectification = length > 5
                ? Math.sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length))
                        * Math.sqrt(1 - decay2)
                : 0;
        float rate =
                (float) (TrainingSubject.RATE / (1 - Math.pow(BETA1, t)) * (rectification > 0 ? rectification : 1));
        // While the rectification waits, the denominator has to be 1: no square decays, and the epsilon is 1.
        float beta2 = rectification > 0 ? (float) BETA2 : 1;
        float epsilon = rectification > 0 ? 1e-8f : 1;
        student.parameters().forEach((name, array) -> {
            NDArray gradient = array.getGradient();
            NDList inputs = new NDList(array, gradient, mean.get(name), square.get(name));
            array.getNDArrayInternal()
                    .adamUpdate(
                            inputs,
                            new NDList(array),
                            rate,
                            rate,
                            0,
                            1,
                            -1,
                            (float) BETA1,
                            beta2,
                            epsilon,
                            false,
                            false);
            gradient.subi(gradient);
        });
    }

    @Override
    public void close() {
        manager.close();
    }
}
