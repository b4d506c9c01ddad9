package narrowband.training.tornado;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import narrowband.accel.InvalidInputException;
import narrowband.training.tornado.ProfiledDevice.Profile;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoInternalError;

/**
 * Runs programs as task graphs of TornadoVM. Every graph takes the three large buffers from whichever ran before it and leaves them
 * on the device; the first alone sends them, one of two others brings one back. All are graphs of one plan.
 */
final class TornadoMachine implements Machine {
    /** Tasks of a graph at most: with more, its bytecode outgrows a buffer that is not checked. */
    private static final int TASKS = 80;

    /** In seconds. */
    private static final double NANOSECOND = 1e-9;

    private static final int UPLOAD = 0;
    private static final int DOWNLOAD = 1;
    private static final int DOWNLOAD_MEMORY = 2;

    /** A graph's tasks, in words and as they are. */
    private record Content(String name, List<Task> tasks) {}

    /** The graphs of a program are those from {@code first} to before {@code end}. */
    private record Graphs(int first, int end) {}

    private final TornadoDevice device;
    private final Buffers buffers;
    private final List<ImmutableTaskGraph> graphs = new ArrayList<>();
    private final List<Content> contents = new ArrayList<>();
    private final List<Graphs> programs = new ArrayList<>();
    private final TornadoExecutionPlan plan;
    private final Optional<Consumer<Profile>> profiles;

    /** @param profiles is told where the time of each run went */
    TornadoMachine(
            TornadoDevice device, Buffers buffers, List<List<Task>> programs, Optional<Consumer<Profile>> profiles) {
        this.device = device;
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
        this.profiles = profiles;
        profiles.ifPresent(_ -> plan.withProfiler(ProfilerMode.SILENT));
    }

    private TaskGraph taken(String name) {
        return new TaskGraph(name).consumeFromDevice(buffers.state(), buffers.memory(), buffers.table());
    }

    /** Closes a graph that only moves buffers: a task must name those that it keeps. */
    private void add(TaskGraph graph, String content) {
        graph.task("touch", TornadoMachine::touch, buffers.state(), buffers.memory(), buffers.table());
        graphs.add(kept(graph).snapshot());
        contents.add(new Content(content, List.of()));
    }

    private TaskGraph kept(TaskGraph graph) {
        return graph.persistOnDevice(buffers.state(), buffers.memory(), buffers.table());
    }

    /** Has to do with each of the large buffers, and changes nothing. A buffer that is only written would not be sent. */
    public static void touch(float[] state, float[] memory, int[] table) {
        for (@Parallel int i = 0; i < 1; i++) {
            state[i] = state[i] + 0f * table[i];
            memory[i] = memory[i] + 0f * table[i];
        }
    }

    private void addTasks(List<Task> tasks) {
        TaskGraph graph = taken("part" + graphs.size());
        for (int i = 0; i < tasks.size(); i++) {
            Task task = tasks.get(i);
            String id = "%s_%d_%s".formatted(task.kernel().name().toLowerCase(Locale.ROOT), i, task.subject());
            addTask(graph, id, task);
        }
        graphs.add(kept(graph).snapshot());
        contents.add(new Content(
                "tasks from %s to %s".formatted(describe(tasks.getFirst()), describe(tasks.getLast())),
                List.copyOf(tasks)));
    }

    private static String describe(Task task) {
        return "kernel %s of %s, %,d threads".formatted(task.kernel(), task.subject(), task.count());
    }

