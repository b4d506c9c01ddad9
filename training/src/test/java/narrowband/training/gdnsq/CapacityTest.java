package narrowband.training.gdnsq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapacityTest {
    /**
     * Values uniform over the cells of a quantiser with {@code 2^b} steps {@code s}: noise {@code s^2/12}, signal
     * {@code (2^b s)^2/12}, all codes alike frequent.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8})
    void aUniformSourceKeepsTheWidthOfItsQuantiser(int bits) {
        int levels = 1 << bits;
        float step = 0.25f;
        SplittableRandom random = new SplittableRandom(bits);
        float[] values = new float[400_000];
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (step * levels * random.nextDouble());
            rounded[i] = step * (float) (Math.floor(values[i] / step) + 0.5);
        }
        Capacity capacity = Capacity.of(values, rounded);
        assertThat(capacity.noisePower()).isCloseTo(step * step / 12.0, Offset.offset(0.01 * step * step / 12));
        assertThat(capacity.information()).isCloseTo(bits, Offset.offset(0.002));
        // log2(1 + 4^b) / 2
        double expected = Math.log(1 + Math.pow(4, bits)) / Math.log(2) / 2;
        assertThat(capacity.effectiveBits()).isCloseTo(expected, Offset.offset(0.01));
    }

    @Test
    void aConstantCarriesNothing() {
        Capacity capacity = Capacity.of(new float[] {1, 2, 3, 4}, new float[] {2, 2, 2, 2});
        assertThat(capacity.information()).isZero();
        // Variance 1.25; squares 1, 0, 1, 4 of the changes.
        assertThat(capacity.signalPower()).isEqualTo(1.25);
        assertThat(capacity.noisePower()).isEqualTo(1.5);
    }

    /** With few values the plain estimate is too low by about (codes - 1) / (2 N ln 2) bits. */
    @Test
    void theEntropyOfFewValuesIsCorrectedForTheirNumber() {
        SplittableRandom random = new SplittableRandom(3);
        double mean = 0;
        for (int trial = 0; trial < 400; trial++) {
            float[] codes = new float[200];
            for (int i = 0; i < codes.length; i++) {
                codes[i] = random.nextInt(16);
            }
            mean += Capacity.of(codes, codes).information() / 400;
        }
        assertThat(mean).isCloseTo(4, Offset.offset(0.005));
    }
}
