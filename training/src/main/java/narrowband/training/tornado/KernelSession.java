package narrowband.training.tornado;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import narrowband.accel.InvalidInputException;
import narrowband.training.device.Batch;
import narrowband.training.device.Device;
import narrowband.training.device.Session;
import narrowband.training.gdnsq.Objective;
import narrowband.training.gdnsq.RectifiedAdam;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Parameters;
import narrowband.training.net.WeightGrid;

/**
 * A network whose whole step runs on a machine with memory of its own. Parameters, statistics and moments stay there from
 * one step to the next; a step sends the images, the labels, a few numbers and the widths, and brings back the losses and the
 * widths. {@link #synchronise} brings the rest back.
 */
final class KernelSession implements Session {
    /** Numbers of a step before its labels: batch weight, rate, rectification, weight of the labels. */
    private static final int SCALARS = 4;

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

    private Optional<RectifiedAdam> optimiser = Optional.empty();
    private float[] rates = {};
    private boolean memoryIsHere;
    private int evaluated;

    KernelSession(
            Graph graph, Parameters parameters, Optional<Device.Teacher> teacher, int batch, Machine.Maker maker) {
        if (graph.weightGrid() != WeightGrid.MID_RISE) {
            throw new InvalidInputException(
                    "There are kernels for weightGrid=mid-rise only; leave that setting as it is, or use --device jvm.");
        }
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
        int teacherAt = ratesAt + count;
        int teacherValues = teacher.map(t -> t.parameters().values().length).orElse(0);
        int teacherStatistics =
                teacher.map(t -> t.parameters().statistics().length).orElse(0);
        float[] state = new float[teacherAt + teacherValues + teacherStatistics];
        teacher.ifPresent(t -> {
            System.arraycopy(t.parameters().values(), 0, state, teacherAt, teacherValues);
            System.arraycopy(t.parameters().statistics(), 0, state, teacherAt + teacherValues, teacherStatistics);
        });
        sent = new float[teacherAt];
        penaltyGradient = new float[count];

        Arena arena = new Arena();
        Table table = new Table();
        network = new NetworkMemory(graph, parameters.layout(), batch, arena, table, 0, statisticsAt, -1, true);
        widths = network.widths();
        int inputsAt = arena.take(SCALARS + batch + 2L * widths.length);
        int outcomeAt = arena.take(2L * batch + widths.length);
        Optional<NetworkMemory> teaching = teacher.map(t -> new NetworkMemory(
                t.graph(),
                t.parameters().layout(),
                batch,
                arena,
                table,
                teacherAt,
                teacherAt + teacherValues,
                network.tensor(graph.nodes().getFirst().name()),
                false));
        List<List<Task>> programs = programs(teaching, inputsAt, outcomeAt);
        float[] memory = new float[arena.size()];
        place(network, memory);
        teaching.ifPresent(t -> place(t, memory));
        buffers = new Buffers(
                state,
                memory,
                table.toArray(),
                new byte[batch * graph.imageShape().size()],
                new float[SCALARS + batch + 2 * widths.length],
                new float[2 * batch + widths.length],
                new float[batch * graph.classes()]);
        machine = maker.make(buffers, programs);
    }

    private static void place(NetworkMemory network, float[] memory) {
        network.constants.forEach((at, values) -> System.arraycopy(values, 0, memory, at, values.length));
    }

