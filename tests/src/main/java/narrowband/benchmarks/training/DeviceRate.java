package narrowband.benchmarks.training;

import java.util.List;
import narrowband.training.device.Batch;
import narrowband.training.device.Device;
import narrowband.training.device.JvmDevice;
import narrowband.training.device.Session;
import narrowband.training.tornado.ProfiledDevice;
import narrowband.training.tornado.ProfiledDevice.Profile;
import narrowband.training.tornado.TornadoInstallation;

/** A GDNSQ step on a device of choice: images a second, and where TornadoVM is, the shares of kernels and transfers. */
public final class DeviceRate {
    private static final float BITS = 4;
    private static final int WARM_UP = 3;
    private static final double NANOSECOND = 1e-9;
    /** Multiply-accumulates are two operations; the student runs forwards and twice backwards, the teacher forwards. */
    private static final double OPERATIONS = 2 * (3 + 1);
    /**
     * The least that goes through memory if inputs and results of layers with weights lie there and all that comes between two of
     * them is one pass: student forwards 2, backwards 3, teacher 2, of 4 bytes each.
     */
    private static final double BYTES = 4 * (2 + 3 + 2);

    private DeviceRate() {}

    /**
     * {@code device [model] [batch] [seconds] [how]}; ResNet-20, 128 and 20 unless said otherwise, and how it computes as suits the
     * device.
     */
    public static void main(String[] arguments) {
        String device = arguments[0];
        String model = arguments.length > 1 ? arguments[1] : "resnet20";
        int batch = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 128;
        double seconds = arguments.length > 3 ? Double.parseDouble(arguments[3]) : 20;
        try (Device opened = device.equals("jvm")
                ? new JvmDevice(Runtime.getRuntime().availableProcessors())
                : open(device, List.of(arguments).subList(Math.min(4, arguments.length), arguments.length))) {
            measure(opened, model, batch, seconds);
        }
    }

    /** @param how nothing, or how it computes */
    private static ProfiledDevice open(String device, List<String> how) {
        TornadoInstallation installation = TornadoInstallation.probe();
        return installation.openProfiled(
                how.isEmpty() ? device : installation.find(device).spec() + ":" + how.getFirst());
    }

    private static void measure(Device device, String model, int batch, double seconds) {
        TrainingSubject subject = TrainingSubject.of(model, BITS);
        Batch images = TrainingSubject.noise(batch, 1);
        long begin = System.nanoTime();
        Session session = subject.open(device, batch);
        long step = 0;
        while (step < WARM_UP) {
            session.step(images, subject.plan(step++));
        }
        System.out.printf(
                "%s, %s, batch %d: ready after %.1f s%n",
                device.name(), model, batch, (System.nanoTime() - begin) * NANOSECOND);
        Profile before = profile(device);
        long start = System.nanoTime();
        double elapsed;
        do {
            session.step(images, subject.plan(step++));
            elapsed = (System.nanoTime() - start) * NANOSECOND;
        } while (elapsed < seconds);
        long steps = step - WARM_UP;
        double rate = steps * batch / elapsed;
        System.out.printf(
                "%d steps in %.1f s: %.1f images/s, %.2f ms a step, %.1f GFLOP/s, %.1f GB/s%n",
                steps,
                elapsed,
                rate,
                1e3 * elapsed / steps,
                OPERATIONS * subject.cost().multiplyAccumulates() * rate * NANOSECOND,
                BYTES * subject.elements() * rate * NANOSECOND);
        Profile spent = profile(device).since(before);
        if (spent.runs() > 0) {
            System.out.printf(
                    "of a step: %.1f task graphs, %.1f tasks, kernels %.1f %%, transfers %.1f %% (%.1f kB), the rest of TornadoVM's calls %.1f %%, the host %.1f %%%n",
                    (double) spent.runs() / steps,
                    (double) spent.tasks() / steps,
                    100 * spent.kernels() / elapsed,
                    100 * spent.transfers() / elapsed,
                    spent.bytes() / 1e3 / steps,
                    100 * (spent.all() - spent.kernels() - spent.transfers()) / elapsed,
                    100 * (elapsed - spent.all()) / elapsed);
        }
    }

    private static Profile profile(Device device) {
        return device instanceof ProfiledDevice profiled ? profiled.profile() : Profile.NONE;
    }
}
