package narrowband.hdl.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import narrowband.hdl.Bool;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.RandomModule;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.Node;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every form of compiled code does what the interpreter does, on random designs. */
class CompiledSimulatorTest {
    private static final int DESIGNS = 40;
    private static final int CYCLES = 25;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "INTERPRETER")
    void everySignalOfRandomDesignsEqualsTheInterpreters(Engine engine) {
        long first = 1000L * engine.ordinal();
        for (long seed = first; seed < first + DESIGNS; seed++) {
            RandomModule module = new RandomModule(seed);
            Design design = Design.of(module);
            Simulator meaning = new Interpreter(design.flat());
            Simulator compiled = engine.of(design);
            Random random = new Random(seed);
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                poke(module, random, meaning, compiled);
                boolean reset = random.nextInt(10) == 0;
                requireEqual(seed, design, meaning, compiled);
                meaning.reset(reset).step();
                compiled.reset(reset).step();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "INTERPRETER")
    void manyCyclesAtOnceEndWhereTheInterpretersEnd(Engine engine) {
        long first = 1000L * engine.ordinal() + 500;
        for (long seed = first; seed < first + DESIGNS; seed++) {
            RandomModule module = new RandomModule(seed);
            Design design = Design.of(module);
            Simulator meaning = new Interpreter(design.flat());
            Simulator compiled = engine.of(design);
            Random random = new Random(seed);
            for (int cycles = 1; cycles < CYCLES; cycles += 1 + random.nextInt(10)) {
                poke(module, random, meaning, compiled);
                boolean reset = random.nextInt(10) == 0;
                meaning.reset(reset).step(cycles);
                compiled.reset(reset).step(cycles);
            }
            requireEqual(seed, design, meaning, compiled);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRegisterOfThousandsOfBitsEachComputedForItselfRuns(Engine engine) {
        final class Automaton extends Module {
            final int cells = 9000;
            final UInt state = reg(cells, 1);
            final UInt shown = output(cells);

            Automaton() {
                List<Bool> next = new ArrayList<>();
                for (int i = 0; i < cells; i++) {
                    next.add(state.bit((i + 1) % cells).xor(state.bit(i).or(state.bit((i + cells - 1) % cells))));
                }
                state.set(pack(next));
                shown.set(state);
            }
        }
        Automaton design = new Automaton();
        Simulator simulator = engine.of(Design.of(design));
        BigInteger expected = BigInteger.ONE;
        for (int cycle = 0; cycle < 12; cycle++) {
            assertThat(simulator.peekWide(design.shown)).as("cycle %d", cycle).isEqualTo(expected);
            BigInteger right = rotated(expected, design.cells, 1);
            BigInteger left = rotated(expected, design.cells, design.cells - 1);
            expected = right.xor(expected.or(left));
            simulator.step();
        }
    }

    /** Bit i of the result is bit i + distance. */
    private static BigInteger rotated(BigInteger value, int width, int distance) {
        BigInteger mask = BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE);
        return value.shiftRight(distance).or(value.shiftLeft(width - distance)).and(mask);
    }

    private static void poke(RandomModule module, Random random, Simulator... simulators) {
        for (UInt input : module.inputs) {
            BigInteger value = new BigInteger(input.width(), random);
            for (Simulator simulator : simulators) {
                simulator.poke(input, value);
            }
        }
    }

    private static void requireEqual(long seed, Design design, Simulator meaning, Simulator compiled) {
        for (Map.Entry<String, Node> signal : design.flat().byName().entrySet()) {
            assertThat(compiled.peek(signal.getValue()))
                    .as("seed %d, cycle %d, signal %s", seed, meaning.cycle(), signal.getKey())
                    .isEqualTo(meaning.peek(signal.getValue()));
        }
    }
}
