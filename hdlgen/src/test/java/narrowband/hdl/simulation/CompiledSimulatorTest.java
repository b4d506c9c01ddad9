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
import org.junit.jupiter.params.provider.ValueSource;

class CompiledSimulatorTest {
    private static final int DESIGNS = 40;
    private static final int CYCLES = 25;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everySignalOfRandomDesignsEqualsTheInterpreters(long block) {
        for (long seed = block * 1000; seed < block * 1000 + DESIGNS; seed++) {
            RandomModule module = new RandomModule(seed);
            Design design = Design.of(module);
            Simulator meaning = new Interpreter(design.flat());
            Simulator compiled = new CompiledSimulator(design.flat());
            Random random = new Random(seed);
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                for (UInt input : module.inputs) {
                    BigInteger value = new BigInteger(input.width(), random);
                    meaning.poke(input, value);
                    compiled.poke(input, value);
                }
                boolean reset = random.nextInt(10) == 0;
                for (Map.Entry<String, Node> signal : design.flat().byName().entrySet()) {
                    assertThat(compiled.peek(signal.getValue()))
                            .as("seed %d, cycle %d, signal %s", seed, cycle, signal.getKey())
                            .isEqualTo(meaning.peek(signal.getValue()));
                }
                meaning.reset(reset).step();
                compiled.reset(reset).step();
            }
        }
    }
}
