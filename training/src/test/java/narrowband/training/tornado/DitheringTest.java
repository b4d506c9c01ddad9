package narrowband.training.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import narrowband.training.gdnsq.Dither;
import narrowband.training.gdnsq.StepNoise;
import narrowband.training.kernels.FairCoins;
import org.junit.jupiter.api.Test;

class DitheringTest {
    /** Keys with the highest bit set too: a shift that keeps the sign would show. */
    @Test
    void coinsAreThoseOfTheJvm() {
        SplittableRandom random = new SplittableRandom(7);
        float[] memory = new float[20];
        for (int i = 0; i < 300; i++) {
            StepNoise noise = new StepNoise(Dither.FAIR_COIN, random.nextLong(), random.nextLong(1 << 20));
            String tensor = "layer" + random.nextInt(100);
            NoiseNumbers.put(noise, memory, 3);
            int[] part = NoiseNumbers.ofTensor(tensor);
            long key = Dithering.key(memory, 3, part[0], part[1]);
            assertThat(key).isEqualTo(noise.key(tensor));
            for (int toss = 0; toss < 50; toss++) {
                int place = random.nextInt(1 << 28);
                assertThat(Dithering.coin(key, place)).isEqualTo(FairCoins.at(key, place));
            }
        }
    }
}
