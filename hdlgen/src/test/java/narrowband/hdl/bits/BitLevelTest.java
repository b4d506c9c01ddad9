package narrowband.hdl.bits;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import narrowband.hdl.Design;
import narrowband.hdl.RandomModule;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.simulation.Interpreter;
import narrowband.hdl.simulation.Simulator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BitLevelTest {
    private static final int DESIGNS = 10;
    private static final int CYCLES = 12;
    private static final int LANES = 3;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyBitOfRandomDesignsIsTheInterpreters(long block) {
        for (long seed = block * 100; seed < block * 100 + DESIGNS; seed++) {
            Design design = Design.of(new RandomModule(seed));
            BitLevel level = BitLevel.of(design.flat());
            BitSimulation bits = new BitSimulation(level.graph());
            List<Simulator> meanings = new ArrayList<>();
            for (int lane = 0; lane < LANES; lane++) {
                meanings.add(new Interpreter(design.flat()));
            }
            Random random = new Random(seed);
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                poke(level, bits, design, meanings, random);
                bits.settle();
                for (Map.Entry<String, Node> signal : design.flat().byName().entrySet()) {
                    for (int lane = 0; lane < LANES; lane++) {
                        assertThat(value(level, bits, signal.getValue(), lane))
                                .as("seed %d, cycle %d, signal %s", seed, cycle, signal.getKey())
                                .isEqualTo(meanings.get(lane).peek(signal.getValue()));
                    }
                }
                meanings.forEach(Simulator::step);
                bits.step();
            }
        }
    }

    private static void poke(
            BitLevel level, BitSimulation bits, Design design, List<Simulator> meanings, Random random) {
        int index = 0;
        if (level.graph().inputs().getFirst().name().equals(BitLevel.RESET)) {
            long resets = random.nextLong() & random.nextLong() & random.nextLong();
            bits.poke(index++, resets);
            for (int lane = 0; lane < LANES; lane++) {
                meanings.get(lane).reset((resets >>> lane & 1) != 0);
            }
        }
        for (Net input : design.flat().inputs()) {
            BigInteger[] values = new BigInteger[LANES];
            java.util.Arrays.fill(values, BigInteger.ZERO);
            for (int i = 0; i < input.width(); i++) {
                long word = random.nextLong();
                bits.poke(index++, word);
                for (int lane = 0; lane < LANES; lane++) {
                    values[lane] = (word >>> lane & 1) != 0 ? values[lane].setBit(i) : values[lane];
                }
            }
            for (int lane = 0; lane < LANES; lane++) {
                meanings.get(lane).poke(input, values[lane]);
            }
        }
    }

    private static BigInteger value(BitLevel level, BitSimulation bits, Node signal, int lane) {
        BigInteger value = BigInteger.ZERO;
        List<Integer> literals = level.literals(signal);
        for (int i = 0; i < literals.size(); i++) {
            value = (bits.peek(literals.get(i)) >>> lane & 1) != 0 ? value.setBit(i) : value;
        }
        return value;
    }
}
