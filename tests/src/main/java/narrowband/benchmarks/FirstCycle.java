package narrowband.benchmarks;

import java.util.Locale;
import narrowband.benchmarks.ConstructionScale.Instant;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.simulation.Simulator;

/**
 * How long a design takes from its Java objects to the first simulated cycle, and to compiled code. A program rather than a JMH benchmark because the first design of a
 * process is the one that a user waits for: {@code ./benchmark --first-cycle} starts one for each line.
 */
public final class FirstCycle {
    private FirstCycle() {}

    /**
     * Runs one design and prints a line: shape, operators, seconds to elaborate, to make the simulator, to step once, all three together, and to the edge for which the design
     * has been compiled; in parentheses the thread's processor time.
     *
     * @param arguments the shape and the number of cells, ten operators each, as for {@link ConstructionScale}
     */
    public static void main(String[] arguments) {
        Module module = ConstructionScale.shape(arguments[0]).apply(Integer.parseInt(arguments[1]));
        Instant start = Instant.now();
        Design design = Design.of(module);
        Instant elaborated = Instant.now();
        Simulator simulator = Simulator.of(design);
        Instant made = Instant.now();
        simulator.step();
        Instant stepped = Instant.now();
        simulator.step(3);
        Instant compiled = Instant.now();
        System.out.printf(
                Locale.ROOT,
                "| %s | %,d | %s | %s | %s | %s | %s |%n",
                arguments[0],
                design.flat().order().size(),
                start.to(elaborated),
                elaborated.to(made),
                made.to(stepped),
                start.to(stepped),
                start.to(compiled));
    }
}
