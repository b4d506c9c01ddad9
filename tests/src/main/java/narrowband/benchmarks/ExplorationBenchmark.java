package narrowband.benchmarks;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.IntegerNetwork;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.explore.CommonWork;
import narrowband.sim.explore.DesignPoint;
import narrowband.sim.explore.Exploration;
import narrowband.sim.explore.Outcome;
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

/** How long one thread takes for an exact simulation of ResNet-18, and for a point of an exploration. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 3)
@Measurement(iterations = 5, time = 3)
public class ExplorationBenchmark {
    private static final String FPGA = "xczu3eg";
    private static final int IMAGES = 3;

    /** Bandwidths begin here, 10^6 bytes a second, and rise by one from point to point, so that no two are alike. */
    private static final int SLOWEST = 100;

    private static final int BANDWIDTHS = 3000;

    private Accelerator large;
    private Accelerator small;
    private Exploration exploration;
    private CommonWork common;
    private int point;

    @Setup
    public void setUp() {
        IntegerNetwork network = LargeNetwork.resnet18();
        Fpga fpga = Fpga.named(FPGA);
        large = SharedLayout.layOut(network, fpga, fpga.clockMegahertz(), new Sharing(64));
        small = SharedLayout.layOut(network, fpga, fpga.clockMegahertz(), new Sharing(Sharing.FEWEST));
        exploration = new Exploration(Map.of("resnet18", network), 1);
        common = new CommonWork(exploration.seed());
    }

    /** An array of 64 x 64 lanes, about 4.6 million cycles for each of three images. */
    @Benchmark
    public Simulation simulation() {
        return CycleSimulator.simulate(large, Stimulus.images(IMAGES));
    }

    /** The smallest array, which takes the most cycles. */
    @Benchmark
    public Simulation simulationOfTheSmallestArray() {
        return CycleSimulator.simulate(small, Stimulus.images(IMAGES));
    }

    /** Another bandwidth each time: its own simulation of four images, and its energy. */
    @Benchmark
    public Outcome bandwidth() {
        point++;
        double megabytes = SLOWEST + point % BANDWIDTHS + point / BANDWIDTHS * 1e-3;
        double clock = Fpga.named(FPGA).clockMegahertz();
        return exploration.outcome(new DesignPoint("resnet18", FPGA, clock, "64lanes", Optional.of(megabytes)), common);
    }

    /** Another clock each time: its own design; the simulation is that of the others. */
    @Benchmark
    public Outcome clock() {
        point++;
        double clock = 50 + point * 1e-3;
        return exploration.outcome(new DesignPoint("resnet18", FPGA, clock, "64lanes", Optional.empty()), common);
    }
}
