package narrowband.benchmarks;

import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.stepped.SteppedSimulator;
import narrowband.sim.stepped.Waves;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A design's clock cycles that are simulated in a second, every cycle for itself: in all, and of the thread's processor time. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 3)
@Measurement(iterations = 5, time = 3)
public class SteppedBenchmark {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /**
     * The small network on 16 lanes and with a unit for each layer, and ResNet-18 at 224x224 on 64 lanes, 2 bits but
     * for the image and the first and last weights, which have 8. */
    @Param({"engine", "dataflow", "resnet18"})
    private String design;

    private Accelerator accelerator;
    private Stimulus stimulus;
    private SteppedSimulator simulator;

    /** What a second saw; {@code cycles} by {@code processorSeconds} is the rate of a processor that is the thread's alone. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Counters {
        /** Million cycles. */
        public double megacycles;

        public double processorSeconds;

        private Simulation count(Supplier<Simulation> run) {
            long begin = THREADS.getCurrentThreadCpuTime();
            Simulation simulation = run.get();
            processorSeconds += (THREADS.getCurrentThreadCpuTime() - begin) / 1e9;
            megacycles += simulation.cycles() / 1e6;
            return simulation;
        }
    }

    @Setup
    public void setUp() {
        accelerator = switch (design) {
            case "engine" ->
                SharedLayout.layOut(SmallNetwork.accelerator().network(), Fpga.named("xc7a35t"), 100, new Sharing(16));
            case "dataflow" -> SmallNetwork.accelerator();
            case "resnet18" ->
                SharedLayout.layOut(LargeNetwork.resnet18(), Fpga.named("xczu3eg"), 200, new Sharing(64));
            default -> throw new IllegalArgumentException("no design " + design);
        };
        stimulus = Stimulus.images(design.equals("resnet18") ? 1 : 8);
        simulator = new SteppedSimulator(accelerator);
    }

    @Benchmark
    public Simulation everyCycle(Counters counters) {
        return counters.count(() -> simulator.run(stimulus));
    }

    /** With waves that nobody keeps. */
    @Benchmark
    public Simulation waves(Counters counters) {
        return counters.count(() -> {
            try {
                return Waves.write(accelerator, stimulus, 0, Long.MAX_VALUE, Writer.nullWriter());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** What skips all that it can. */
    @Benchmark
    public Simulation eventDriven(Counters counters) {
        return counters.count(() -> CycleSimulator.simulate(accelerator, stimulus));
    }
}
