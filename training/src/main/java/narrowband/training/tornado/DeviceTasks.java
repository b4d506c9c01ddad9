package narrowband.training.tornado;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import uk.ac.manchester.tornado.api.AccessorParameters;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.common.Access;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;

/** Tasks as TornadoVM wants them: the method or file of their kernel, its arguments, and how threads are grouped. */
final class DeviceTasks implements AutoCloseable {
    /** Threads of a block that run together, and what is few for a device. */
    private static final int WARP = 32;

    private static final int FEW_THREADS = 1 << 15;

    private final TornadoDevice device;
    private final Buffers buffers;
    private Optional<Path> source = Optional.empty();

    DeviceTasks(TornadoDevice device, Buffers buffers) {
        this.device = device;
        this.buffers = buffers;
    }

    /**
     * Adds a task to a graph, with what it brings in or out.
     *
     * @param grids takes the groups of a tiled kernel
     */
    void add(TaskGraph graph, String name, String id, Task task, GridScheduler grids) {
        if (task.kernel().isTiled()) {
            addKernel(graph, id, task);
            grids.addWorkerGrid(name + "." + id, groups(task));
        } else {
            addInBlocks(graph, name, id, task);
        }
    }

    /**
     * Adds a task whose threads know nothing of each other. Left alone, TornadoVM gives CUDA blocks of a divisor of their number, which may be 7, or
     * 1; of few threads, small blocks reach more of the device. OpenCL 1.2 has no last block that is not full, so that the choice stays its own.
     */
    private void addInBlocks(TaskGraph graph, String name, String id, Task task) {
        if (!device.getTornadoVMBackend().toString().equalsIgnoreCase("cuda")) {
            addKernel(graph, id, task);
            return;
        }
        // TornadoVM reads it when a task is added.
        String property = "%s.%s.local.workgroup.size".formatted(name, id);
        System.setProperty(property, Integer.toString(task.count() < FEW_THREADS ? WARP : Work.BLOCK));
        addKernel(graph, id, task);
        System.clearProperty(property);
    }

    private void addKernel(TaskGraph graph, String id, Task task) {
        switch (task.kernel()) {
            case BEGIN ->
                graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, buffers.pixels(), buffers.inputs())
                        .task(
                                id,
                                UpdateKernels::takeStep,
                                buffers.pixels(),
                                buffers.inputs(),
                                buffers.state(),
                                buffers.memory(),
                                buffers.table(),
                                task.at(),
                                task.count());
            case OUTCOME ->
                graph.task(
                                id,
                                UpdateKernels::giveOutcome,
                                buffers.state(),
                                buffers.memory(),
                                buffers.table(),
                                buffers.outcome(),
                                task.at(),
                                task.count())
                        .transferToHost(DataTransferMode.EVERY_EXECUTION, buffers.outcome());
            case SCORES ->
                graph.task(id, UpdateKernels::giveScores, buffers.memory(), buffers.scores(), task.at(), task.count())
                        .transferToHost(DataTransferMode.EVERY_EXECUTION, buffers.scores());
            case TILED_CONVOLVE, TILED_INPUT_GRADIENT, TILED_WEIGHT_GRADIENT ->
                graph.task(
                        id,
                        tiled(task.kernel()),
                        new KernelContext(),
                        buffers.state(),
                        buffers.memory(),
                        buffers.table(),
                        task.at());
            case INTEGER_CONVOLVE -> {
                AccessorParameters accessors = new AccessorParameters(4);
                accessors.set(0, buffers.state(), Access.READ_ONLY);
                accessors.set(1, buffers.memory(), Access.READ_WRITE);
                accessors.set(2, buffers.table(), Access.READ_ONLY);
                accessors.set(3, task.at(), Access.READ_ONLY);
                graph.prebuiltTask(id, IntegerConvolution.ENTRY, integers().toString(), accessors);
            }
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

    /** The source of the kernel for tensor cores. */
    private Path integers() {
        Path file = source.orElseGet(IntegerConvolution::file);
        source = Optional.of(file);
        return file;
    }

    /** The groups of a tiled kernel are its tiles. */
    private static WorkerGrid groups(Task task) {
        WorkerGrid1D grid = new WorkerGrid1D(task.count());
        grid.setLocalWork(Work.BLOCK, 1, 1);
        return grid;
    }

    private static Task5<KernelContext, float[], float[], int[], Integer> tiled(Kernel kernel) {
        return switch (kernel) {
            case TILED_CONVOLVE -> TiledKernels::convolveTiles;
            case TILED_INPUT_GRADIENT -> TiledKernels::inputGradientTiles;
            case TILED_WEIGHT_GRADIENT -> TiledWeightGradientKernels::weightGradientTiles;
            default -> throw new IllegalArgumentException("is not tiled: " + kernel);
        };
    }

    /** The kernel as TornadoVM wants it: a reference to its method, from which it finds the bytecode. */
    private static Task5<float[], float[], int[], Integer, Integer> body(Kernel kernel) {
        return switch (kernel) {
            case CONVOLVE -> ConvolutionKernels::convolve;
            case INPUT_GRADIENT -> ConvolutionKernels::convolutionInputGradient;
            case WEIGHT_GRADIENT -> WeightGradientKernels::convolutionWeightGradient;
            case SUM_SLICES -> WeightGradientKernels::sumSlices;
            case DEPTHWISE -> DepthwiseKernels::convolveDepthwise;
            case DEPTHWISE_INPUT_GRADIENT -> DepthwiseKernels::depthwiseInputGradient;
            case DEPTHWISE_WEIGHT_GRADIENT -> DepthwiseKernels::depthwiseWeightGradient;
            case BLOCK_ENDS -> WeightGridKernels::findBlockEnds;
            case WEIGHT_GRIDS -> WeightGridKernels::takeWeightGrids;
            case ROUND_WEIGHTS -> WeightKernels::roundWeights;
            case WEIGHTS_GRADIENT -> WeightKernels::weightsGradient;
            case CHANNELS_GRADIENT -> GridKernels::channelsGradient;
            case WIDTHS_GRADIENT -> GridKernels::widthsGradient;
            case NORM_SUMS -> NormKernels::sumChannels;
            case FOLD_SUMS -> NormKernels::foldSums;
            case NORM_RECALL -> NormKernels::recallStatistics;
            case NORM_GRADIENT -> NormKernels::normGradient;
            case ACTIVATE -> ActivationKernels::activate;
            case ACTIVATION_GRADIENT -> ActivationKernels::activationGradient;
            case MAXIMUM -> PoolKernels::poolMaximum;
            case MAXIMUM_GRADIENT -> PoolKernels::poolMaximumGradient;
            case AVERAGE -> PoolKernels::poolAverage;
            case AVERAGE_GRADIENT -> PoolKernels::poolAverageGradient;
            case SHORTCUT -> PoolKernels::shortcut;
            case SHORTCUT_GRADIENT -> PoolKernels::shortcutGradient;
            case LOSS -> LossKernels::imageLoss;
            case UPDATE -> UpdateKernels::updateParameters;
            case TILED_CONVOLVE,
                    INTEGER_CONVOLVE,
                    TILED_INPUT_GRADIENT,
                    TILED_WEIGHT_GRADIENT,
                    BEGIN,
                    OUTCOME,
                    SCORES -> throw new IllegalArgumentException("has other parameters: " + kernel);
        };
    }

    @Override
    public void close() {
        source.ifPresent(file -> {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
