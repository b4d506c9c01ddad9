package narrowband.benchmarks;

import java.util.concurrent.TimeUnit;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.simulation.Interpreter;
import narrowband.hdl.simulation.Simulator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Cycles of hardware that drives itself: compiled, and in the interpreter that says what it means. {@link HdlSimulators} puts Verilator beside it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HdlSimulationBenchmark {
    private static final int CYCLES = 10_000;
    private static final int FEW_CYCLES = 100;

    /** The design. */
    @Param
    public HdlSimulators.Subject subject;

    private Simulator compiled;
    private Simulator interpreter;
    private Module module;

    @Setup
    public void setUp() {
        module = subject.module.get();
        Design design = Design.of(module);
        compiled = Simulator.of(design);
        interpreter = new Interpreter(design.flat());
    }

    /** Cycles in one go. */
    @Benchmark
    @OperationsPerInvocation(CYCLES)
    public long compiled() {
        return compiled.step(CYCLES).cycle();
    }

    /** Cycles one by one, with a look at the first output in each. */
    @Benchmark
    @OperationsPerInvocation(FEW_CYCLES)
    public long compiledAndPeeked() {
        long sum = 0;
        for (int i = 0; i < FEW_CYCLES; i++) {
            sum += compiled.step().peek(compiled.netlist().outputs().getFirst()).longValue();
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(FEW_CYCLES)
    public long interpreter() {
        return interpreter.step(FEW_CYCLES).cycle();
    }
}
