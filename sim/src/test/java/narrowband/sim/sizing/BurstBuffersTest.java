package narrowband.sim.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.network.RandomNetworks;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Stimulus;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class BurstBuffersTest {
    private static double interval(Accelerator design) {
        return CycleSimulator.simulate(design, Stimulus.images(FifoSizing.DEFAULT_IMAGES))
                .intervalCycles()
                .orElseThrow();
    }

    private static Accelerator endless(Accelerator design) {
        Map<String, Integer> depths = design.depths();
        depths.replaceAll((_, depth) -> depth + 100_000);
        return design.withDepths(depths);
    }

    private static List<Accelerator> designs() {
        List<Accelerator> designs = new ArrayList<>();
        for (long seed = 0; seed < 150; seed++) {
            designs.add(FifoSizing.size(RandomFoldings.accelerator(RandomNetworks.network(seed), new Random(seed))));
        }
        return designs;
    }

    @Test
    void aDesignIsDeepenedExactlyWhereThatMakesItFaster() {
        int deepened = 0;
        for (Accelerator shallow : designs()) {
            Accelerator deep = BurstBuffers.deepen(shallow);
            double reachable = interval(endless(shallow));
            if (interval(shallow) > 1.05 * reachable && deep != shallow) {
                deepened++;
                assertThat(interval(deep)).isCloseTo(reachable, Percentage.withPercentage(1));
            } else if (interval(shallow) <= 1.05 * reachable) {
                assertThat(deep).isSameAs(shallow);
            }
        }
        assertThat(deepened).isGreaterThan(5);
    }

    @Test
    void noneOfTheDeepenedFifosCouldBeShallower() {
        for (Accelerator shallow : designs()) {
            Accelerator deep = BurstBuffers.deepen(shallow);
            for (Channel channel : deep.channels()) {
                if (channel.depth() > shallow.depths().get(channel.name())) {
                    Accelerator less = deep.withDepths(Map.of(channel.name(), channel.depth() - 1));
                    assertThat(interval(less))
                            .as("%s a word less deep than %d", channel.name(), channel.depth())
                            .isGreaterThan(interval(deep));
                }
            }
        }
    }
}
