package narrowband.accel.design;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Folding.ThresholdFolding;
import narrowband.accel.design.Thresholding.Method;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Shape;
import narrowband.accel.network.ThresholdTable;
import org.junit.jupiter.api.Test;

class ThresholdSearchTest {
    private static final Fpga FPGA = Fpga.named("xc7a35t");

    /** An image of 10 x 10 positions and 32 channels, requantised. */
    private static IntegerNetwork network(int bits, boolean onLines) {
        return network(12, bits, onLines);
    }

    private static IntegerNetwork network(int codeBits, int bits, boolean onLines) {
        Random random = new Random(1);
        int levels = (1 << bits) - 1;
        int[][] rows = new int[32][];
        for (int row = 0; row < rows.length; row++) {
            double step = random.nextDouble(10, 20);
            rows[row] = onLines
                    ? IntStream.range(0, levels).map(j -> (int) (j * step)).toArray()
                    : random.ints(levels, 0, 1 << 12).sorted().toArray();
        }
        return new IntegerNetwork(
                "small",
                List.of(
                        new Layer.Input("image", new Shape(10, 10, 32), CodeType.unsigned(codeBits), Scale.uniform(1)),
                        new Layer.Threshold(
                                "act", "image", new ThresholdTable(rows), CodeType.unsigned(bits), Scale.uniform(1))));
    }

    private static Thresholding cheapest(IntegerNetwork network, int incoming, long target) {
        return cheapest(network, incoming, target, FPGA);
    }

    private static Thresholding cheapest(IntegerNetwork network, int incoming, long target, Fpga fpga) {
        return ThresholdSearch.cheapest(network, (Layer.Threshold) network.layer("act"), incoming, target, fpga);
    }

    @Test
    void timeToSpareMeansFewerLanes() {
        IntegerNetwork network = network(3, false);
        assertThat(cheapest(network, 32, 100).lanes()).isEqualTo(32);
        assertThat(cheapest(network, 32, 1_000).lanes()).isLessThanOrEqualTo(4);
        assertThat(cheapest(network, 32, 4_000).lanes()).isEqualTo(1);
    }

    @Test
    void theTargetIsMetWheneverItCanBe() {
        IntegerNetwork network = network(4, false);
        for (long target : new long[] {100, 150, 399, 400, 1_000, 12_800}) {
            for (int incoming : new int[] {1, 4, 32}) {
                assertThat(cheapest(network, incoming, target).timing().cycles())
                        .isLessThanOrEqualTo(target);
            }
        }
    }

    @Test
    void aTargetThatNothingMeetsGetsTheFastest() {
        assertThat(cheapest(network(3, false), 4, 10).timing().cycles()).isEqualTo(100);
    }

    @Test
    void muchTimeMeansOneComparatorAndNotOneForEachBit() {
        assertThat(cheapest(network(8, false), 1, 1_000_000).method()).isEqualTo(Method.SERIAL);
    }

    @Test
    void whatComparesWithAMemoryAtOnceIsNotTakenWhereTheClockOutrunsMemories() {
        Fpga ecp5 = Fpga.named("ecp5-25k");
        // 32 channels of 255 thresholds, two in a word of a heap: 4,096 words.
        assertThat(cheapest(network(8, false), 1, 1_000_000, ecp5).method()).isEqualTo(Method.SERIAL);
        assertThat(cheapest(network(8, false), 1, 1_000_000, ecp5.at(180)).method())
                .isEqualTo(Method.PIPELINED);
        // Of 3 thresholds: 32 * 4 / 2 = 64 words, which tables hold.
        assertThat(cheapest(network(2, false), 1, 1_000_000, ecp5.at(180)).method())
                .isEqualTo(cheapest(network(2, false), 1, 1_000_000, ecp5).method());
    }

    @Test
    void manyThresholdsOnLinesAreMultiplied() {
        assertThat(cheapest(network(20, 8, true), 32, 100).method()).isEqualTo(Method.MULTIPLY);
        assertThat(cheapest(network(20, 8, false), 32, 100).method()).isNotEqualTo(Method.MULTIPLY);
    }

    private static void refused(IntegerNetwork network, ThresholdFolding folding, String message) {
        assertThatThrownBy(
                        () -> Dataflow.layOut(network, FPGA, 100, new Folding(1_000, Map.of(), Map.of("act", folding))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message);
    }

    @Test
    void lanesMustDivideTheChannels() {
        refused(
                network(3, false),
                new ThresholdFolding(5, Method.PIPELINED),
                "Layer act: lanes is 5, but it must divide the 32 channels.");
    }

    @Test
    void aSearchForOneBitIsNotSerial() {
        refused(
                network(1, false),
                new ThresholdFolding(4, Method.SERIAL),
                "Layer act: a serial search needs at least two bits to find, not one; choose another method.");
    }

    @Test
    void thresholdsOffALineAreNotMultiplied() {
        refused(
                network(3, false),
                new ThresholdFolding(4, Method.MULTIPLY),
                "Layer act: its thresholds do not lie on a line, so that multiply-add-shift cannot find levels; choose another method.");
    }
}
