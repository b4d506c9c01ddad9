package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import narrowband.benchmarks.hardware.PipelinedProcessor;
import narrowband.benchmarks.hardware.PopcountArray;
import narrowband.benchmarks.hardware.QueueChain;
import narrowband.benchmarks.hardware.SortingProgram;
import narrowband.hdl.Design;
import narrowband.hdl.ir.Net;
import narrowband.hdl.simulation.Interpreter;
import narrowband.hdl.simulation.Simulator;
import org.junit.jupiter.api.Test;

/** The hardware that the simulators are measured with does what it is said to do. */
class BenchmarkHardwareTest {
    @Test
    void theProcessorSortsAsJavaDoes() {
        int rounds = 20;
        PipelinedProcessor processor = new PipelinedProcessor(SortingProgram.instructions(32), 64);
        Simulator simulator = Simulator.of(Design.of(processor));
        int[] checksums = SortingProgram.checksums(32, rounds);
        for (int round = 1; round <= rounds; round++) {
            while (simulator.peek(processor.results) < round) {
                simulator.step();
                assertThat(simulator.cycle()).as("cycles for %d rounds", round).isLessThan(20_000L * round);
            }
            assertThat((int) simulator.peek(processor.result))
                    .as("round %d", round)
                    .isEqualTo(checksums[round - 1]);
        }
        double cyclesPerInstruction = (double) simulator.cycle() / simulator.peek(processor.retired);
        assertThat(cyclesPerInstruction).isBetween(1.0, 2.0);
    }

    @Test
    void theArrayCountsAsJavaDoes() {
        int lanes = 5;
        long seed = 3;
        PopcountArray array = new PopcountArray(lanes, seed);
        Simulator simulator = Simulator.of(Design.of(array));
        Random random = new Random(seed);
        long[] weights = new long[lanes];
        long[] words = new long[lanes];
        for (int i = 0; i < lanes; i++) {
            weights[i] = random.nextLong() >>> 1;
            words[i] = random.nextLong() >>> 1;
        }
        int[] sums = new int[lanes];
        int signature = 1;
        for (int cycle = 0; cycle < 300; cycle++) {
            assertThat((int) simulator.peek(array.signature))
                    .as("cycle %d", cycle)
                    .isEqualTo(signature);
            simulator.step();
            signature = Integer.rotateLeft(signature, 5);
            long first = words[0];
            for (int i = 0; i < lanes; i++) {
                signature ^= sums[i];
                sums[i] += Long.bitCount(weights[i] & words[i]);
                weights[i] = Long.rotateLeft(weights[i], 1);
                words[i] = i + 1 < lanes ? words[i + 1] : first;
            }
        }
    }

    @Test
    void theChainPassesEveryWordInOrder() {
        QueueChain chain = new QueueChain(16);
        Simulator simulator = Simulator.of(Design.of(chain));
        int signature = 0;
        int word = 1;
        long words = 0;
        for (int cycle = 0; cycle < 5000; cycle++) {
            long left = simulator.step().peek(chain.words);
            signature = Integer.rotateLeft(signature, 5);
            if (left > words) {
                signature ^= word;
                word += 0x9e3779b9;
                words = left;
            }
            assertThat((int) simulator.peek(chain.signature))
                    .as("cycle %d", cycle)
                    .isEqualTo(signature);
        }
        assertThat(words).isGreaterThan(1000);
    }

    @Test
    void theInterpreterAgreesOnAllOutputs() {
        agree(Design.of(new PipelinedProcessor(SortingProgram.instructions(8), 16)));
        agree(Design.of(new PopcountArray(64, 1)));
        agree(Design.of(new QueueChain(16)));
    }

    private static void agree(Design design) {
        Simulator meaning = new Interpreter(design.flat());
        Simulator compiled = Simulator.of(design);
        for (int cycles = 0; cycles < 1500; cycles += 50) {
            meaning.step(50);
            compiled.step(50);
            for (Net output : design.flat().outputs()) {
                assertThat(compiled.peek(output))
                        .as("%s.%s, cycle %d", design.top().kind(), design.top().name(output), cycles)
                        .isEqualTo(meaning.peek(output));
            }
        }
    }
}
