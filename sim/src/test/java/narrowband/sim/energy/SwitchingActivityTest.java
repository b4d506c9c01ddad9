package narrowband.sim.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.RandomNetworks;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import org.junit.jupiter.api.Test;

class SwitchingActivityTest {
    private static Accelerator dataflow(long seed) {
        return RandomFoldings.accelerator(RandomNetworks.network(seed), new Random(seed));
    }

    private static Accelerator engine(long seed) {
        return SharedLayout.layOut(RandomNetworks.wide(seed), Fpga.named("xc7a35t"), 100, new Sharing(8));
    }

    private static List<int[]> images(IntegerNetwork network, int count, Random random) {
        CodeType type = network.input().type();
        int size = network.input().shape().size();
        return IntStream.range(0, count)
                .mapToObj(_ -> random.ints(size, type.min(), type.max() + 1).toArray())
                .toList();
    }

    private static double nominal(Accelerator design, String profile, Optional<SwitchingActivity> switching) {
        Simulation simulation = CycleSimulator.simulate(design, Stimulus.images(3));
        return new EnergyModel(EnergyProfile.named(profile), 1, switching)
                .total(design, simulation)
                .nominal();
    }

    /** Every wire of the image's channel changes in every word, or none does. */
    @Test
    void theImagesChannelHasTheShareThatItsCodesHave() {
        Accelerator design = dataflow(3);
        IntegerNetwork network = design.network();
        int channels = network.input().shape().channels();
        CodeType type = network.input().type();
        int lanes = design.input().type().lanes();
        int[] constant = new int[network.input().shape().size()];
        int[] alternating = new int[constant.length];
        for (int i = 0; i < alternating.length; i++) {
            alternating[i] = i / lanes % 2 == 0 ? 0 : type.signed() ? -1 : type.max();
        }
        assertThat(channels % lanes).isZero();
        assertThat(SwitchingActivity.of(design, List.of(constant)).of(design.input()))
                .isZero();
        assertThat(SwitchingActivity.of(design, List.of(alternating)).of(design.input()))
                .isEqualTo(1);
    }

    @Test
    void randomCodesChangeInEverySecondWord() {
        for (long seed = 0; seed < 20; seed++) {
            Accelerator design = dataflow(seed);
            SwitchingActivity activity = SwitchingActivity.of(design, images(design.network(), 60, new Random(seed)));
            assertThat(activity.of(design.input())).as("seed %d", seed).isCloseTo(0.5, within(0.05));
            assertThat(activity.changing().values())
                    .as("seed %d", seed)
                    .allSatisfy(share -> assertThat(share).isBetween(0.0, 1.0));
            assertThat(activity.changing().keySet())
                    .containsAll(design.channels().stream().map(Channel::name).toList());
        }
    }

    /** Profiles give what random bits take: with the same shares everywhere, the estimate is the one without any. */
    @Test
    void bitsThatChangeLikeRandomOnesTakeWhatTheProfileSays() {
        for (long seed = 0; seed < 10; seed++) {
            for (Accelerator design : List.of(dataflow(seed), engine(seed))) {
                for (String profile : List.of("series_7", "asic_45nm")) {
                    double plain = nominal(design, profile, Optional.empty());
                    assertThat(nominal(design, profile, Optional.of(new SwitchingActivity(1, Map.of()))))
                            .isEqualTo(plain);
                    double still = nominal(
                            design,
                            profile,
                            Optional.of(SwitchingActivity.of(
                                    design,
                                    List.of(
                                            new int
                                                    [design.network()
                                                            .input()
                                                            .shape()
                                                            .size()]))));
                    assertThat(still).as("seed %d, %s", seed, profile).isLessThan(plain);
                }
            }
        }
    }

    @Test
    void anImageOfAnotherSizeIsRefused() {
        assertThatThrownBy(() -> SwitchingActivity.of(dataflow(1), List.of(new int[1])))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("one of these has 1");
    }
}