    private void addTask(TaskGraph graph, String id, Task task) {
        switch (task.kernel()) {
            case PIXELS ->
                graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, buffers.pixels())
                        .task(
                                id,
                                UpdateKernels::takePixels,
                                buffers.pixels(),
                                buffers.memory(),
                                task.at(),
                                task.count());
            case INPUTS ->
                graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, buffers.inputs())
                        .task(
                                id,
                                UpdateKernels::takeInputs,
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

    private void output(TaskGraph graph, String id, Task task, float[] to) {
        graph.task(id, UpdateKernels::giveOutputs, buffers.memory(), to, task.at(), task.count())
                .transferToHost(DataTransferMode.EVERY_EXECUTION, to);
    }

    /** The kernel as TornadoVM wants it: a reference to its method, from which it finds the bytecode. */
    private static Task5<float[], float[], int[], Integer, Integer> body(Kernel kernel) {
        return switch (kernel) {
            case CONVOLVE -> ConvolutionKernels::convolve;
            case INPUT_GRADIENT -> ConvolutionKernels::convolutionInputGradient;
            case WEIGHT_GRADIENT -> WeightGradientKernels::convolutionWeightGradient;
            case SUM_SLICES -> WeightGradientKernels::sumSlices;
            case BIAS_GRADIENT -> WeightGradientKernels::biasGradient;
            case DEPTHWISE -> DepthwiseKernels::convolveDepthwise;
            case DEPTHWISE_INPUT_GRADIENT -> DepthwiseKernels::depthwiseInputGradient;
            case DEPTHWISE_WEIGHT_GRADIENT -> DepthwiseKernels::depthwiseWeightGradient;
            case TAKE_GRIDS -> GridKernels::takeGrids;
            case GRID_SUMS -> GridKernels::sumGridChunks;
            case GRID_GRADIENT -> GridKernels::gridGradient;
            case ROUND_WEIGHTS -> WeightKernels::roundWeights;
            case ROUND_BIAS -> WeightKernels::roundBias;
            case WEIGHTS_GRADIENT -> WeightKernels::weightsGradient;
            case CHANNELS_GRADIENT -> WeightKernels::channelsGradient;
            case LAYERS_GRADIENT -> WeightKernels::layersGradient;
            case NORM_SUMS -> NormKernels::sumChannels;
            case NORM_STATISTICS -> NormKernels::takeStatistics;
            case NORM_RECALL -> NormKernels::recallStatistics;
            case NORM_GRADIENT -> NormKernels::normGradient;
            case NORM_INPUT_GRADIENT -> NormKernels::normInputGradient;
            case ACTIVATE -> ActivationKernels::activate;
            case ACTIVATION_GRADIENT -> ActivationKernels::activationGradient;
            case MAXIMUM -> PoolKernels::poolMaximum;
            case MAXIMUM_GRADIENT -> PoolKernels::poolMaximumGradient;
            case AVERAGE -> PoolKernels::poolAverage;
            case AVERAGE_GRADIENT -> PoolKernels::poolAverageGradient;
            case SHORTCUT -> PoolKernels::shortcut;
            case SHORTCUT_GRADIENT -> PoolKernels::shortcutGradient;
            case LOSS -> LossKernels::imageLoss;
            case TAKE_WIDTHS -> UpdateKernels::takeWidths;
            case GIVE_WIDTHS -> UpdateKernels::giveWidths;
            case ADD_PENALTY -> UpdateKernels::addPenalty;
            case UPDATE -> UpdateKernels::updateParameters;
            case PIXELS, INPUTS, OUTCOME, SCORES ->
                throw new IllegalArgumentException("has other parameters: " + kernel);
        };
    }

    private void execute(int graph) {
        try {
            long start = System.nanoTime();
            TornadoExecutionResult result = plan.withGraph(graph).execute();
            long all = System.nanoTime() - start;
            profiles.ifPresent(told -> told.accept(profile(all, result.getProfilerResult())));
        } catch (RuntimeException | TornadoInternalError e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new InvalidInputException(
                    "--device tornado: TornadoVM failed at %s (%s); --device jvm trains without it."
                            .formatted(
                                    culprit(contents.get(graph)),
                                    Optional.ofNullable(cause.getMessage()).orElse(cause.toString())),
                    e);
        }
    }

    private static Profile profile(long all, TornadoProfilerResult measured) {
        return new Profile(
                1,
                all * NANOSECOND,
                measured.getDeviceKernelTime() * NANOSECOND,
                (measured.getDeviceWriteTime() + measured.getDeviceReadTime()) * NANOSECOND,
                measured.getTotalBytesCopyIn() + measured.getTotalBytesCopyOut());
    }

    /** The first task of a graph that does not compile, or what the graph holds if all do. */
    private String culprit(Content content) {
        for (Task task : content.tasks()) {
            TaskGraph graph = new TaskGraph("alone")
                    .transferToDevice(
                            DataTransferMode.FIRST_EXECUTION, buffers.state(), buffers.memory(), buffers.table());
            addTask(graph, "task", task);
            graph.transferToHost(DataTransferMode.UNDER_DEMAND, buffers.memory());
            try (TornadoExecutionPlan alone = new TornadoExecutionPlan(graph.snapshot())) {
                alone.withDevice(device).withPreCompilation();
            } catch (RuntimeException | TornadoInternalError | TornadoExecutionPlanException e) {
                return describe(task) + ", which does not compile";
            }
        }
        return content.name();
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
