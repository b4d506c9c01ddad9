package narrowband.hdl.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import narrowband.hdl.Bool;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.Ram;
import narrowband.hdl.RandomModule;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock.Style;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random starts, and outputs that depend on them. */
class PowerUpTest {
    private static final class Careless extends Module {
        final UInt level = input(8);
        final UInt safe = reg(8, 3);
        final UInt data = reg(8);
        final Bool valid = reg(false);
        final UInt never = reg(8);
        final Ram ram = ram(8, 16, Style.AUTO);
        final UInt out = output(8);
        final UInt leaked = output(8);
        final UInt stale = output(8);
        final UInt constant = output(8);

        Careless() {
            safe.set(safe.wrappingPlus(1));
            valid.set(true);
            data.set(level);
            never.set(never);
            out.set(mux(valid, data, safe));
            leaked.set(never.and(level));
            ram.write(UInt.of(4, 0), level);
            stale.set(mux(safe.eq(6), ram.read(UInt.of(4, 1)), UInt.of(8, 0)));
            constant.set(never.xor(never));
        }
    }

    @Test
    void outputsThatDependOnTheStartAreNamedWithTheirFirstCycle() {
        CoSimulation.Stimulus stimulus = new CoSimulation.Stimulus() {
            @Override
            public BigInteger value(int cycle, String input, int width) {
                return BigInteger.valueOf(cycle);
            }

            @Override
            public boolean reset(int cycle) {
                return cycle == 0;
            }
        };
        List<StartDependence> found = StartDependence.find(Design.of(new Careless()), stimulus, 1, 20, 1, 8);
        assertThat(found).containsExactly(new StartDependence("leaked", 1), new StartDependence("stale", 4));
    }

    @Test
    void aResetDesignThatKeepsWhatItHasNotWrittenToItselfIsClean() {
        final class Careful extends Module {
            final UInt count = reg(8, 0);
            final UInt held = reg(8);
            final Bool valid = reg(false);
            final UInt out = output(8);

            Careful() {
                count.set(count.wrappingPlus(1));
                when(count.eq(3), () -> {
                    held.set(count);
                    valid.set(true);
                });
                out.set(mux(valid, held, UInt.of(8, 0)));
            }
        }
        CoSimulation.Stimulus stimulus = (cycle, input, width) -> BigInteger.ZERO;
        Design design = Design.of(new Careful());
        assertThat(StartDependence.find(design, stimulus, 0, 5, 1, 4))
                .as("without a reset")
                .containsExactly(new StartDependence("out", 0));
        CoSimulation.Stimulus reset = new CoSimulation.Stimulus() {
            @Override
            public BigInteger value(int cycle, String input, int width) {
                return BigInteger.ZERO;
            }

            @Override
            public boolean reset(int cycle) {
                return cycle == 0;
            }
        };
        assertThat(StartDependence.find(design, reset, 1, 300, 1, 4))
                .as("from the reset on")
                .isEmpty();
    }

    @Test
    void whatIsKnownOfRandomDesignsIsTheSameForEveryStart() {
        int known = 0;
        int unknown = 0;
        for (long seed = 0; seed < 40; seed++) {
            RandomModule module = new RandomModule(seed);
            Design design = Design.of(module);
            UnknownPropagation certain = new UnknownPropagation(design.flat());
            List<Simulator> runs = LongStream.range(0, 6)
                    .mapToObj(start -> Simulator.of(design, PowerUp.random(start)))
                    .toList();
            Random random = new Random(seed);
            for (int cycle = 0; cycle < 12; cycle++) {
                for (UInt input : module.inputs) {
                    BigInteger value = new BigInteger(input.width(), random);
                    certain.poke((Net) input.node(), value);
                    runs.forEach(run -> run.poke(input, value));
                }
                certain.settle();
                for (Map.Entry<String, Node> signal : design.flat().byName().entrySet()) {
                    PartlyKnown value = certain.value(signal.getValue());
                    known += value.isKnown() ? 1 : 0;
                    unknown += value.isKnown() ? 0 : 1;
                    assertThat(value.ones().and(value.unknown())).isEqualTo(BigInteger.ZERO);
                    for (Simulator run : runs) {
                        assertThat(run.peek(signal.getValue()).andNot(value.unknown()))
                                .as("seed %d, cycle %d, signal %s", seed, cycle, signal.getKey())
                                .isEqualTo(value.ones());
                    }
                }
                boolean reset = cycle == 0;
                certain.clock(clock -> true, clock -> reset);
                runs.forEach(run -> run.reset(reset).step());
            }
        }
        assertThat(known)
                .as("known values, beside %d with unknown bits", unknown)
                .isGreaterThan(unknown / 4);
    }

    @ParameterizedTest
    @EnumSource
    void aSeedStartsEveryEngineAlike(Engine engine) {
        for (long seed = 0; seed < 8; seed++) {
            Design design = Design.of(new RandomModule(seed));
            Simulator meaning = new Interpreter(design.flat(), PowerUp.random(seed));
            Simulator other = engine.of(design, PowerUp.random(seed));
            for (int cycle = 0; cycle < 10; cycle++) {
                for (Map.Entry<String, Node> signal : design.flat().byName().entrySet()) {
                    assertThat(other.peek(signal.getValue()))
                            .as("seed %d, cycle %d, signal %s", seed, cycle, signal.getKey())
                            .isEqualTo(meaning.peek(signal.getValue()));
                }
                meaning.step();
                other.step();
            }
        }
    }

    @Test
    void registersAndUndefinedMemoriesStartAtRandomAndRomsDoNot() {
        Careless module = new Careless();
        Design design = Design.of(module);
        assertThat(IntStream.range(0, 10)
                        .mapToLong(seed ->
                                Simulator.of(design, PowerUp.random(seed)).peek(module.safe))
                        .distinct()
                        .count())
                .isGreaterThan(5);
        assertThat(Simulator.of(design).peek(module.safe)).isEqualTo(3);
        assertThat(Simulator.of(design, PowerUp.random(4)).reset(true).step().peek(module.safe))
                .isEqualTo(3);
    }

    /** Reads what it writes, with and without the promise that nobody uses it. */
    private static final class Collision extends Module {
        final Bool writes = input();
        final UInt address = input(4);
        final UInt data = input(16);
        final UInt careful = output(16);
        final UInt promised = output(16);

        Collision() {
            Ram first = ram(16, 16, Style.BLOCK).named("first");
            Ram second = ram(16, 16, Style.BLOCK).named("second").ignoringCollisions();
            first.write(UInt.of(4, 7), data, writes);
            second.write(UInt.of(4, 7), data, writes);
            careful.set(first.readSync(address));
            promised.set(second.readSync(address));
        }
    }

    @Test
    void anAdverseRunBreaksThePromiseThatNobodyUsesAWordThatCollides() {
        Collision module = new Collision();
        Simulator run = Simulator.of(Design.of(module), PowerUp.adverse(3));
        run.poke(module.writes, 1)
                .poke(module.address, 7)
                .poke(module.data, 1)
                .step()
                .poke(module.data, 2)
                .step();
        assertThat(run.peek(module.careful)).isEqualTo(1);
        assertThat(run.peek(module.promised)).isNotEqualTo(1);
        // The word itself is what was written last.
        run.poke(module.writes, 0).step();
        assertThat(run.peek(module.promised)).isEqualTo(2);
    }
}
