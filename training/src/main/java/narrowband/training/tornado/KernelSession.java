package narrowband.training.tornado;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import narrowband.accel.InvalidInputException;
import narrowband.training.device.Batch;
import narrowband.training.device.Device;
import narrowband.training.device.Session;
import narrowband.training.gdnsq.MomentumDescent;
import narrowband.training.gdnsq.Objective;
import narrowband.training.gdnsq.Optimiser;
import narrowband.training.gdnsq.RectifiedAdam;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Parameters;
import narrowband.training.tornado.Execution.Convolutions;

/**
 * A network whose whole step runs on a machine with memory of its own. Parameters, statistics and moments stay there from
 * one step to the next; a step sends the images, the labels, a few numbers and the widths, and brings back the losses and the
 * widths. {@link #synchronise} brings the rest back.
 */
final class KernelSession implements Session {
    private static final double MOMENTUM = 0.1;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    private final Graph graph;
    private final Parameters parameters;
    private final Objective objective;
    private final boolean taught;
    private final int batch;
    private final NetworkMemory network;
    private final Buffers buffers;
    private final Machine machine;
    /** Where the parts of the state begin. */
    private final int statisticsAt;

    private final int meanAt;
    private final int squareAt;
    private final int ratesAt;
    private final int[] widths;
    /** The state as the device has it, but for what steps changed since. */
    private final float[] sent;

    private final float[] penaltyGradient;
    private boolean everSent;
    /** Whether the device knows newer parameters than the arrays on the host. */
    private boolean ahead;

    private Optional<Optimiser> optimiser = Optional.empty();
    private float[] rates = {};
    private boolean memoryIsHere;
    private int evaluated;

    /** @param convolutions which kernels they take */
    KernelSession(
            Graph graph,
            Parameters parameters,
            Optional<Device.Teacher> teacher,
            int batch,
            Convolutions convolutions,
            Machine.Maker maker) {
        this.graph = graph;
        this.parameters = parameters;
        this.objective = teacher.map(Device.Teacher::objective).orElse(Objective.JEFFREYS);
        this.taught = teacher.isPresent();
        this.batch = batch;
        int count = parameters.values().length;
        statisticsAt = count;
        meanAt = statisticsAt + parameters.statistics().length;
        squareAt = meanAt + count;
        ratesAt = squareAt + count;
        float[] state = new float[ratesAt + count];
        sent = new float[state.length];
        penaltyGradient = new float[count];

        Arena arena = new Arena();
        Table table = new Table();
        network = new NetworkMemory(
                graph, parameters.layout(), batch, arena, table, 0, statisticsAt, -1, true, convolutions);
        widths = network.widths();
        int inputsAt = arena.take(SessionPrograms.SCALARS + batch + 2L * widths.length);
        int outcomeAt = arena.take(2L * batch);
        // The teacher runs beside the student: neither may take what the other has given back.
        Optional<NetworkMemory> teaching = teacher.map(t -> new NetworkMemory(
                t.graph(),
                t.parameters().layout(),
                batch,
                arena.beside(),
                table,
                0,
                t.parameters().values().length,
                network.tensor(graph.nodes().getFirst().name()),
                false,
                convolutions));
        SessionPrograms plan =
                new SessionPrograms(network, teaching, objective, inputsAt, outcomeAt, meanAt, squareAt, ratesAt);
        List<List<Task>> programs = plan.programs();
        List<Task> once = plan.once();
        float[] memory = onHost(arena.size());
        place(network, memory);
        teaching.ifPresent(t -> place(t, memory));
        buffers = new Buffers(
                state,
                memory,
                table.toArray(),
                new byte[batch * graph.imageShape().size()],
                new float[plan.numbers()],
                new float[2 * batch + widths.length],
                new float[batch * graph.classes()]);
        teacher.ifPresent(t -> {
            float[] known = joined(t.parameters().values(), t.parameters().statistics());
            once.forEach(task -> task.kernel().run(buffers.with(known), task.at(), task.count()));
        });
        machine = maker.make(buffers, programs);
    }

