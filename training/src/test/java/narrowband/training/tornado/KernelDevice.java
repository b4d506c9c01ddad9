package narrowband.training.tornado;

import java.util.Optional;
import narrowband.training.device.Device;
import narrowband.training.device.Session;
import narrowband.training.net.Graph;
import narrowband.training.net.Parameters;

/**
 * A device whose kernels run on given machines.
 *
 * @param tiled whether convolutions are planned as tiled kernels
 */
record KernelDevice(boolean tiled, Machine.Maker machines) implements Device {
    /** Kernels as plain Java. */
    static final Device PLAIN = new KernelDevice(false, PlainMachine::new);

    @Override
    public String name() {
        return "kernels";
    }

    @Override
    public Session open(Graph graph, Parameters parameters, Optional<Teacher> teacher, int batch) {
        return new KernelSession(graph, parameters, teacher, batch, tiled, machines);
    }

    @Override
    public void close() {}
}
