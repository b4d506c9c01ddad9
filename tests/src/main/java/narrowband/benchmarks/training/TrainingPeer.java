package narrowband.benchmarks.training;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import narrowband.training.device.Batch;
import narrowband.training.device.JvmDevice;
import narrowband.training.device.Session;
import narrowband.training.net.ParameterLayout.Slice;

/**
 * A GDNSQ step beside the same step in libtorch: same network, parameters, images, quantisers, loss, penalty and optimiser. First
 * both take a step on the same images, and their losses and parameters are compared; then they are timed in turn. Both the
 * wall and the processor time of the whole process are told, since neighbours on the machine change the first.
 */
public final class TrainingPeer {
    private static final float BITS = 4;
    private static final float COMPARED_BITS = 14;
    private static final int STEPS = 1;
    private static final int WARM_UP_ROUNDS = 2;
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private TrainingPeer() {}

    /** Rates of one side, images a second: by the wall's time, and by processor time as if all threads ran all the time. */
    private record Rates(double[] wall, double[] processor) {
        Rates(int rounds) {
            this(new double[rounds], new double[rounds]);
        }

        void measure(int round, int images, int threads, Runnable steps) {
            long wallStart = System.nanoTime();
            long processorStart = SYSTEM.getProcessCpuTime();
            steps.run();
            processor[round] = images * 1e9 * threads / (SYSTEM.getProcessCpuTime() - processorStart);
            wall[round] = images * 1e9 / (System.nanoTime() - wallStart);
        }
    }

    /** {@code [model] [batch] [threads] [rounds]}; ResNet-20, 128, 2 and 9 unless said otherwise. */
    public static void main(String[] arguments) {
        String model = arguments.length > 0 ? arguments[0] : "resnet20";
        int batch = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 128;
        int threads = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 2;
        int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 9;
        compare(model, batch, threads);
        TrainingSubject ownSubject = TrainingSubject.of(model, BITS);
        try (JvmDevice device = new JvmDevice(threads);
                TorchStep peer = new TorchStep(TrainingSubject.of(model, BITS), threads)) {
            Session own = ownSubject.open(device, batch);
            long step = 0;
            Batch images = TrainingSubject.noise(batch, step);
            Rates ours = new Rates(rounds);
            Rates theirs = new Rates(rounds);
            for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
                long first = step;
                int place = Math.max(round, 0);
                ours.measure(place, STEPS * batch, threads, () -> {
                    for (int i = 0; i < STEPS; i++) {
                        own.step(images, ownSubject.plan(first + i));
                    }
                });
                theirs.measure(place, STEPS * batch, threads, () -> {
                    for (int i = 0; i < STEPS; i++) {
                        peer.step(images);
                    }
                });
                step += STEPS;
            }
            System.out.printf("%s, %s, batch %d, %d rounds in turn%n", model, device.name(), batch, rounds);
            report("images/s, wall", ours.wall, theirs.wall);
            report("images/s, processor time", ours.processor, theirs.processor);
        }
    }

    /**
     * One step of both. A code that falls on the other side of its rounding threshold, because sums were made in another order,
     * moves all that follows; so the widths are large here, and what is left shrinks as they grow.
     */
    private static void compare(String model, int batch, int threads) {
        TrainingSubject ownSubject = TrainingSubject.of(model, COMPARED_BITS);
        try (JvmDevice device = new JvmDevice(threads);
                TorchStep peer = new TorchStep(TrainingSubject.of(model, COMPARED_BITS), threads)) {
            Batch images = TrainingSubject.noise(batch, 1);
            double loss = ownSubject
                    .open(device, batch)
                    .step(images, ownSubject.plan(0))
                    .loss();
            System.out.printf(
                    "at %.0f bits: loss %.5f, libtorch %.5f; of all that the parameters move in a step, the two differ by %.2f %%%n",
                    COMPARED_BITS, loss, peer.step(images), 100 * apart(model, ownSubject, peer));
        }
    }

    private static void report(String title, double[] ours, double[] theirs) {
        Arrays.sort(ours);
        Arrays.sort(theirs);
        System.out.printf(
                "%-26s ours %s  libtorch %s  ratio of medians %.2f, of the best %.2f%n",
                title,
                range(ours),
                range(theirs),
                ours[ours.length / 2] / theirs[theirs.length / 2],
                ours[ours.length - 1] / theirs[theirs.length - 1]);
    }

    private static String range(double[] sorted) {
        return "%.0f (%.0f to %.0f)".formatted(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }

    /** The distance between both sides' parameters in units of the distance that ours moved. */
    private static double apart(String model, TrainingSubject own, TorchStep peer) {
        float[] start = TrainingSubject.of(model, COMPARED_BITS).student().values();
        float[] values = own.student().values();
        double moved = 0;
        double apart = 0;
        for (Slice slice : own.student().layout().slices()) {
            float[] theirs = peer.parameter(slice.name());
            for (int i = 0; i < slice.size(); i++) {
                float value = values[slice.offset() + i];
                moved += Math.pow(value - start[slice.offset() + i], 2);
                apart += Math.pow(value - theirs[i], 2);
            }
        }
        return Math.sqrt(apart / moved);
    }
}
