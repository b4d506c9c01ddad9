package narrowband.accel.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import narrowband.accel.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {
    @Test
    void theLargestTensorHasAsManyValuesAsAnArrayCanHold() {
        assertThat(new Shape(1, 1, Integer.MAX_VALUE).size()).isEqualTo(Integer.MAX_VALUE);
    }

    /** 2^31 values, one more than there can be, and shapes whose product is small again in 32 bits. */
    @ParameterizedTest
    @CsvSource({"32768, 65536, 1", "65536, 65536, 1", "99999, 99999, 3", "1, 2, 1073741824"})
    void aLargerOneIsRefusedByItsSides(int height, int width, int channels) {
        assertThatThrownBy(() -> new Shape(height, width, channels))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("%dx%dx%d".formatted(height, width, channels));
    }
}
