package narrowband.benchmarks.training;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import narrowband.training.kernels.BlockedImage;
import narrowband.training.kernels.Kernels;
import narrowband.training.kernels.VectorKernels;

/**
 * How near the 3x3 convolutions of ResNet-20 come to what the machine can do: multiply-adds a second beside those of a loop that
 * does nothing else, in turn, on one thread and on two at once. Time is the processor time of the thread, so that neighbours on
 * the machine count less. The layout of the image for the kernel is part of what is timed; a batch of 16 images goes through.
 */
public final class ConvolutionPeak {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int IMAGES = 16;
    private static final int REPEATS = 4;

    private ConvolutionPeak() {}

    /** Something that can be timed, and the operations that it takes, a multiply-add counted as two. */
    private record Work(String name, double operations, Runnable run) {
        /** Billions of operations a second of processor time. */
        double rate() {
            long start = THREADS.getCurrentThreadCpuTime();
            run.run();
            return operations / (THREADS.getCurrentThreadCpuTime() - start);
        }
    }

    /** One of the network's stages, with memory of its own: forwards, the input's gradient, the weights' gradient. */
    private static final class Stage {
        private final Kernels kernels = new VectorKernels();
        private final int channels;
        private final int side;
        private final BlockedImage image;
        private final float[] batch;
        private final float[] out;
        private final float[] in;
        private final float[] gradient;
        private final float[] weights;
        private final float[] sum;

        Stage(int channels, int side) {
            this.channels = channels;
            this.side = side;
            image = new BlockedImage(side, side, channels, 1);
            SplittableRandom random = new SplittableRandom(1);
            batch = new float[IMAGES * side * side * channels];
            for (int i = 0; i < batch.length; i++) {
                batch[i] = (float) random.nextGaussian();
            }
            out = new float[batch.length];
            in = new float[image.size()];
            gradient = new float[image.size()];
            weights = new float[image.weights(channels)];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (float) random.nextGaussian();
            }
            sum = new float[weights.length];
        }

        private double operations() {
            return 2.0 * REPEATS * IMAGES * side * side * channels * channels * 9;
        }

        private String name(String what) {
            return "%s, %dx%dx%d".formatted(what, channels, side, side);
        }

        /** Forwards; the gradient of the input is the same work on turned weights. */
        Work forward() {
            return new Work(name("forward and input gradient"), operations(), () -> {
                for (int i = 0; i < REPEATS * IMAGES; i++) {
                    int offset = i % IMAGES * side * side * channels;
                    kernels.block(batch, offset, 1, image, in);
                    kernels.convolve3x3(in, image, 1, channels, weights, out, offset);
                }
            });
        }

        Work weightGradient() {
            return new Work(name("weight gradient"), operations(), () -> {
                Arrays.fill(sum, 0);
                for (int i = 0; i < REPEATS * IMAGES; i++) {
                    int offset = i % IMAGES * side * side * channels;
                    kernels.block(batch, offset, 1, image, in);
                    kernels.block(out, offset, 1, image, gradient);
                    kernels.weightGradient3x3(in, image, gradient, image, sum, 0);
                }
            });
        }
    }

    private static Work peak() {
        long rounds = 4_000_000;
        return new Work("multiply-adds alone", 2.0 * rounds * 12 * SPECIES.length(), () -> {
            if (multiplyAdds(rounds, 1.000001f) == 0) {
                throw new IllegalStateException("the sum cannot be 0");
            }
        });
    }

    /** Twelve sums, so that none waits for itself. */
    private static float multiplyAdds(long rounds, float factor) {
        FloatVector a = FloatVector.broadcast(SPECIES, factor);
        FloatVector b = FloatVector.broadcast(SPECIES, 1e-9f);
        FloatVector s0 = b;
        FloatVector s1 = b;
        FloatVector s2 = b;
        FloatVector s3 = b;
        FloatVector s4 = b;
        FloatVector s5 = b;
        FloatVector s6 = b;
        FloatVector s7 = b;
        FloatVector s8 = b;
        FloatVector s9 = b;
        FloatVector s10 = b;
        FloatVector s11 = b;
        for (long i = 0; i < rounds; i++) {
            s0 = a.fma(b, s0);
            s1 = a.fma(b, s1);
            s2 = a.fma(b, s2);
            s3 = a.fma(b, s3);
            s4 = a.fma(b, s4);
            s5 = a.fma(b, s5);
            s6 = a.fma(b, s6);
            s7 = a.fma(b, s7);
            s8 = a.fma(b, s8);
            s9 = a.fma(b, s9);
            s10 = a.fma(b, s10);
            s11 = a.fma(b, s11);
        }
        FloatVector low = s0.add(s1).add(s2).add(s3).add(s4).add(s5);
        return low.add(s6).add(s7).add(s8).add(s9).add(s10).add(s11).lane(0);
    }

    /** {@code [rounds]}; 15 unless said otherwise. */
    public static void main(String[] arguments) throws InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
        for (int threads = 1; threads <= 2; threads++) {
            AtomicReference<String> report = new AtomicReference<>("");
            Thread[] all = new Thread[threads];
            for (int i = 0; i < threads; i++) {
                all[i] = Thread.ofPlatform().start(() -> report.set(measure(rounds)));
            }
            for (Thread thread : all) {
                thread.join();
            }
            System.out.printf(
                    "%d thread%s, %d lanes; of one of them:%n%s",
                    threads, threads > 1 ? "s" : "", SPECIES.length(), report.get());
        }
    }

    private static String measure(int rounds) {
        Work[] works = {
            peak(),
            new Stage(16, 32).forward(),
            new Stage(32, 16).forward(),
            new Stage(64, 8).forward(),
            new Stage(16, 32).weightGradient(),
            new Stage(32, 16).weightGradient(),
            new Stage(64, 8).weightGradient(),
        };
        double[][] rates = new double[works.length][rounds];
        for (int round = -rounds / 2; round < rounds; round++) {
            for (int i = 0; i < works.length; i++) {
                rates[i][Math.max(round, 0)] = works[i].rate();
            }
        }
        StringBuilder table = new StringBuilder();
        for (int i = 0; i < works.length; i++) {
            Arrays.sort(rates[i]);
            table.append("%-42s %7.1f GFLOP/s (%.1f to %.1f)  %3.0f %%%n"
                    .formatted(
                            works[i].name,
                            rates[i][rounds / 2],
                            rates[i][0],
                            rates[i][rounds - 1],
                            100 * rates[i][rounds / 2] / rates[0][rounds / 2]));
        }
        return table.toString();
    }
}
