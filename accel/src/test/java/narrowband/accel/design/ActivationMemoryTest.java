package narrowband.accel.design;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import narrowband.accel.design.ActivationMemory.Region;
import narrowband.accel.network.RandomNetworks;
import org.junit.jupiter.api.Test;

class ActivationMemoryTest {
    @Test
    void noTwoTensorsThatLiveTogetherOverlap() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            ActivationMemory memory = new ActivationMemory();
            for (int born = 0; born < 20; born++) {
                memory.place("t" + born, 1 + random.nextInt(50), born, born + random.nextInt(6));
            }
            requireApart(memory, seed);
        }
    }

    @Test
    void theTensorsOfRandomNetworksLieApart() {
        int places = 0;
        for (long seed = 0; seed < 200; seed++) {
            for (int lanes : new int[] {4, 16}) {
                ActivationMemory memory =
                        EngineSchedule.of(RandomNetworks.wide(seed), lanes).memory();
                requireApart(memory, seed);
                places += memory.regions().size();
            }
        }
        assertThat(places).isGreaterThan(1000);
    }

    /** A place is taken again once what was there is dead: three tensors in a row take the room of two. */
    @Test
    void aDeadTensorsPlaceIsTakenAgain() {
        ActivationMemory memory = new ActivationMemory();
        memory.place("a", 10, 0, 1);
        memory.place("b", 10, 1, 2);
        memory.place("c", 10, 2, 3);
        assertThat(memory.regions().get(2).address()).isZero();
        assertThat(memory.words()).isEqualTo(20);
    }

    private static void requireApart(ActivationMemory memory, long seed) {
        List<Region> regions = memory.regions();
        for (Region a : regions) {
            assertThat(a.end()).isLessThanOrEqualTo(memory.words());
            for (Region b : regions) {
                boolean together = a.born() <= b.dies() && b.born() <= a.dies();
                boolean overlap = a.address() < b.end() && b.address() < a.end();
                assertThat(a != b && together && overlap)
                        .as("seed %d: %s and %s", seed, a, b)
                        .isFalse();
            }
        }
    }
}
