package narrowband.training.tornado;

import java.util.Optional;
import narrowband.training.device.Device;
import narrowband.training.device.Session;
import narrowband.training.net.Graph;
import narrowband.training.net.Parameters;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/**
 * Trains where TornadoVM runs kernels: a GPU, through CUDA, PTX or OpenCL. Sums run in a fixed order without atomic additions, so
 * that the same seed gives the same bits on the same device. To be loaded only where {@link TornadoInstallation} has found one.
 */
final class TornadoDevice implements Device {
    private final TornadoInstallation.Found found;
    /** Only one has its memory on the device at a time. */
    private Optional<KernelSession> open = Optional.empty();

    TornadoDevice(TornadoInstallation.Found found) {
        this.found = found;
    }

    @Override
    public String name() {
        return "tornado, %s %d:%d, %s"
                .formatted(found.backend(), found.backendIndex(), found.index(), found.description());
    }

    @Override
    public Session open(Graph graph, Parameters parameters, Optional<Teacher> teacher, int batch) {
        close();
        KernelSession session = new KernelSession(
                graph,
                parameters,
                teacher,
                batch,
                (buffers, programs) -> new TornadoMachine(
                        TornadoRuntimeProvider.getTornadoRuntime()
                                .getBackend(found.backendIndex())
                                .getDevice(found.index()),
                        buffers,
                        programs));
        open = Optional.of(session);
        return session;
    }

    @Override
    public void close() {
        open.ifPresent(KernelSession::close);
        open = Optional.empty();
    }
}
