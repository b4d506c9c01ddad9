package narrowband.hdlgen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.RandomNetworks;
import narrowband.accel.network.ReferenceExecutor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceleratorValuesTest {
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 0.8})
    void randomAcceleratorsGiveTheReferencesCodes(double stalls) {
        for (long seed = 0; seed < 60; seed++) {
            IntegerNetwork network = RandomNetworks.network(seed);
            Random random = new Random(seed);
            Accelerator accelerator = RandomFoldings.accelerator(network, random);
            List<int[]> images = List.of(RandomNetworks.image(network, random), RandomNetworks.image(network, random));
            RtlRun run = new RtlSimulation(new RtlDesign(accelerator))
                    .run(images, _ -> random.nextDouble() >= stalls, _ -> random.nextDouble() >= stalls, true);
            ReferenceExecutor reference = new ReferenceExecutor(network);
            for (Channel channel : accelerator.channels()) {
                Optional<String> layer = accelerator.carries(channel);
                if (layer.isPresent()) {
                    int[] expected = images.stream()
                            .flatMapToInt(
                                    image -> IntStream.of(reference.run(image).get(layer.get())))
                            .toArray();
                    int[] codes = run.transfers().get(channel.name()).codes();
                    int agree = Arrays.mismatch(
                            codes,
                            0,
                            Math.min(codes.length, expected.length),
                            expected,
                            0,
                            Math.min(codes.length, expected.length));
                    assertThat(agree)
                            .as(
                                    "seed %d, channel %s: the first code that differs; units %s",
                                    seed, channel.name(), accelerator.units())
                            .isEqualTo(-1);
                }
            }
            for (int i = 0; i < images.size(); i++) {
                assertThat(run.results().get(i))
                        .as("seed %d, image %d", seed, i)
                        .isEqualTo(reference.output(images.get(i)));
            }
        }
    }
}
