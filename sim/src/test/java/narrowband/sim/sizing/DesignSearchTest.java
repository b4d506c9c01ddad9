package narrowband.sim.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.FoldingSearch;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Goal;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.RandomNetworks;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Stimulus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DesignSearchTest {
    private static final Fpga FPGA = Fpga.named("xc7a35t");
    private static final double MEGAHERTZ = 100;

    private static Accelerator design(IntegerNetwork network, Goal goal) {
        return DesignSearch.dataflow(network, FPGA, MEGAHERTZ, goal, FoldingSearch.FIXED);
    }

    private static double rate(Accelerator design) {
        return MEGAHERTZ
                * 1e6
                / CycleSimulator.simulate(design, Stimulus.images(8))
                        .intervalCycles()
                        .orElseThrow();
    }

    /** However long its units wait for each other: what one design reaches, the search must reach as well. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void aRateThatAKnownDesignHasIsReached(long seed) {
        IntegerNetwork network = RandomNetworks.network(seed);
        double known = rate(design(network, Goal.FillDevice.DEFAULT));
        for (double part : new double[] {0.98, 0.6}) {
            assertThat(rate(design(network, new Goal.FramesPerSecond(part * known))))
                    .as("seed %d", seed)
                    .isGreaterThanOrEqualTo(part * known);
        }
    }

    @Test
    void aRateBeyondAllDesignsIsRefused() {
        assertThatThrownBy(() -> design(RandomNetworks.network(1), new Goal.FramesPerSecond(1e8)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("images per second can be reached");
    }
}
