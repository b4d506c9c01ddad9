package narrowband.accel.design;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import narrowband.accel.design.MatrixVector.Weights;
import narrowband.accel.design.SlidingWindow.Word;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.RandomNetworks;
import narrowband.accel.network.Shape;
import org.junit.jupiter.api.Test;

class TimingTest {
    @Test
    void everyUnitReadsAndWritesTheWordsOfItsStreams() {
        for (long seed = 0; seed < 500; seed++) {
            IntegerNetwork network = RandomNetworks.network(seed);
            Accelerator accelerator = RandomFoldings.accelerator(network, new Random(seed));
            for (Unit unit : accelerator.units()) {
                List<Process> processes = unit.timing().processes();
                for (int port = 0; port < unit.inputs().size(); port++) {
                    int p = port;
                    assertThat(processes.stream()
                                    .mapToLong(process -> process.program().reads(p))
                                    .sum())
                            .as("seed %d, reads of %s", seed, unit)
                            .isEqualTo(unit.inputs().get(port).words());
                }
                for (int port = 0; port < unit.outputs().size(); port++) {
                    int p = port;
                    assertThat(processes.stream()
                                    .mapToLong(process -> process.program().writes(p))
                                    .sum())
                            .as("seed %d, writes of %s", seed, unit)
                            .isEqualTo(unit.outputs().get(port).words());
                }
            }
        }
    }

    @Test
    void theMatrixVectorUnitTakesTheProductOfItsFoldsAndDigits() {
        // FINN's formula with bit-serial digits: vectors * rows/pe * columns/simd * W/w * A/a (hardware.md, 4.2).
        MatrixVector unit = new MatrixVector(
                "mvu",
                "conv",
                25,
                72,
                16,
                4,
                8,
                CodeType.unsigned(2),
                3,
                1,
                2,
                CodeType.signed(12),
                Weights.STORED,
                Pipelining.on(Fpga.named("xc7a35t")));
        assertThat(unit.timing().cycles()).isEqualTo(25L * (16 / 8) * (72 / 4) * 3 * 1);
    }

    @Test
    void anIdentityShortcutTakesAStepForEachWordThatComesInAndEachWordOfZeros() {
        // 5x4 pixels of 4 channels: rows 0, 2, 4 and columns 0, 2 pass, with 2 channels of zeros on each side.
        Shape from = new Shape(5, 4, 4);
        IdentityShortcut byLanes = new IdentityShortcut("s", "s", from, 2, 2, 2, 2, CodeType.unsigned(2));
        assertThat(byLanes.timing().cycles()).isEqualTo(20 * 2 + 6 * 2);
        IdentityShortcut whole = new IdentityShortcut("s", "s", from, 2, 2, 2, 4, CodeType.unsigned(2));
        assertThat(whole.timing().cycles()).isEqualTo(20);
        assertThat(whole.outputs()).containsExactly(new StreamType(8, CodeType.unsigned(2), 6));
    }

    @Test
    void topScoresTakeTwoStepsForEachScoreAndOneForEachPlace() {
        TopScores unit = new TopScores("top", "top", 10, 3, CodeType.signed(8), CodeType.signed(8));
        assertThat(unit.timing().cycles()).isEqualTo(2 * 10 + 3);
        assertThat(unit.outputs()).containsExactly(new StreamType(2, CodeType.signed(8), 3));
    }

    @Test
    void aSumOfManyLanesTakesAStageMoreForEachFourOfGroupsOnTablesOfFourInputs() {
        // By hand: 2 stages fetch, 1 counts groups of 4 lanes, 16 groups are 4 and then 1 in 2 more, product,
        // accumulator.
        assertThat(stored(64, "ice40hx8k").stages()).isEqualTo(2 + 1 + 2 + 2);
        assertThat(stored(64, "ecp5-25k").stages()).isEqualTo(2 + 1 + 2 + 2);
        assertThat(stored(8, "ecp5-25k").stages()).isEqualTo(2 + 1 + 1 + 2);
        assertThat(stored(4, "ecp5-25k").stages()).isEqualTo(2 + 1 + 2);
        // Six-input tables: 128 lanes at once, and all groups in one more.
        assertThat(stored(128, "xc7a35t").stages()).isEqualTo(1 + 1 + 2);
        assertThat(stored(256, "xc7a35t").stages()).isEqualTo(1 + 1 + 1 + 2);
    }

