package narrowband.hdl.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Map;
import java.util.Random;
import narrowband.hdl.Design;
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
