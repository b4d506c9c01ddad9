package narrowband.hdl.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import narrowband.hdl.Design;
import narrowband.hdl.Gallery;
import narrowband.hdl.RandomModule;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.Operator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random designs - every operator, widths from 1 to 130 bits, memories, conditions, hierarchy - run by everything that runs designs, with the same random inputs and resets:
 * all agree in all cycles. A failure names the seed of its design.
 */
class RandomDesignTest {
    private static final int WIDEST = 130;
    private static final int OPERATORS = 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theCompiledSimulatorShowsWhatTheInterpreterShows(long block) {
        for (long seed = block * 10_000; seed < block * 10_000 + 120; seed++) {
            Design design = Design.of(new RandomModule(seed, OPERATORS, 1, WIDEST));
            Simulator meaning = new Interpreter(design.flat());
            Simulator compiled = new CompiledSimulator(design.flat());
            Random random = new Random(seed);
            for (int cycle = 0; cycle < 12; cycle++) {
                for (Net input : design.flat().inputs()) {
                    BigInteger value = new BigInteger(input.width(), random);
                    meaning.poke(input, value);
                    compiled.poke(input, value);
                }
                for (Map.Entry<String, Node> signal : design.flat().byName().entrySet()) {
                    assertThat(compiled.peek(signal.getValue()))
                            .as("seed %d, cycle %d, signal %s", seed, cycle, signal.getKey())
                            .isEqualTo(meaning.peek(signal.getValue()));
                }
                boolean reset = random.nextInt(10) == 0;
                meaning.reset(reset).step();
                compiled.reset(reset).step();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {100, 200, 300, 400, 500, 600})
    void icarusShowsWhatTheJvmShows(long first) throws Exception {
        agree(VerilogTool.ICARUS, first, 10, 30);
    }

    @Test
    void verilatorShowsWhatTheJvmShows() throws Exception {
        agree(VerilogTool.VERILATOR, 700, 8, 200);
    }

    @Test
    void theDesignsHaveEveryOperatorAndWidthsFromOneToTheWidest() {
        Set<Operator> operators = EnumSet.noneOf(Operator.class);
        Set<Integer> widths = new TreeSet<>();
        boolean memories = false;
        boolean reads = false;
        for (long seed = 10_000; seed < 10_060; seed++) {
            Design design = Design.of(new RandomModule(seed, OPERATORS, 1, WIDEST));
            for (Node node : design.flat().order()) {
                widths.add(node.width());
                if (node instanceof Operation operation) {
                    operators.add(operation.operator());
                }
            }
            memories |= !design.flat().writes().isEmpty();
            reads |= !design.flat().reads().isEmpty();
        }
        assertThat(operators).containsExactlyInAnyOrder(Operator.values());
        assertThat(widths).contains(1, 63, 64, 65, WIDEST).hasSizeGreaterThan(100);
        assertThat(memories && reads).isTrue();
    }

    private void agree(VerilogTool tool, long first, int designs, int cycles) throws Exception {
        assumeTrue(tool.available(), tool + " is not installed: its comparison is left out");
        Design design = Design.of(new Gallery(first, designs, OPERATORS, 1, WIDEST));
        CoSimulation.Stimulus stimulus = CoSimulation.Stimulus.random(first, 17);
        assertThat(new CoSimulation(design).compare(tool, folder, cycles, stimulus))
                .as("%s, seeds from %d on", tool, first)
                .isEmpty();
    }
}
