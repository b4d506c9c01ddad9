package narrowband.sim.stepped;

import java.util.Optional;
import narrowband.accel.design.Accelerator;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.DeadlockException;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;

/**
 * Runs an accelerator cycle by cycle, every process and every FIFO in every one of them: what {@link CycleSimulator} gives, by a
 * second way that skips nothing. It shares the code of the programs and of the memory with that one, and none of what happens in a
 * cycle.
 *
 * <p>What a cycle is stands in {@link SteppedProcess} and {@link SteppedFifo}. From that a method is written for the design: a loop over
 * the cycles, in which each process looks at the bits of what can keep it from working. HotSpot compiles it to five times the speed and
 * more. Designs whose method would be too long for HotSpot run as it stands there.
 *
 * <p>To make it takes milliseconds, and as in any Java program it is slow until it is compiled: one for many runs is quicker than
 * one for each. Immutable; runs may go on in several threads.
 */
public final class SteppedSimulator {
    private final Accelerator accelerator;
    private final Optional<SteppedLayout> layout;
    private final Optional<SteppingLoop> loop;

    /** Makes ready for a design, of which many runs can be had. */
    public SteppedSimulator(Accelerator accelerator) {
        this(accelerator, SteppingCompiler.LONGEST);
    }

    /** @param longest bytes of a method of its own that the design can have */
    SteppedSimulator(Accelerator accelerator, int longest) {
        this.accelerator = accelerator;
        layout = SteppedLayout.of(accelerator);
        loop = layout.flatMap(places -> SteppingCompiler.compile(accelerator, places, longest));
    }

    /**
     * Simulates until all images are through; without timelines, traces and critical paths.
     *
     * @throws DeadlockException if the accelerator comes to stand with work left
     */
    public static Simulation simulate(Accelerator accelerator, Stimulus stimulus) {
        return new SteppedSimulator(accelerator).run(stimulus);
    }

    /** Whether the design has a method of its own. */
    boolean isCompiled() {
        return loop.isPresent();
    }

    /**
     * Simulates until all images are through; without timelines, traces and critical paths.
     *
     * @throws DeadlockException if the accelerator comes to stand with work left
     */
    public Simulation run(Stimulus stimulus) {
        if (loop.isEmpty()) {
            return runPlain(stimulus);
        }
        CompiledStepping state = new CompiledStepping(accelerator, layout.orElseThrow(), stimulus);
        while (!state.isDone()) {
            if (!state.run(loop.get())) {
                // It seems to stand still. The plain form knows since when, and what each process waits for.
                return runPlain(stimulus);
            }
        }
        return state.simulation();
    }

    /** The same as it is written. */
    Simulation runPlain(Stimulus stimulus) {
        return PlainStepping.simulate(accelerator, stimulus, (_, _, _) -> {});
    }
}