    private static MatrixVector stored(int simd, String fpga) {
        return new MatrixVector(
                "mvu",
                "dense",
                1,
                simd,
                2,
                simd,
                1,
                CodeType.unsigned(2),
                2,
                1,
                1,
                CodeType.signed(12),
                Weights.STORED,
                Pipelining.on(Fpga.named(fpga)));
    }

    @Test
    void digitPairsInHornersOrderGiveTheProduct() {
        Random random = new Random(7);
        for (int trial = 0; trial < 2000; trial++) {
            int weightBits = 1 + random.nextInt(8);
            int activationBits = 1 + random.nextInt(8);
            int weightDigit = RandomFoldings.divisor(weightBits, random);
            int activationDigit = RandomFoldings.divisor(activationBits, random);
            MatrixVector unit = new MatrixVector(
                    "mvu",
                    "conv",
                    1,
                    1,
                    1,
                    1,
                    1,
                    CodeType.unsigned(activationBits),
                    weightBits,
                    weightDigit,
                    activationDigit,
                    CodeType.signed(20),
                    Weights.STORED,
                    Pipelining.on(Fpga.named("ice40hx8k")));
            int weight = random.nextInt(1 << weightBits);
            int activation = random.nextInt(1 << activationBits);
            int sum = 0;
            for (MatrixVector.DigitPair pair : unit.digitPairs()) {
                int w = weight >> pair.weight() * weightDigit & (1 << weightDigit) - 1;
                int a = activation >> pair.activation() * activationDigit & (1 << activationDigit) - 1;
                sum = (sum << pair.shift()) + 2 * w * a - ((1 << weightDigit) - 1) * a;
            }
            assertThat(sum)
                    .as("%d-bit %d times %d-bit %d", weightBits, weight, activationBits, activation)
                    .isEqualTo((2 * weight - ((1 << weightBits) - 1)) * activation);
        }
    }

    @Test
    void theSlidingWindowHoldsEveryRowThatItsWindowsTouch() {
        Random random = new Random(11);
        for (int trial = 0; trial < 3000; trial++) {
            int kernel = 1 + random.nextInt(4);
            Shape input = new Shape(kernel + random.nextInt(8), kernel + random.nextInt(8), 1 + random.nextInt(3));
            int stride = 1 + random.nextInt(3);
            int padding = random.nextInt(kernel);
            SlidingWindow unit = new SlidingWindow(
                    "window", "conv", input, CodeType.unsigned(2), 1, kernel, kernel, stride, padding, Word.TAP);
            int released = 0;
            Set<Integer> seen = new HashSet<>();
            for (int y = 0; y < unit.windows().height(); y++) {
                assertThat(unit.firstRow(y)).isEqualTo(released);
                assertThat(unit.neededRows(y)).as("%s row %d", unit, y).isLessThanOrEqualTo(unit.bufferRows());
                assertThat(unit.neededRows(y)).as("%s row %d", unit, y).isGreaterThanOrEqualTo(unit.releasedRows(y));
                for (int ky = 0; ky < kernel; ky++) {
                    int row = y * stride - padding + ky;
                    if (row >= 0 && row < input.height()) {
                        assertThat(row).isBetween(released, released + unit.neededRows(y) - 1);
                        seen.add(row);
                    }
                }
                released += unit.releasedRows(y);
            }
            assertThat(released).isEqualTo(input.height());
            assertThat(seen).isNotEmpty();
        }
    }
}
