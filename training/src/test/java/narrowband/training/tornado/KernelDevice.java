package narrowband.training.tornado;

import java.util.Optional;
import narrowband.training.device.Device;
import narrowband.training.device.Session;
import narrowband.training.net.Graph;
import narrowband.training.net.Parameters;
import narrowband.training.tornado.Execution.Convolutions;

/**
 * A device whose kernels run on given machines.
 *
 * @param convolutions which kernels they are planned as
 */
record KernelDevice(Convolutions convolutions, Machine.Maker machines) implements Device {
    /** Kernels as plain Java. */
    static final Device PLAIN = new KernelDevice(Convolutions.PLAIN, PlainMachine::new);

    @Override
    public String name() {
        return "kernels";
    }

    @Override
    public Session open(Graph graph, Parameters parameters, Optional<Teacher> teacher, int batch) {
        return new KernelSession(graph, parameters, teacher, batch, convolutions, machines);
    }

    @Override
    public void close() {}
}
