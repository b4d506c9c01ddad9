package narrowband.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import narrowband.benchmarks.hardware.PipelinedProcessor;
import narrowband.benchmarks.hardware.PopcountArray;
import narrowband.benchmarks.hardware.QueueChain;
import narrowband.benchmarks.hardware.SortingProgram;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.ir.Net;
import narrowband.hdl.simulation.Simulator;

/**
 * The built-in hardware simulator beside Verilator: the same designs, the same cycles, in turn, until both have run some rounds; after each round all outputs must be equal.
 * Verilator is given what makes it fastest: {@code -O3}, {@code -march=native}, one thread, a main loop in C++, and {@code $countones} where the design counts ones.
 * Only cycles are timed, not the building of either model, and in processor time of the thread that runs them, so that neighbours on the machine count less.
 */
public final class HdlSimulators {
    private static final long MEASURED_NANOS = 1_000_000_000L;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private HdlSimulators() {}

    /** A design to measure with. */
    public enum Subject {
        POPCOUNT_ARRAY("64-lane popcount array", () -> new PopcountArray(64, 1)),
        PROCESSOR("five-stage RV32I processor", () -> new PipelinedProcessor(SortingProgram.instructions(64), 256)),
        QUEUE_CHAIN("16 FIFOs with gates", () -> new QueueChain(16));

        final String title;
        final Supplier<Module> module;

        Subject(String title, Supplier<Module> module) {
            this.title = title;
            this.module = module;
        }
    }

    /** {@code [rounds]}; 5 unless said otherwise. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        Path folder = Files.createTempDirectory("hdl-simulators");
        System.out.printf("%-28s %12s %22s %22s %8s%n", "", "cycles", "JVM", "Verilator", "ratio");
        for (Subject subject : Subject.values()) {
            compare(subject, folder.resolve(subject.name().toLowerCase(java.util.Locale.ROOT)), rounds);
        }
        System.out.println("Million cycles a second of processor time: the median of " + rounds
                + " rounds, smallest to largest. Models in " + folder);
    }

    private static void compare(Subject subject, Path folder, int rounds) throws IOException, InterruptedException {
        Design design = Design.of(subject.module.get());
        Simulator simulator = Simulator.of(design);
        try (VerilatedModel peer = VerilatedModel.build(design, folder)) {
            long cycles = calibrated(simulator, peer);
            double[] own = new double[rounds];
            double[] others = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                own[round] = cycles * 1e3 / run(simulator, cycles);
                others[round] = cycles * 1e3 / peer.run(cycles);
                requireEqual(design, simulator, peer);
            }
            Arrays.sort(own);
            Arrays.sort(others);
            System.out.printf(
                    "%-28s %12d %22s %22s %8.2f%n",
                    subject.title, cycles, range(own), range(others), own[rounds / 2] / others[rounds / 2]);
        }
    }

    private static String range(double[] sorted) {
        return "%.2f (%.2f to %.2f)".formatted(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }

    /** Warms both up; gives the number of cycles that takes the slower one about a second. */
    private static long calibrated(Simulator simulator, VerilatedModel peer) throws IOException {
        long cycles = 1000;
        long slowest;
        do {
            cycles *= 2;
            slowest = Math.max(run(simulator, cycles), peer.run(cycles));
        } while (slowest < MEASURED_NANOS);
        return cycles;
    }

    private static long run(Simulator simulator, long cycles) {
        long start = THREADS.getCurrentThreadCpuTime();
        simulator.step(cycles);
        return THREADS.getCurrentThreadCpuTime() - start;
    }

    private static void requireEqual(Design design, Simulator simulator, VerilatedModel peer) throws IOException {
        List<BigInteger> expected = peer.outputs();
        List<BigInteger> actual = new ArrayList<>();
        for (Net output : design.flat().outputs()) {
            actual.add(simulator.peek(output));
        }
        if (!expected.equals(actual)) {
            throw new IllegalStateException("outputs after cycle " + simulator.cycle() + " are " + actual
                    + " in the JVM and " + expected + " in Verilator");
        }
    }
}
