package narrowband.training.tornado;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import narrowband.accel.InvalidInputException;
import narrowband.training.tornado.ProfiledDevice.Profile;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
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

    private static final Pattern COLOUR = Pattern.compile("\\x1B\\[[;\\d]*m");

    private static final int UPLOAD = 0;
    private static final int DOWNLOAD = 1;
    private static final int DOWNLOAD_MEMORY = 2;

    /**
     * A graph's tasks, in words and as they are.
     *
     * @param recorded whether CUDA records and replays them
     */
    private record Content(String name, List<Task> tasks, boolean recorded) {}

    /** The graphs of a program are those from {@code first} to before {@code end}. */
    private record Graphs(int first, int end) {}

    private final TornadoDevice device;
    private final Buffers buffers;
    private final DeviceTasks kernels;
    private final List<ImmutableTaskGraph> graphs = new ArrayList<>();
    private final List<Content> contents = new ArrayList<>();
    /** Those that CUDA has been told to record. */
    private final Set<Integer> recorded = new HashSet<>();

    private final List<Graphs> programs = new ArrayList<>();
    private final GridScheduler grids = new GridScheduler();
    private final TornadoExecutionPlan plan;
    private final Optional<Consumer<Profile>> profiles;

    /**
     * A machine for one session.
     *
     * @param recording whether CUDA records launches and replays them
     * @param profiles is told where the time of each run went
     */
    TornadoMachine(
            TornadoDevice device,
            Buffers buffers,
            List<List<Task>> programs,
            boolean recording,
            Optional<Consumer<Profile>> profiles) {
        this.device = device;
        this.buffers = buffers;
        kernels = new DeviceTasks(device, buffers);
        add(
                new TaskGraph("upload")
                        .transferToDevice(DataTransferMode.EVERY_EXECUTION, buffers.state())
                        .transferToDevice(DataTransferMode.FIRST_EXECUTION, buffers.memory(), buffers.table()),
                "the upload of %,d MB, which are fewer with a smaller --batch".formatted(megabytes(buffers)));
        add(taken("download").transferToHost(DataTransferMode.EVERY_EXECUTION, buffers.state()), "download");
        add(
                taken("downloadMemory").transferToHost(DataTransferMode.EVERY_EXECUTION, buffers.memory()),
                "download of memory");
        for (List<Task> program : programs) {
            int first = graphs.size();
            parts(program, recording).forEach(part -> addTasks(part, recording && !transfers(part.getFirst())));
            this.programs.add(new Graphs(first, graphs.size()));
        }
        plan = new TornadoExecutionPlan(graphs.toArray(ImmutableTaskGraph[]::new));
        plan.withDevice(device);
        if (!grids.keySet().isEmpty()) {
            plan.withGridScheduler(grids);
        }
        this.profiles = profiles;
        profiles.ifPresent(_ -> plan.withProfiler(ProfilerMode.SILENT));
    }

    /**
     * The tasks of each graph. Where CUDA replays graphs, tasks with which something comes in or goes out have one of their own: a
     * recorded transfer would go on using the place that a Java array had when it was recorded. And where a kernel is not Java, one of its
     * kind begins the graph: TornadoVM 5.2 runs the first task's code in its place.
     */
    private static List<List<Task>> parts(List<Task> program, boolean recording) {
        List<List<Task>> parts = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= program.size(); i++) {
            List<Task> part = program.subList(from, i);
            if (i == program.size() || i - from == TASKS || isApart(part, program.get(i), recording)) {
                parts.add(part);
                from = i;
            }
        }
        return parts;
    }

    private static boolean isApart(List<Task> part, Task next, boolean recording) {
        Kernel foreign = Kernel.INTEGER_CONVOLVE;
        return next.kernel() == foreign && part.getFirst().kernel() != foreign
                || recording && (transfers(part.getLast()) || transfers(next));
    }

    private static boolean transfers(Task task) {
        return switch (task.kernel()) {
            case BEGIN, OUTCOME, SCORES -> true;
            default -> false;
        };
    }

    private static long megabytes(Buffers buffers) {
        long numbers = (long) buffers.state().length + buffers.memory().length + buffers.table().length;
        return numbers * Float.BYTES / 1_000_000;
    }

    private TaskGraph taken(String name) {
        return new TaskGraph(name).consumeFromDevice(buffers.state(), buffers.memory(), buffers.table());
    }

    /** Closes a graph that only moves buffers: a task must name those that it keeps. */
    private void add(TaskGraph graph, String content) {
        graph.task("touch", TornadoMachine::touch, buffers.state(), buffers.memory(), buffers.table());
        graphs.add(kept(graph).snapshot());
        contents.add(new Content(content, List.of(), false));
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

    private void addTasks(List<Task> tasks, boolean recorded) {
        String name = "part" + graphs.size();
        TaskGraph graph = taken(name);
        for (int i = 0; i < tasks.size(); i++) {
            Task task = tasks.get(i);
            String id = "%s_%d_%s".formatted(task.kernel().name().toLowerCase(Locale.ROOT), i, task.subject());
            kernels.add(graph, name, id, task, grids);
        }
        graphs.add(kept(graph).snapshot());
        contents.add(new Content(
                "tasks from %s to %s".formatted(describe(tasks.getFirst()), describe(tasks.getLast())),
                List.copyOf(tasks),
                recorded));
    }

    private static String describe(Task task) {
        return "kernel %s of %s, %,d threads".formatted(task.kernel(), task.subject(), task.count());
    }

    private void execute(int graph) {
        try {
            long start = System.nanoTime();
            TornadoExecutionPlan part = plan.withGraph(graph);
            if (contents.get(graph).recorded() && recorded.add(graph)) {
                record(part);
            }
            TornadoExecutionResult result = part.execute();
            long all = System.nanoTime() - start;
            int tasks = contents.get(graph).tasks().size();
            profiles.ifPresent(told -> told.accept(profile(tasks, all, result.getProfilerResult())));
        } catch (RuntimeException | TornadoInternalError e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new InvalidInputException(
                    "--device tornado: TornadoVM failed at %s (%s); --device jvm trains without it."
                            .formatted(culprit(contents.get(graph)), message(cause)),
                    e);
        }
    }

    /** Has CUDA record the graph that a plan has chosen, when it runs for the first time. The method is newer than the classes that we compile with. */
    private static void record(TornadoExecutionPlan part) {
        try {
            TornadoExecutionPlan.class.getMethod("withCUDAGraph").invoke(part);
        } catch (ReflectiveOperationException e) {
            throw new InvalidInputException("--device tornado: this TornadoVM has no CUDA graphs (5.2 has).", e);
        }
    }

    /** What an exception says, in one line and without colours and calls. */
    private static String message(Throwable cause) {
        return Optional.ofNullable(cause.getMessage())
                .map(text -> COLOUR.matcher(text).replaceAll("").replaceAll("\\s+", " "))
                .map(text -> text.replaceFirst("Stacktrace: .*", "").strip())
                .filter(text -> !text.isEmpty())
                .orElse(cause.toString());
    }

    private static Profile profile(int tasks, long all, TornadoProfilerResult measured) {
        return new Profile(
                1,
                tasks,
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
            GridScheduler groups = new GridScheduler();
            kernels.add(graph, "alone", "task", task, groups);
            graph.transferToHost(DataTransferMode.UNDER_DEMAND, buffers.memory());
            try (TornadoExecutionPlan alone = new TornadoExecutionPlan(graph.snapshot())) {
                alone.withDevice(device);
                if (!groups.keySet().isEmpty()) {
                    alone.withGridScheduler(groups);
                }
                alone.withPreCompilation();
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
            kernels.close();
        } catch (TornadoExecutionPlanException e) {
            throw new IllegalStateException("TornadoVM could not free its memory: " + e.getMessage(), e);
        }
    }
}
