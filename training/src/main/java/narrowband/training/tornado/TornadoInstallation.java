package narrowband.training.tornado;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import narrowband.accel.InvalidInputException;
import narrowband.training.device.Device;

/**
 * Whether TornadoVM is there, and what it can run on. Asked by reflection only: where it is not, none of its classes is touched.
 *
 * @param devices what kernels can run on; none where there is no TornadoVM
 * @param problem why there is none; empty where there are some
 */
public record TornadoInstallation(List<Found> devices, String problem) {
    /** How to come by it, in three lines. */
    public static final List<String> HOW_TO_GET_IT = List.of(
            "1. Get the TornadoVM 5.2 SDK for JDK 25 with the backend of your GPU (CUDA, PTX or OpenCL): sdk install tornadovm, or",
            "   its releases at github.com/beehive-lab/TornadoVM; JDK 25 and the GPU's driver must be there.",
            "2. export TORNADOVM_HOME=<the SDK's folder, in which tornado-argfile lies>; narrowband devices then lists the GPU.");

    /** Which part of a specification tells how to run a step. */
    private static final int HOW = 3;

    private static final String API = "uk.ac.manchester.tornado.api.";

    /**
     * A device of TornadoVM.
     *
     * @param backend cuda, ptx or opencl
     * @param backendIndex the backend's number
     * @param index the device's number in it
     * @param gpu whether it is a GPU
     */
    public record Found(String backend, int backendIndex, int index, String description, boolean gpu) {
        /** Whether it is reached through CUDA's own interface. */
        boolean isCuda() {
            return backend.equals("cuda");
        }

        /** As {@code --device} takes it. */
        public String spec() {
            return "tornado:%s:%d".formatted(backend, index);
        }
    }

    /** Looks for it. Takes seconds where it is there. */
    public static TornadoInstallation probe() {
        if (System.getProperty("tornado.load.runtime.implementation") == null) {
            return missing("TornadoVM is not loaded: TORNADOVM_HOME names no SDK");
        }
        if (ModuleLayer.boot().findModule("tornado.runtime").isEmpty()) {
            return missing(
                    "TornadoVM's modules are not there, though its properties are: TORNADOVM_HOME is not a whole SDK");
        }
        try {
            List<Found> devices = new ArrayList<>();
            Object runtime = Class.forName(API + "runtime.TornadoRuntimeProvider")
                    .getMethod("getTornadoRuntime")
                    .invoke(null);
            Class<?> runtimeType = Class.forName(API + "TornadoRuntime");
            Class<?> backendType = Class.forName(API + "TornadoBackend");
            Class<?> deviceType = Class.forName(API + "common.TornadoDevice");
            int backends = (Integer) runtimeType.getMethod("getNumBackends").invoke(runtime);
            Method backendOf = runtimeType.getMethod("getBackend", int.class);
            for (int b = 0; b < backends; b++) {
                Object backend = backendOf.invoke(runtime, b);
                String name = runtimeType
                        .getMethod("getBackendType", int.class)
                        .invoke(runtime, b)
                        .toString()
                        .toLowerCase(Locale.ROOT);
                int count = (Integer) backendType.getMethod("getNumDevices").invoke(backend);
                for (int d = 0; d < count; d++) {
                    Object device =
                            backendType.getMethod("getDevice", int.class).invoke(backend, d);
                    String type =
                            deviceType.getMethod("getDeviceType").invoke(device).toString();
                    // OpenCL gives its handle's fields, of which people know one.
                    String description = deviceType
                            .getMethod("getDescription")
                            .invoke(device)
                            .toString()
                            .replaceFirst("^.*deviceName=([^,]+),.*$", "$1");
                    devices.add(new Found(name, b, d, description, type.equals("GPU")));
                }
            }
            return devices.isEmpty()
                    ? missing("TornadoVM is there, but it finds no device: is the GPU's driver installed?")
                    : new TornadoInstallation(List.copyOf(devices), "");
        } catch (Throwable e) {
            // Native libraries and class initialisers fail with errors of many kinds; each means that there is no
            // device.
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return missing("TornadoVM is there, but it finds no driver: " + cause.getMessage());
        }
    }

    private static TornadoInstallation missing(String problem) {
        return new TornadoInstallation(List.of(), problem);
    }

    /** Whether a GPU is among the devices. */
    public boolean hasGpu() {
        return devices.stream().anyMatch(Found::gpu);
    }

    /**
     * Opens a device.
     *
     * @param spec {@code tornado}, {@code tornado:BACKEND}, {@code tornado:BACKEND:INDEX} or {@code tornado:BACKEND:INDEX:HOW}; the first
     *     that fits, GPUs before others and CUDA before other backends. HOW is {@code plain}, {@code tiled} or {@code integer} for convolutions, and {@code graphs} for
     *     CUDA graphs, with a comma between them; unless it is given {@code tiled} on GPUs and {@code plain} elsewhere, with {@code graphs}
     *     where the backend is CUDA
     * @throws InvalidInputException if there is none
     */
    public Device open(String spec) {
        return open(spec, false);
    }

    /** As {@link #open(String)}, but the device measures where its time goes, unless CUDA replays graphs: TornadoVM cannot see into those. */
    public ProfiledDevice openProfiled(String spec) {
        return open(spec, true);
    }

    private TornadoDevice open(String spec, boolean profiled) {
        Found found = find(spec);
        String[] parts = spec.split(":", HOW + 1);
        Execution execution = parts.length > HOW ? Execution.parse(parts[HOW], found) : Execution.of(found);
        return new TornadoDevice(found, execution, profiled);
    }

    /** The device that {@link #open} would open, under the same conditions. */
    public Found find(String spec) {
        if (devices.isEmpty()) {
            throw new InvalidInputException(
                    "--device %s: %s. It takes the TornadoVM 5.2 SDK for JDK 25; `narrowband devices` says how to get it."
                            .formatted(spec, problem));
        }
        String[] parts = spec.split(":", -1);
        return devices.stream()
                .filter(device -> parts.length < 2 || device.backend().equals(parts[1]))
                .filter(device -> parts.length < 3 || parts[2].equals(Integer.toString(device.index())))
                .sorted(Comparator.comparing((Found device) -> !device.gpu()).thenComparing(device -> !device.isCuda()))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("--device %s: there is no such device; there are %s."
                        .formatted(
                                spec,
                                String.join(
                                        ", ", devices.stream().map(Found::spec).toList()))));
    }
}
