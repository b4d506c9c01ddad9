package narrowband.training.tornado;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import narrowband.training.gdnsq.Objective;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;

/**
 * The programs of a session.
 *
 * @param network the student
 * @param teaching the teacher, if there is one
 * @param inputsAt where in memory the numbers of a step come in
 * @param outcomeAt where in memory losses and successes are left
 * @param meanAt where in the state the first moments, or the velocities, begin; likewise the second ones, or which parameters are
 *     widths, and the rates
 */
record SessionPrograms(
        NetworkMemory network,
        Optional<NetworkMemory> teaching,
        Objective objective,
        int inputsAt,
        int outcomeAt,
        int meanAt,
        int squareAt,
        int ratesAt) {
    /**
     * Numbers of a step before its labels: batch weight, rate, rectification, weight of the labels, of a descent with momentum
     * the factors of gradient and velocity, and those of {@link NoiseNumbers}.
     */
    static final int SCALARS = 6 + NoiseNumbers.COUNT;

    /** Where among them the latter begin. */
    static final int NOISE = 6;

    /** Numbers of a step: after the labels come the widths, then the penalty's gradient for each. */
    int numbers() {
        return SCALARS + network.batch + 2 * network.widths().length;
    }

    /** What a teacher's parameters are turned into before the first step, on the host: they never change. */
    List<Task> once() {
        List<Task> tasks = new ArrayList<>();
        teaching.map(ForwardTasks::roundWeights).ifPresent(tasks::add);
        teaching.flatMap(ForwardTasks::recall).ifPresent(tasks::add);
        return tasks;
    }

    /** The tasks of each {@link Machine.Program}, in its order. */
    List<List<Task>> programs() {
        Graph graph = network.graph;
        String output = graph.output().name();
        int scores = network.batch * graph.classes();
        Task round = ForwardTasks.roundWeights(network);
        List<Task> begin = new ArrayList<>();
        begin.add(begin());
        begin.addAll(ForwardTasks.takeWeightGrids(network, round.at()));
        begin.add(round);
        List<Task> forward = new ArrayList<>(begin);
        List<Work> teacher =
                teaching.map(t -> ForwardTasks.layers(t, inputsAt, false)).orElse(List.of());
        Work.sideBySide(ForwardTasks.layers(network, inputsAt, true), teacher)
                .forEach(work -> forward.add(work.task(network.table)));
        List<Task> evaluate = new ArrayList<>(begin);
        ForwardTasks.recall(network).ifPresent(evaluate::add);
        ForwardTasks.layers(network, inputsAt, false).forEach(work -> evaluate.add(work.task(network.table)));
        evaluate.add(new Task(Kernel.SCORES, network.tensor(output), scores, output));
        return List.of(forward, backward(round.at()), evaluate);
    }

    /** @param blocksAt place of the records of all blocks of weights */
    private List<Task> backward(int blocksAt) {
        int[] widths = network.widths();
        int batch = network.batch;
        String output = network.graph.output().name();
        int classes = network.graph.classes();
        int scoreGradient = network.arena.take((long) batch * classes);
        int kind = teaching.isEmpty()
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
        List<Task> tasks = new ArrayList<>();
        tasks.add(new Task(Kernel.LOSS, loss, batch, output));
        int parameters = network.layout.parameterCount();
        int gradients = network.arena.take(parameters);
        tasks.addAll(BackwardTasks.of(
                network,
                gradients,
                scoreGradient,
                blocksAt,
                inputsAt + SCALARS + batch + widths.length,
                inputsAt + NOISE));
        int update = network.table.add(gradients, meanAt, squareAt, ratesAt, inputsAt + 1);
        tasks.add(new Task(Kernel.UPDATE, update, parameters, "all"));
        int outcome = network.table.add(outcomeAt, 2 * batch);
        network.table.add(widths);
        tasks.add(new Task(Kernel.OUTCOME, outcome, 2 * batch + widths.length, "step"));
        return tasks;
    }

    /** Takes in what a call brings, and makes the grids. */
    private Task begin() {
        int[] widths = network.widths();
        String image = network.graph.nodes().getFirst().name();
        int pixels = network.size(image);
        List<int[]> grids = grids(widths);
        int at = network.table.add(
                network.tensor(image),
                pixels,
                inputsAt,
                numbers(),
                widths.length,
                SCALARS + network.batch,
                grids.size());
        network.table.add(widths);
        grids.forEach(network.table::add);
        return new Task(Kernel.BEGIN, at, Math.max(pixels, Math.max(numbers(), grids.size())), image);
    }

    /** Of each grid that depends on no weights its range, which width it has, its kind and its place. */
    private List<int[]> grids(int[] widths) {
        Map<Integer, Integer> which = new HashMap<>();
        for (int width : widths) {
            which.put(width, which.size());
        }
        List<int[]> grids = new ArrayList<>();
        for (Node node : network.graph.nodes()) {
            if (node instanceof Node.Quantise quantise) {
                grids.add(new int[] {
                    network.parameter(quantise.grid() + ".range"),
                    which.get(network.parameter(quantise.grid() + ".bits")),
                    quantise.signed() ? GridKernels.SIGNED : GridKernels.UNSIGNED,
                    network.grid(quantise.name())
                });
            }
        }
        boolean ofWeights = network.quantised && !network.followsWeights();
        for (Weighted layer : ofWeights ? network.graph.weighted() : List.<Weighted>of()) {
            for (int r = 0; r < network.graph.weightRanges(layer); r++) {
                grids.add(new int[] {
                    network.weightRange(layer, r),
                    which.get(network.parameter(layer.name() + ".bits")),
                    GridKernels.WEIGHTS,
                    network.weightGrid(layer, r)
                });
            }
        }
        return grids;
    }
}
