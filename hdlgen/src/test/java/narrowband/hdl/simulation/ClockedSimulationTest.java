package narrowband.hdl.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import narrowband.hdl.Bool;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several clocks: which edge moves what, in the interpreter, in every compiled form and in the emitted Verilog. */
class ClockedSimulationTest {
    private static final int DESIGNS = 12;
    private static final int CYCLES = 30;

    @TempDir
    Path folder;

    private static final class TwoCounters extends Module {
        final Clock pixel = clock();
        final UInt fast = reg(8, 0);
        final UInt slow = in(pixel, () -> reg(8, 5));
        final UInt shownFast = output(8);
        final UInt shownSlow = in(pixel, () -> output(8));

        TwoCounters() {
            fast.set(fast.wrappingPlus(1));
            in(pixel, () -> slow.set(slow.wrappingPlus(1)));
            shownFast.set(fast);
            shownSlow.set(slow);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEdgeMovesOnlyItsClocksRegisters(Engine engine) {
        TwoCounters design = new TwoCounters();
        Simulator simulator = engine.of(Design.of(design));
        Clock main = simulator.netlist().clocks().getFirst();
        simulator.step(main).step(main);
        assertThat(simulator.peek(design.shownFast)).isEqualTo(2);
        assertThat(simulator.peek(design.shownSlow)).isEqualTo(5);
        simulator.step(design.pixel).step(main, design.pixel).step();
        assertThat(simulator.peek(design.shownFast)).isEqualTo(4);
        assertThat(simulator.peek(design.shownSlow)).isEqualTo(8);
        assertThat(simulator.cycle()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource
    void aResetActsAtTheEdgesOfItsOwnClock(Engine engine) {
        TwoCounters design = new TwoCounters();
        Simulator simulator = engine.of(Design.of(design));
        Clock main = simulator.netlist().clocks().getFirst();
        simulator.step(3).reset(design.pixel, true).step(main);
        assertThat(simulator.peek(design.shownFast)).isEqualTo(4);
        assertThat(simulator.peek(design.shownSlow)).isEqualTo(8);
        simulator.step(2);
        assertThat(simulator.peek(design.shownFast)).isEqualTo(6);
        assertThat(simulator.peek(design.shownSlow)).isEqualTo(5);
        simulator.reset(design.pixel, false).reset(main, true).step();
        assertThat(simulator.peek(design.shownFast)).isZero();
        assertThat(simulator.peek(design.shownSlow)).isEqualTo(6);
    }

    @ParameterizedTest
    @EnumSource
    void aClockOfAnotherModuleIsRefused(Engine engine) {
        Simulator simulator = engine.of(Design.of(new TwoCounters()));
        assertThatThrownBy(() -> simulator.step(new TwoCounters().pixel))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the top module has no such clock; it has [clk, pixel_clk]");
    }

    @ParameterizedTest
    @EnumSource
    void everySignalOfRandomDesignsOfThreeClocksEqualsTheInterpreters(Engine engine) {
        for (long seed = 0; seed < DESIGNS; seed++) {
            RandomClocks module = new RandomClocks(seed);
            Design design = Design.of(module);
            Simulator meaning = new Interpreter(design.flat(), PowerUp.random(seed));
            Simulator other = engine.of(design, PowerUp.random(seed));
            Playback playback = new Playback(design, schedule(seed));
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                playback.poke(List.of(meaning, other), cycle);
                for (Map.Entry<String, Node> signal : design.flat().byName().entrySet()) {
                    assertThat(other.peek(signal.getValue()))
                            .as("seed %d, cycle %d, signal %s", seed, cycle, signal.getKey())
                            .isEqualTo(meaning.peek(signal.getValue()));
                }
                playback.step(meaning);
                playback.step(other);
            }
            assertThat(other.covers()).as("seed %d", seed).isEqualTo(meaning.covers());
            assertThat(meaning.covers().values()).as("seed %d", seed).anyMatch(count -> count > 0);
        }
    }

    @Test
    void icarusAgreesUnderRandomClockSchedules() throws Exception {
        assumeTrue(VerilogTool.ICARUS.available(), "iverilog is not installed: its comparison is skipped");
        for (long seed = 0; seed < DESIGNS; seed++) {
            assertThat(new CoSimulation(Design.of(new RandomClocks(seed)))
                            .compare(VerilogTool.ICARUS, folder.resolve("seed" + seed), 60, schedule(seed)))
                    .as("seed %d", seed)
                    .isEmpty();
        }
    }

    @Test
    void verilatorAgreesUnderARandomClockSchedule() throws Exception {
        assumeTrue(VerilogTool.VERILATOR.available(), "verilator is not installed: its comparison is skipped");
        assertThat(new CoSimulation(Design.of(new RandomClocks(3)))
                        .compare(VerilogTool.VERILATOR, folder, 200, schedule(3)))
                .isEmpty();
    }

    /** Random inputs, resets and edges; each cycle's are the same whenever they are asked for. */
    private static CoSimulation.Stimulus schedule(long seed) {
        return new CoSimulation.Stimulus() {
            @Override
            public BigInteger value(int cycle, String input, int width) {
                return new BigInteger(width, random(cycle, input));
            }

            @Override
            public boolean reset(int cycle, String clock) {
                return random(cycle, "reset of " + clock).nextInt(12) == 0;
            }

            @Override
            public boolean edge(int cycle, String clock) {
                return random(cycle, "edge of " + clock).nextInt(3) != 0;
            }

            private Random random(int cycle, String what) {
                Random random = new Random(seed * 1_000_003 + cycle * 31L + what.hashCode());
                random.nextInt();
                return random;
            }
        };
    }

    private static final class Guarded extends Module {
        final UInt level = input(4);
        final Bool ready = input();
        final UInt held = reg(4, 0);
        final UInt shown = output(4);

        Guarded() {
            held.set(level);
            shown.set(held);
            assertAlways(held.ne(9), "the level is never nine");
            assume(level.ne(15), "the level is at most fourteen");
            when(ready, () -> cover(held.eq(3), "three while ready"));
        }
    }

    private static final class Outer extends Module {
        final Guarded guard = instance(new Guarded());
        final UInt level = input(4);
        final Bool ready = input();
        final UInt shown = output(4);

        Outer() {
            guard.level.set(level);
            guard.ready.set(ready);
            shown.set(guard.shown);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailingAssertionStopsBeforeItsEdgeAndSaysWhereItStands(Engine engine) {
        Outer design = new Outer();
        Simulator simulator = engine.of(Design.of(design)).poke(design.level, 9).step();
        assertThatThrownBy(() -> simulator.poke(design.level, 2).step(100))
                .isInstanceOf(CheckFailedException.class)
                .hasMessageMatching("ClockedSimulationTest.java:\\d+: assertion failed: the level is never nine"
                        + " \\(in guard, at the edge that ends cycle 1\\)");
        assertThat(simulator.cycle()).isEqualTo(1);
        assertThat(simulator.peek(design.shown)).isEqualTo(9);
        simulator.reset(true).step().reset(false).step();
        assertThat(simulator.peek(design.shown)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void stimuliAreHeldToAssumptions(Engine engine) {
        Outer design = new Outer();
        Simulator simulator = engine.of(Design.of(design)).poke(design.level, 15);
        assertThatThrownBy(simulator::step)
                .isInstanceOf(CheckFailedException.class)
                .hasMessageContaining("the stimuli break an assumption: the level is at most fourteen (in guard, at the"
                        + " edge that ends cycle 0)");
        simulator.poke(design.level, 14).step();
        assertThat(simulator.peek(design.shown)).isEqualTo(14);
    }

    @ParameterizedTest
    @EnumSource
    void coversCountEdgesOutsideOfReset(Engine engine) {
        Outer design = new Outer();
        Simulator simulator = engine.of(Design.of(design))
                .poke(design.level, 3)
                .poke(design.ready, 1)
                .step(5);
        assertThat(simulator.covers().values()).containsExactly(4L);
        simulator
                .poke(design.ready, 0)
                .step(3)
                .poke(design.ready, 1)
                .reset(true)
                .step(2);
        assertThat(simulator.covers().values()).containsExactly(4L);
    }

    @ParameterizedTest
    @EnumSource
    void aRunEndsInTheFirstCycleInWhichTheSignalIsOne(Engine engine) {
        final class Timer extends Module {
            final UInt count = reg(8, 0);
            final Bool done = output();
            final Bool never = output();

            Timer() {
                count.set(count.wrappingPlus(1));
                done.set(count.eq(20));
                never.set(count.gt(300));
            }
        }
        Timer design = new Timer();
        Simulator simulator = engine.of(Design.of(design));
        assertThat(simulator.runUntil(design.done, 1000)).isEqualTo(20);
        assertThat(simulator.peek(design.count)).isEqualTo(20);
        assertThat(simulator.runUntil(design.done, 1000)).isZero();
        assertThat(simulator.step().runUntil(design.done, 255)).isEqualTo(255);
        assertThatThrownBy(() -> simulator.step().runUntil(design.done, 254))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("signal done is still 0 after 254 cycles, at cycle 531");
        assertThat(simulator.runUntil(design.done, 1)).isEqualTo(1);
        assertThatThrownBy(() -> simulator.runUntil(design.never, 10)).hasMessageContaining("signal never is still 0");
    }
}
