package narrowband.cli;

import narrowband.accel.InvalidInputException;
import narrowband.training.device.Device;
import narrowband.training.device.JvmDevice;
import narrowband.training.tornado.TornadoInstallation;

/** What {@code --device} says: what training runs on. */
final class TrainingDevice {
    static final String JVM = "jvm";
    private static final String AUTO = "auto";
    private static final String TORNADO = "tornado(:[a-z]+(:[0-9]{1,3})?)?";

    private TrainingDevice() {}

    /** Finds a specification that names no device, or one that is not there. */
    static void check(String spec) {
        if (spec.matches(TORNADO)) {
            TornadoInstallation.probe().find(spec);
            return;
        }
        if (!spec.equals(JVM) && !spec.equals(AUTO)) {
            throw new InvalidInputException(
                    "--device \"%s\" is unknown; it is jvm, tornado, tornado:BACKEND, tornado:BACKEND:INDEX (see narrowband devices), or auto."
                            .formatted(spec));
        }
    }

    /**
     * Opens the device.
     *
     * @throws InvalidInputException if it is not there
     */
    static Device open(String spec) {
        if (spec.equals(JVM)) {
            return JvmDevice.ofAllProcessors();
        }
        TornadoInstallation tornado = TornadoInstallation.probe();
        if (spec.equals(AUTO)) {
            return tornado.hasGpu() ? tornado.open("tornado") : JvmDevice.ofAllProcessors();
        }
        return tornado.open(spec);
    }
}
