package narrowband.training.tornado;

import java.util.Optional;
import narrowband.training.device.Session;
import narrowband.training.net.Graph;
import narrowband.training.net.Parameters;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/**
 * Trains where TornadoVM runs kernels: a GPU, through CUDA, PTX or OpenCL. Sums run in a fixed order without atomic additions, so
 * that the same seed gives the same bits on the same device. To be loaded only where {@link TornadoInstallation} has found one.
 */
final class TornadoDevice implements ProfiledDevice {
    private final TornadoInstallation.Found found;
    /** Only one has its memory on the device at a time. */
    private Optional<KernelSession> open = Optional.empty();

    private final Execution execution;
    private final boolean profiled;
    private Profile profile = Profile.NONE;

    /**
     * A device.
     *
     * @param execution how it runs a step
     * @param profiled whether TornadoVM measures kernels and transfers, which takes time itself; not inside CUDA's graphs
     */
    TornadoDevice(TornadoInstallation.Found found, Execution execution, boolean profiled) {
        this.found = found;
        this.execution = execution;
        this.profiled = profiled && !execution.graphs();
    }

    @Override
    public Profile profile() {
        return profile;
    }

    private void add(Profile run) {
        profile = profile.plus(run);
    }

    @Override
    public String name() {
        return "tornado, %s %d:%d, %s, %s"
                .formatted(found.backend(), found.backendIndex(), found.index(), found.description(), execution);
    }

    @Override
    public Session open(Graph graph, Parameters parameters, Optional<Teacher> teacher, int batch) {
        close();
        KernelSession session = new KernelSession(
                graph,
                parameters,
                teacher,
                batch,
                execution.convolutions(),
                (buffers, programs) -> new TornadoMachine(
                        TornadoRuntimeProvider.getTornadoRuntime()
                                .getBackend(found.backendIndex())
                                .getDevice(found.index()),
                        buffers,
                        programs,
                        execution.graphs(),
                        profiled ? Optional.of(this::add) : Optional.empty()));
        open = Optional.of(session);
        return session;
    }

    @Override
    public void close() {
        open.ifPresent(KernelSession::close);
        open = Optional.empty();
    }
}