    /** The host's side of the device's memory. */
    private float[] onHost(int size) {
        try {
            return new float[size];
        } catch (OutOfMemoryError e) {
            throw new InvalidInputException(
                    "--device tornado: a batch of %,d images needs %,d MB, which the Java heap must hold as well; give a smaller --batch, or a larger heap (as -J-Xmx16g)."
                            .formatted(batch, (long) size * Float.BYTES / 1_000_000),
                    e);
        }
    }

    private static float[] joined(float[] first, float[] second) {
        float[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static void place(NetworkMemory network, float[] memory) {
        network.constants.forEach((at, values) -> System.arraycopy(values, 0, memory, at, values.length));
    }

    /** Sends the state if the host may have changed it. */
    private void send() {
        if (ahead) {
            return;
        }
        float[] state = buffers.state();
        put(parameters.values(), 0);
        put(parameters.statistics(), statisticsAt);
        optimiser.ifPresent(known -> {
            switch (known) {
                case RectifiedAdam moments -> {
                    put(moments.mean(), meanAt);
                    put(moments.square(), squareAt);
                }
                case MomentumDescent descent -> {
                    put(descent.velocity(), meanAt);
                    put(marked(descent.widths()), squareAt);
                }
            }
        });
        put(rates, ratesAt);
        if (!everSent || Arrays.mismatch(state, 0, sent.length, sent, 0, sent.length) >= 0) {
            machine.upload();
            System.arraycopy(state, 0, sent, 0, sent.length);
            everSent = true;
        }
    }

    /** 1 for each of some parameters, 0 for the others. */
    private float[] marked(int[] some) {
        float[] marks = new float[parameters.values().length];
        for (int parameter : some) {
            marks[parameter] = 1;
        }
        return marks;
    }

    private void put(float[] part, int at) {
        System.arraycopy(part, 0, buffers.state(), at, part.length);
    }

    private void take(float[] part, int at) {
        System.arraycopy(buffers.state(), at, part, 0, part.length);
    }

    @Override
    public void synchronise() {
        if (!ahead) {
            return;
        }
        float[] changed = widthsHere();
        bringBack();
        // The host's widths are newer: it keeps them in their range between steps.
        for (int i = 0; i < widths.length; i++) {
            parameters.values()[widths[i]] = changed[i];
        }
    }

    private void bringBack() {
        machine.download();
        take(parameters.values(), 0);
        take(parameters.statistics(), statisticsAt);
        optimiser.ifPresent(known -> {
            switch (known) {
                case RectifiedAdam moments -> {
                    take(moments.mean(), meanAt);
                    take(moments.square(), squareAt);
                }
                case MomentumDescent descent -> take(descent.velocity(), meanAt);
            }
        });
        System.arraycopy(buffers.state(), 0, sent, 0, sent.length);
        ahead = false;
    }

    private float[] widthsHere() {
        float[] here = new float[widths.length];
        for (int i = 0; i < widths.length; i++) {
            here[i] = parameters.values()[widths[i]];
        }
        return here;
    }

    /** Lays out what a call sends. */
    private void load(Batch images, double weight) {
        memoryIsHere = false;
        System.arraycopy(images.pixels(), 0, buffers.pixels(), 0, buffers.pixels().length);
        float[] inputs = buffers.inputs();
        Arrays.fill(inputs, 0);
        inputs[0] = (float) weight;
        inputs[3] = taught ? (float) objective.labelWeight() : 1;
        for (int i = 0; i < batch; i++) {
            inputs[SessionPrograms.SCALARS + i] = images.labels()[i];
        }
        System.arraycopy(widthsHere(), 0, inputs, SessionPrograms.SCALARS + batch, widths.length);
    }

    @Override
    public Outcome step(Batch images, Plan plan) {
        if (rates != plan.rates() || optimiser.isEmpty() || optimiser.get() != plan.optimiser()) {
            synchronise();
            rates = plan.rates();
            optimiser = Optional.of(plan.optimiser());
        }
        send();
        load(images, MOMENTUM);
        float[] inputs = buffers.inputs();
        switch (plan.optimiser()) {
            case RectifiedAdam _ -> {
                RectifiedAdam.Factors factors = RectifiedAdam.factors(plan.step());
                inputs[1] = (float) (plan.rate() / factors.correction());
                inputs[2] = (float) factors.rectification();
            }
            case MomentumDescent descent -> {
                inputs[1] = (float) plan.rate();
                inputs[4] = descent.gradientFactor();
                inputs[5] = descent.velocityFactor();
            }
        }
        NoiseNumbers.put(plan.noise(), inputs, SessionPrograms.NOISE);
        if (plan.multiplier() > 0) {
            Arrays.fill(penaltyGradient, 0);
            plan.penalty().addGradient(parameters.values(), plan.multiplier(), penaltyGradient);
            for (int i = 0; i < widths.length; i++) {
                inputs[SessionPrograms.SCALARS + batch + widths.length + i] = penaltyGradient[widths[i]];
            }
        }
        machine.run(Machine.Program.FORWARD);
        machine.run(Machine.Program.BACKWARD);
        ahead = true;
        float[] outcome = buffers.outcome();
        double loss = 0;
        int correct = 0;
        for (int i = 0; i < batch; i++) {
            loss += outcome[i];
            correct += outcome[batch + i] > 0 ? 1 : 0;
        }
        for (int i = 0; i < widths.length; i++) {
            parameters.values()[widths[i]] = outcome[2 * batch + i];
        }
        return new Outcome(loss / batch, correct);
    }

    @Override
    public void evaluate(Batch images, int count, float[] scores) {
        send();
        load(images, 0);
        machine.run(Machine.Program.EVALUATE);
        System.arraycopy(buffers.scores(), 0, scores, 0, count * graph.classes());
        evaluated = count;
    }

    @Override
    public void observe(Batch images, double weight) {
        send();
        load(images, weight);
        machine.run(Machine.Program.FORWARD);
        ahead = true;
        synchronise();
    }

    private float[] memory() {
        if (!memoryIsHere) {
            machine.downloadMemory();
            memoryIsHere = true;
        }
        return buffers.memory();
    }

    @Override
    public Map<String, Float> maxima() {
        Map<String, Float> maxima = new TreeMap<>();
        for (Node node : graph.nodes()) {
            if (network.hasTensor(node.name())) {
                int at = network.tensor(node.name());
                float max = 0;
                for (int i = 0; i < evaluated * graph.shape(node.name()).size(); i++) {
                    max = Math.max(max, Math.abs(memory()[at + i]));
                }
                maxima.put(node.name(), max);
            }
        }
        return maxima;
    }

    @Override
    public float[] sample(String layer, int count) {
        synchronise();
        int size = evaluated * graph.shape(layer).size();
        float[] sample = new float[Math.min(count, size)];
        for (int i = 0; i < sample.length; i++) {
            // The places of JvmNetwork, so that both devices see the same.
            double place = (i + i * GOLDEN % 1) * size / sample.length;
            sample[i] = value(layer, (int) place);
        }
        return sample;
    }

    /** A value that a layer yielded in the last evaluation; where it was not kept, it is computed again. */
    private float value(String layer, int index) {
        if (network.hasTensor(layer)) {
            return memory()[network.tensor(layer) + index];
        }
        return switch (graph.node(layer)) {
            case Node.Add add -> value(add.left(), index) + value(add.right(), index);
            case Node.BatchNorm norm -> {
                int channel = index % graph.shape(layer).channels();
                double factor = parameters.get(layer + ".scale", channel)
                        / Math.sqrt(parameters.statistic(layer + ".variance", channel) + Node.BatchNorm.EPSILON);
                double centred = value(norm.input(), index) - parameters.statistic(layer + ".mean", channel);
                yield (float) (factor * centred + parameters.get(layer + ".shift", channel));
            }
            case Node other -> throw new IllegalStateException("the tensor of layer " + other.name() + " is not kept");
        };
    }

    @Override
    public void close() {
        synchronise();
        machine.close();
    }
}
