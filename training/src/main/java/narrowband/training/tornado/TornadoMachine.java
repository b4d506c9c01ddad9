package narrowband.training.tornado;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import narrowband.accel.InvalidInputException;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;

/**
 * Runs programs as task graphs of TornadoVM. Every graph takes the three large buffers from whichever ran before it and leaves them
 * on the device; the first alone sends them, one of two others brings one back. All are graphs of one plan.
 */
final class TornadoMachine implements Machine {
    /** Tasks of a graph at most: with more, its bytecode outgrows a buffer that is not checked. */
    private static final int TASKS = 80;

    private static final int UPLOAD = 0;
    private static final int DOWNLOAD = 1;
    private static final int DOWNLOAD_MEMORY = 2;

    /** The graphs of a program are those from {@code first} to before {@code end}. */
    private record Graphs(int first, int end) {}

    private final Buffers buffers;
    private final List<ImmutableTaskGraph> graphs = new ArrayList<>();
    private final List<String> contents = new ArrayList<>();
    private final List<Graphs> programs = new ArrayList<>();
    private final TornadoExecutionPlan plan;

    TornadoMachine(TornadoDevice device, Buffers buffers, List<List<Task>> programs) {
        this.buffers = buffers;
        add(
                new TaskGraph("upload")
                        .transferToDevice(DataTransferMode.EVERY_EXECUTION, buffers.state())
                        .transferToDevice(DataTransferMode.FIRST_EXECUTION, buffers.memory(), buffers.table()),
                "upload");
        add(taken("download").transferToHost(DataTransferMode.EVERY_EXECUTION, buffers.state()), "download");
        add(
                taken("downloadMemory").transferToHost(DataTransferMode.EVERY_EXECUTION, buffers.memory()),
                "download of memory");
        for (List<Task> program : programs) {
            int first = graphs.size();
            for (int from = 0; from < program.size(); from += TASKS) {
                addTasks(program.subList(from, Math.min(program.size(), from + TASKS)));
            }
            this.programs.add(new Graphs(first, graphs.size()));
        }
        plan = new TornadoExecutionPlan(graphs.toArray(ImmutableTaskGraph[]::new));
        plan.withDevice(device);
    }

    private TaskGraph taken(String name) {
        return new TaskGraph(name).consumeFromDevice(buffers.state(), buffers.memory(), buffers.table());
    }

    /** Closes a graph that only moves buffers: a task must name those that it keeps. */
    private void add(TaskGraph graph, String content) {
        graph.task("touch", TornadoMachine::touch, buffers.state(), buffers.memory(), buffers.table());
        graphs.add(kept(graph).snapshot());
        contents.add(content);
    }

    private TaskGraph kept(TaskGraph graph) {
        return graph.persistOnDevice(buffers.state(), buffers.memory(), buffers.table());
    }

    /** Reads and writes each of the large buffers, and changes nothing. */
    public static void touch(float[] state, float[] memory, int[] table) {
        for (@Parallel int i = 0; i < 1; i++) {
            state[i] = state[i] + 0f * table[i];
            memory[i] = 0f;
        }
    }