    private List<List<Task>> programs(Optional<NetworkMemory> teaching, int inputsAt, int outcomeAt) {
        String output = graph.output().name();
        int classes = graph.classes();
        List<Task> begin = new ArrayList<>();
        begin.add(new Task(Kernel.INPUTS, inputsAt, SCALARS + batch + 2 * widths.length, "step"));
        if (widths.length > 0) {
            int at = network.table.add(inputsAt + SCALARS + batch);
            network.table.add(widths);
            begin.add(new Task(Kernel.TAKE_WIDTHS, at, widths.length, "all"));
        }
        List<Task> forward = new ArrayList<>(begin);
        forward.addAll(ForwardTasks.of(network, inputsAt, true, true));
        List<Task> evaluate = new ArrayList<>(begin);
        evaluate.addAll(ForwardTasks.of(network, inputsAt, false, true));
        evaluate.add(new Task(Kernel.SCORES, network.tensor(output), batch * classes, output));

        List<Task> backward = new ArrayList<>();
        teaching.ifPresent(t -> backward.addAll(ForwardTasks.of(t, inputsAt, false, false)));
        int scoreGradient = network.arena.take((long) batch * classes);
        int kind = !taught
                ? LossKernels.NONE
                : switch (objective.distillation()) {
                    case JEFFREYS -> LossKernels.JEFFREYS;
                    case FORWARD_KL -> LossKernels.FORWARD_KL;
                    case NONE -> LossKernels.NONE;
                };
        int loss = network.table.add(
                network.tensor(output),
                teaching.map(t -> t.tensor(t.graph.output().name())).orElse(-1),
                inputsAt + SCALARS,
                scoreGradient,
                outcomeAt,
                classes,
                kind,
                inputsAt + 3);
        backward.add(new Task(Kernel.LOSS, loss, batch, output));
        int gradients = network.arena.take(parameters.values().length);
        backward.addAll(BackwardTasks.of(network, gradients, scoreGradient));
        if (widths.length > 0) {
            int at = network.table.add(inputsAt + SCALARS + batch + widths.length, gradients);
            network.table.add(widths);
            backward.add(new Task(Kernel.ADD_PENALTY, at, widths.length, "all"));
        }
        int update = network.table.add(gradients, meanAt, squareAt, ratesAt, inputsAt + 1);
        backward.add(new Task(Kernel.UPDATE, update, parameters.values().length, "all"));
        if (widths.length > 0) {
            int at = network.table.add(outcomeAt + 2 * batch);
            network.table.add(widths);
            backward.add(new Task(Kernel.GIVE_WIDTHS, at, widths.length, "all"));
        }
        backward.add(new Task(Kernel.OUTCOME, outcomeAt, 2 * batch + widths.length, "step"));
        return List.of(forward, backward, evaluate);
    }

    /** Sends the state if the host may have changed it. */
    private void send() {
        if (ahead) {
            return;
        }
        float[] state = buffers.state();
        put(parameters.values(), 0);
        put(parameters.statistics(), statisticsAt);
        optimiser.ifPresent(moments -> {
            put(moments.mean(), meanAt);
            put(moments.square(), squareAt);
        });
        put(rates, ratesAt);
        if (!everSent || Arrays.mismatch(state, 0, sent.length, sent, 0, sent.length) >= 0) {
            machine.upload();
            System.arraycopy(state, 0, sent, 0, sent.length);
            everSent = true;
        }
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
        optimiser.ifPresent(moments -> {
            take(moments.mean(), meanAt);
            take(moments.square(), squareAt);
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
            inputs[SCALARS + i] = images.labels()[i];
        }
        System.arraycopy(widthsHere(), 0, inputs, SCALARS + batch, widths.length);
    }

    @Override
    public Outcome step(Batch images, Plan plan) {
        if (!(plan.optimiser() instanceof RectifiedAdam moments) || plan.noise().isOn()) {
            throw new InvalidInputException(
                    "There are kernels for optimiser=radam and dither=none only; leave those settings as they are, or use --device jvm.");
        }
        if (rates != plan.rates() || optimiser.isEmpty() || optimiser.get() != moments) {
            synchronise();
            rates = plan.rates();
            optimiser = Optional.of(moments);
        }
        send();
        load(images, MOMENTUM);
        float[] inputs = buffers.inputs();
        RectifiedAdam.Factors factors = RectifiedAdam.factors(plan.step());
        inputs[1] = (float) (plan.rate() / factors.correction());
        inputs[2] = (float) factors.rectification();
        if (plan.multiplier() > 0) {
            Arrays.fill(penaltyGradient, 0);
            plan.penalty().addGradient(parameters.values(), plan.multiplier(), penaltyGradient);
            for (int i = 0; i < widths.length; i++) {
                inputs[SCALARS + batch + widths.length + i] = penaltyGradient[widths[i]];
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
