package narrowband.training.tornado;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Convolutions of random shapes as tiled kernels take them, several in a launch: one image, one channel, strides, odd sizes and products that
 * need more tiles than one are among them.
 *
 * @param tasks both directions and the weights' gradient
 */
record RandomConvolutions(Buffers buffers, List<Task> tasks) {
    private static final int LARGEST = 90;

    static RandomConvolutions of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Arena arena = new Arena();
        Table table = new Table();
        List<Work.Job> forward = new ArrayList<>();
        List<Work.Job> inputs = new ArrayList<>();
        List<Work.Job> weights = new ArrayList<>();
        int jobs = random.nextInt(1, 4);
        for (int job = 0; job < jobs; job++) {
            add(random, arena, forward, inputs, weights);
        }
        List<Task> tasks = List.of(
                new Work(Kernel.TILED_CONVOLVE, forward).task(table),
                new Work(Kernel.TILED_INPUT_GRADIENT, inputs).task(table),
                new Work(Kernel.TILED_WEIGHT_GRADIENT, weights).task(table));
        float[] memory = new float[arena.size()];
        for (int i = 0; i < memory.length; i++) {
            memory[i] = (float) random.nextGaussian();
        }
        Buffers buffers = new Buffers(
                new float[1], memory, table.toArray(), new byte[1], new float[1], new float[1], new float[1]);
        return new RandomConvolutions(buffers, tasks);
    }

    private static void add(
            SplittableRandom random,
            Arena arena,
            List<Work.Job> forward,
            List<Work.Job> inputs,
            List<Work.Job> weights) {
        int images = random.nextInt(1, 4);
        int kernel = random.nextInt(1, 6);
        int stride = random.nextInt(1, 4);
        int padding = random.nextInt(kernel);
        int height = kernel + random.nextInt(12);
        int width = kernel + random.nextInt(12);
        int channels = random.nextInt(3) == 0 ? random.nextInt(1, 4) : random.nextInt(1, LARGEST);
        int outputs = random.nextInt(3) == 0 ? random.nextInt(1, 4) : random.nextInt(1, LARGEST);
        int rows = (height + 2 * padding - kernel) / stride + 1;
        int columns = (width + 2 * padding - kernel) / stride + 1;
        int positions = images * rows * columns;
        int pixels = images * height * width;
        int taps = kernel * kernel * channels;
        int wanted = Math.min(positions, random.nextInt(1, 5));
        int size = Math.ceilDiv(positions, wanted);
        int slices = Math.ceilDiv(positions, size);
        int[] record = {
            arena.take(pixels * channels),
            arena.take(positions * outputs),
            arena.take(taps * outputs),
            random.nextBoolean() ? -1 : arena.take(outputs),
            height,
            width,
            channels,
            kernel,
            stride,
            padding,
            rows,
            columns,
            outputs,
            images,
            random.nextInt(2),
            slices,
            size
        };
        Tiling tiling = Tiling.of(positions, outputs);
        Work.Job ahead = job(record, tiling, positions, outputs, 1);
        if (record[3] < 0) {
            ahead.record()[TiledKernels.SUMS] = arena.take(2L * Math.ceilDiv(positions, tiling.rows()) * outputs);
        }
        forward.add(ahead);
        // The gradients stand at other places than the tensors, so that a task that reads what another writes is seen.
        int[] back = record.clone();
        back[0] = arena.take(pixels * channels);
        inputs.add(job(back, Tiling.of(pixels, channels), pixels, channels, 1));
        int[] shares = record.clone();
        shares[2] = arena.take((long) slices * taps * outputs);
        weights.add(job(shares, Tiling.of(taps, outputs), taps, outputs, slices));
    }

    private static Work.Job job(int[] record, Tiling tiling, int rows, int columns, int slices) {
        int threads = Math.toIntExact(slices * tiling.tiles(rows, columns) * Work.BLOCK);
        return new Work.Job(tiling.appendedTo(record), threads, "random");
    }
}
