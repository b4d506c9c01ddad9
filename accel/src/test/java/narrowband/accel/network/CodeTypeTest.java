package narrowband.accel.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import narrowband.accel.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodeTypeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, u1",
        "0, 1, u1",
        "0, 2, u2",
        "0, 255, u8",
        "0, 256, u9",
        "-1, 0, s1",
        "-1, 1, s2",
        "-2, 1, s2",
        "-3, 1, s3",
        "-128, 127, s8",
        "-128, 128, s9",
        "-2147483648, 2147483647, s32",
        "0, 2147483647, u31"
    })
    void aRangeGetsItsNarrowestType(long min, long max, String type) {
        assertThat(CodeType.ofRange(min, max)).hasToString(type);
    }

    @Test
    void everyCodeSurvivesItsBitPattern() {
        for (int bits = 1; bits <= 9; bits++) {
            for (boolean signed : new boolean[] {false, true}) {
                CodeType type = new CodeType(bits, signed);
                for (int code = type.min(); code <= type.max(); code++) {
                    assertThat(type.pattern(code)).isBetween(0L, (1L << bits) - 1);
                    assertThat(type.code(type.pattern(code))).isEqualTo(code);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 33, -1})
    void aWidthOutOfRangeIsRefused(int bits) {
        assertThatThrownBy(() -> CodeType.signed(bits))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("A code type must have 1 to 31 bits (32 when signed), not " + bits + " signed bits.");
    }
}
