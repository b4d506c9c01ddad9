package narrowband.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import narrowband.accel.design.Accelerator;
import narrowband.accel.network.ReferenceExecutor;
import narrowband.hdlgen.RtlDesign;
import narrowband.hdlgen.RtlRun;
import narrowband.hdlgen.RtlSimulation;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.stepped.SteppedSimulator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The three models that need no other tool, on the same image: the reference, the cycle simulator, the hardware in the JVM. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class SimulationBenchmark {
    private Accelerator accelerator;
    private List<int[]> image;
    private ReferenceExecutor reference;
    private RtlSimulation hardware;

    @Setup
    public void setUp() {
        accelerator = SmallNetwork.accelerator();
        image = SmallNetwork.images(1);
        reference = new ReferenceExecutor(accelerator.network());
        hardware = new RtlSimulation(new RtlDesign(accelerator));
    }

    /** Values without time. */
    @Benchmark
    public int[] integerReference() {
        return reference.output(image.getFirst());
    }

    /** Time without values: one image, about 15,000 cycles. */
    @Benchmark
    public Simulation cycleSimulator() {
        return CycleSimulator.simulate(accelerator, Stimulus.images(1));
    }

    /** The same with nothing skipped. */
    @Benchmark
    public Simulation cycleStepped() {
        return SteppedSimulator.simulate(accelerator, Stimulus.images(1));
    }

    /** Values and time: every register of the emitted design, the same cycles. */
    @Benchmark
    public RtlRun hardwareInTheJvm() {
        return hardware.run(image, _ -> true, _ -> true, false);
    }
}