    private void addTasks(List<Task> tasks) {
        TaskGraph graph = taken("part" + graphs.size());
        for (int i = 0; i < tasks.size(); i++) {
            Task task = tasks.get(i);
            String id = "%s_%d_%s".formatted(task.kernel().name().toLowerCase(Locale.ROOT), i, task.subject());
            switch (task.kernel()) {
                case PIXELS ->
                    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, buffers.pixels())
                            .task(
                                    id,
                                    UpdateKernels::pixels,
                                    buffers.pixels(),
                                    buffers.memory(),
                                    task.at(),
                                    task.count());
                case INPUTS ->
                    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, buffers.inputs())
                            .task(
                                    id,
                                    UpdateKernels::inputs,
                                    buffers.inputs(),
                                    buffers.memory(),
                                    task.at(),
                                    task.count());
                case OUTCOME -> output(graph, id, task, buffers.outcome());
                case SCORES -> output(graph, id, task, buffers.scores());
                default ->
                    graph.task(
                            id,
                            body(task.kernel()),
                            buffers.state(),
                            buffers.memory(),
                            buffers.table(),
                            task.at(),
                            task.count());
            }
        }
        graphs.add(kept(graph).snapshot());
        contents.add("kernels from %s of %s to %s of %s"
                .formatted(
                        tasks.getFirst().kernel(),
                        tasks.getFirst().subject(),
                        tasks.getLast().kernel(),
                        tasks.getLast().subject()));
    }

    private void output(TaskGraph graph, String id, Task task, float[] to) {
        graph.task(id, UpdateKernels::outputs, buffers.memory(), to, task.at(), task.count())
                .transferToHost(DataTransferMode.EVERY_EXECUTION, to);
    }

    /** The kernel as TornadoVM wants it: a reference to its method, from which it finds the bytecode. */
    private static Task5<float[], float[], int[], Integer, Integer> body(Kernel kernel) {
        return switch (kernel) {
            case CONVOLVE -> ConvolutionKernels::convolve;
            case INPUT_GRADIENT -> ConvolutionKernels::inputGradient;
            case WEIGHT_GRADIENT -> ConvolutionKernels::weightGradient;
            case SUM_SLICES -> ConvolutionKernels::sumSlices;
            case BIAS_GRADIENT -> ConvolutionKernels::biasGradient;
            case DEPTHWISE -> DepthwiseKernels::convolve;
            case DEPTHWISE_INPUT_GRADIENT -> DepthwiseKernels::inputGradient;
            case DEPTHWISE_WEIGHT_GRADIENT -> DepthwiseKernels::weightGradient;
            case TAKE_GRIDS -> GridKernels::take;
            case GRID_SUMS -> GridKernels::sumChunks;
            case GRID_GRADIENT -> GridKernels::gradient;
            case ROUND_WEIGHTS -> WeightKernels::round;
            case ROUND_BIAS -> WeightKernels::roundBias;
            case WEIGHTS_GRADIENT -> WeightKernels::gradient;
            case CHANNELS_GRADIENT -> WeightKernels::channelGradient;
            case LAYERS_GRADIENT -> WeightKernels::layerGradient;
            case NORM_SUMS -> NormKernels::sum;
            case NORM_STATISTICS -> NormKernels::statistics;
            case NORM_RECALL -> NormKernels::recall;
            case NORM_GRADIENT -> NormKernels::gradient;
            case NORM_INPUT_GRADIENT -> NormKernels::inputGradient;
            case ACTIVATE -> ActivationKernels::apply;
            case ACTIVATION_GRADIENT -> ActivationKernels::gradient;
            case MAXIMUM -> PoolKernels::maximum;
            case MAXIMUM_GRADIENT -> PoolKernels::maximumGradient;
            case AVERAGE -> PoolKernels::average;
            case AVERAGE_GRADIENT -> PoolKernels::averageGradient;
            case SHORTCUT -> PoolKernels::shortcut;
            case SHORTCUT_GRADIENT -> PoolKernels::shortcutGradient;
            case LOSS -> LossKernels::loss;
            case TAKE_WIDTHS -> UpdateKernels::takeWidths;
            case GIVE_WIDTHS -> UpdateKernels::giveWidths;
            case ADD_PENALTY -> UpdateKernels::addPenalty;
            case UPDATE -> UpdateKernels::update;
            case PIXELS, INPUTS, OUTCOME, SCORES ->
                throw new IllegalArgumentException("has other parameters: " + kernel);
        };
    }

    private void execute(int graph) {
        try {
            plan.withGraph(graph).execute();
        } catch (RuntimeException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new InvalidInputException(
                    "--device tornado: TornadoVM failed at the %s (%s); --device jvm trains without it."
                            .formatted(
                                    contents.get(graph),
                                    Optional.ofNullable(cause.getMessage()).orElse(cause.toString())),
                    e);
        }
    }

    @Override
    public void upload() {
        execute(UPLOAD);
    }

    @Override
    public void download() {
        execute(DOWNLOAD);
    }

    @Override
    public void downloadMemory() {
        execute(DOWNLOAD_MEMORY);
    }

    @Override
    public void run(Program program) {
        Graphs part = programs.get(program.ordinal());
        for (int graph = part.first(); graph < part.end(); graph++) {
            execute(graph);
        }
    }

    @Override
    public void close() {
        try {
            plan.freeDeviceMemory();
            plan.close();
        } catch (TornadoExecutionPlanException e) {
            throw new IllegalStateException("TornadoVM could not free its memory: " + e.getMessage(), e);
        }
    }
}
