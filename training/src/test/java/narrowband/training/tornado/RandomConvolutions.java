package narrowband.training.tornado;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Convolutions of random shapes as tiled kernels take them, several in a launch: one image, one channel, strides, odd sizes and products that
 * need more tiles than one are among them.
 *
 * @param tasks the folding of sums, then both directions and the weights' gradient
 * @param forward the jobs of the first direction
 */
record RandomConvolutions(Buffers buffers, List<Task> tasks, List<Work.Job> forward) {
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
        ChunkSums sums = ChunkSums.take(arena, random.nextInt(65, 400), random.nextInt(1, LARGEST));
        List<Task> tasks = List.of(
                sums.fold(sums.ofGroups(arena), "random").task(table),
                new Work(Kernel.TILED_CONVOLVE, forward).task(table),
                new Work(Kernel.TILED_INPUT_GRADIENT, inputs).task(table),
                new Work(Kernel.TILED_WEIGHT_GRADIENT, weights).task(table));
        float[] memory = new float[arena.size()];
        for (int i = 0; i < memory.length; i++) {
            memory[i] = (float) random.nextGaussian();
        }
        Buffers buffers = new Buffers(
                new float[1], memory, table.toArray(), new byte[1], new float[1], new float[1], new float[1]);
        return new RandomConvolutions(buffers, tasks, forward);
    }

    /**
     * The forward pass alone, of layers that are quantised to random widths: most have codes of at most 8 bits, some have more, some are not
     * quantised at all.
     */
    static RandomConvolutions ofIntegers(long seed) {
        RandomConvolutions floating = of(seed);
        SplittableRandom random = new SplittableRandom(seed);
        float[] memory = floating.buffers.memory();
        int end = memory.length;
        Table table = new Table();
        List<Work.Job> jobs = new ArrayList<>();
        for (Work.Job job : floating.forward) {
            int[] record = job.record();
            boolean quantised = random.nextInt(5) > 0;
            int grids = end;
            int apart = random.nextBoolean() ? WeightGridKernels.SIZE : 0;
            if (quantised) {
                end += GridKernels.SIZE + record[12] * WeightGridKernels.SIZE;
                memory = Arrays.copyOf(memory, end);
                quantise(random, memory, record, grids, apart);
            }
            int[] longer = IntegerConvolution.appendedTo(
                    record, quantised ? grids : -1, quantised ? grids + GridKernels.SIZE : -1, apart);
            jobs.add(new Work.Job(longer, job.count(), job.subject()));
        }
        Task task = new Work(Kernel.INTEGER_CONVOLVE, jobs).task(table);
        Buffers buffers = new Buffers(
                new float[1], memory, table.toArray(), new byte[1], new float[1], new float[1], new float[1]);
        return new RandomConvolutions(buffers, List.of(task), jobs);
    }

    /** Makes grids, and has all inputs and weights lie on them. */
    private static void quantise(SplittableRandom random, float[] memory, int[] record, int grids, int apart) {
        float width = random.nextInt(4) == 0 ? random.nextInt(8, 11) : (float) random.nextDouble(1, 8);
        boolean signed = random.nextBoolean();
        GridKernels.takeGrid(
                memory,
                grids,
                (float) random.nextDouble(-3, 3),
                width,
                signed ? GridKernels.SIGNED : GridKernels.UNSIGNED);
        int inputs = record[13] * record[4] * record[5] * record[6];
        for (int i = 0; i < inputs; i++) {
            int lowest = (int) memory[grids + 4];
            int highest = (int) memory[grids + 5];
            memory[record[0] + i] = memory[grids] * random.nextInt(lowest, highest + 1);
        }
        float bits = random.nextInt(4) == 0 ? random.nextInt(8, 10) : (float) random.nextDouble(1, 8);
        int outputs = record[12];
        for (int o = 0; o < outputs; o++) {
            int grid = grids + GridKernels.SIZE + o * WeightGridKernels.SIZE;
            WeightGridKernels.takeMidRise(memory, grid, (float) random.nextDouble(-3, 3), bits);
        }
        int taps = record[7] * record[7] * record[6];
        for (int i = 0; i < taps * outputs; i++) {
            int grid = grids + GridKernels.SIZE + i % outputs * apart;
            int first = (int) memory[grid + WeightGridKernels.FIRST];
            memory[record[2] + i] = memory[grid] * (random.nextInt(first, -first) + 0.5f);
        }
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
