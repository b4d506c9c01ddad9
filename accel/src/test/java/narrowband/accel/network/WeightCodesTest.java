package narrowband.accel.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import narrowband.accel.InvalidInputException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights are kept packed; nobody can tell. */
class WeightCodesTest {
    private static int[] codes(int bits, int count, Random random) {
        return random.ints(count, 0, 1 << bits).toArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16})
    void everyCodeIsWhereItWasPut(int bits) {
        Random random = new Random(bits);
        for (int round = 0; round < 40; round++) {
            int outputs = 1 + random.nextInt(9);
            int inputs = 1 + random.nextInt(30);
            int[] codes = codes(bits, outputs * inputs, random);
            WeightCodes weights = new WeightCodes(bits, outputs, inputs, codes);
            assertThat(weights.codes()).isEqualTo(codes);
            int[] values = weights.values();
            for (int i = 0; i < codes.length; i++) {
                assertThat(weights.code(i / inputs, i % inputs)).isEqualTo(codes[i]);
                assertThat(values[i]).isEqualTo(2 * codes[i] - ((1 << bits) - 1));
            }
            WeightCodes same = new WeightCodes(bits, outputs, inputs, codes);
            assertThat(same).isEqualTo(weights).hasSameHashCodeAs(weights);
            codes[random.nextInt(codes.length)] ^= 1;
            assertThat(new WeightCodes(bits, outputs, inputs, codes)).isNotEqualTo(weights);
        }
    }

    /** The bytes of the format, put together digit by digit: code after code, each from its lowest bit on. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 10, 16})
    void packedTheyAreOneLongNumber(int bits) {
        Random random = new Random(bits);
        int[] codes = codes(bits, 37, random);
        BigInteger number = BigInteger.ZERO;
        for (int i = codes.length - 1; i >= 0; i--) {
            number = number.shiftLeft(bits).or(BigInteger.valueOf(codes[i]));
        }
        NetworkData data = new NetworkData();
        data.append(new WeightCodes(bits, 37, 1, codes).packed());
        byte[] bytes = data.toBytes();
        assertThat(bytes).hasSize((37 * bits + 7) / 8);
        byte[] highestFirst = new byte[bytes.length + 1];
        for (int i = 0; i < bytes.length; i++) {
            highestFirst[bytes.length - i] = bytes[i];
        }
        assertThat(new BigInteger(highestFirst)).isEqualTo(number);
        // What the last byte holds besides is no part of the weights.
        bytes[bytes.length - 1] |= (byte) (-1 << (37 * bits - 1) % 8 + 1);
        assertThat(new WeightCodes(bits, 37, 1, new NetworkData(bytes, 0)))
                .isEqualTo(new WeightCodes(bits, 37, 1, codes));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 6, 7, 8, 12, 14})
    void theAccumulatorHoldsTheLeastAndTheLargestSum(int bits) {
        Random random = new Random(bits);
        for (int round = 0; round < 60; round++) {
            int outputs = 1 + random.nextInt(5);
            int inputs = 1 + random.nextInt(50);
            int[] codes = codes(bits, outputs * inputs, random);
            boolean signed = random.nextBoolean();
            CodeType input = new CodeType(1 + random.nextInt(8), signed);
            long low = -1;
            long high = 0;
            for (int o = 0; o < outputs; o++) {
                long least = 0;
                long most = 0;
                for (int i = 0; i < inputs; i++) {
                    long weight = 2L * codes[o * inputs + i] - ((1 << bits) - 1);
                    least += Math.min(weight * input.min(), weight * input.max());
                    most += Math.max(weight * input.min(), weight * input.max());
                }
                low = Math.min(low, least);
                high = Math.max(high, most);
            }
            assertThat(new WeightCodes(bits, outputs, inputs, codes).accumulator(input))
                    .isEqualTo(CodeType.ofRange(low, high));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 4})
    void aCodeOutOfRangeIsRefused(int code) {
        assertThatThrownBy(() -> new WeightCodes(2, 1, 2, new int[] {0, code}))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("0 to 3, not " + code);
    }
}
