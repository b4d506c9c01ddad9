package narrowband.training.tornado;

import java.util.List;

/** Runs the kernels as plain Java, one thread after the other: what they mean, on a machine without TornadoVM. */
record PlainMachine(Buffers host, Buffers device, List<List<Task>> programs) implements Machine {
    /** The large buffers of the device are other arrays, so that what is not sent or brought back is missed. */
    PlainMachine(Buffers host, List<List<Task>> programs) {
        this(
                host,
                new Buffers(
                        host.state().clone(),
                        host.memory().clone(),
                        host.table(),
                        host.pixels(),
                        host.inputs(),
                        host.outcome(),
                        host.scores()),
                programs);
    }

    @Override
    public void upload() {
        System.arraycopy(host.state(), 0, device.state(), 0, host.state().length);
    }

    @Override
    public void download() {
        System.arraycopy(device.state(), 0, host.state(), 0, host.state().length);
    }

    @Override
    public void downloadMemory() {
        System.arraycopy(device.memory(), 0, host.memory(), 0, host.memory().length);
    }

    @Override
    public void run(Program program) {
        for (Task task : programs.get(program.ordinal())) {
            task.kernel().run(device, task.at(), task.count());
        }
    }

    @Override
    public void close() {}
}
