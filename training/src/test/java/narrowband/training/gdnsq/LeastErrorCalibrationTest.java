package narrowband.training.gdnsq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeastErrorCalibrationTest {
    /**
     * The best uniform quantisers with so many levels for a normal source of deviation 1, by their distortion and step: Max
     * (1960), "Quantizing for minimum distortion", table II: 2, 4, 8 and 16 levels.
     */
    @ParameterizedTest
    @CsvSource({"1, 1.596, 0.3634", "2, 0.9957, 0.1188", "3, 0.5860, 0.03744", "4, 0.3352, 0.01154"})
    void normalWeightsGetTheStepOfMaxsTable(int bits, double step, double distortion) {
        int size = 200_000;
        SplittableRandom random = new SplittableRandom(bits);
        float[] values = new float[size + 1];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        WeightQuantiser quantiser = new WeightQuantiser(1, size, 1);
        quantiser.calibrateLeastError(values, 0, size, bits, 97, 1 / 32f);
        float found = ActivationQuantiser.step(values[size], bits);
        // Ranges are tried 2 % apart.
        assertThat((double) found).isCloseTo(step, Offset.offset(0.02 * step));
        float[] rounded = new float[size];
        quantiser.quantise(values, 0, values, size, bits, rounded);
        double error = 0;
        for (int i = 0; i < size; i++) {
            error += (rounded[i] - values[i]) * (rounded[i] - values[i]) / size;
        }
        assertThat(error).isCloseTo(distortion, Offset.offset(0.02 * distortion));
    }
}
