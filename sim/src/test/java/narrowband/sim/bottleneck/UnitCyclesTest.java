package narrowband.sim.bottleneck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.SharedEngine;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.RandomNetworks;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Shape;
import narrowband.accel.network.WeightCodes;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Stimulus;
import org.junit.jupiter.api.Test;

class UnitCyclesTest {
    /**
     * 20 inputs of 2 bits, 10 outputs, weights of 2 bits, on an array of 16 x 16: two words of inputs, each in 2 x 2 steps, are 8
     * steps. Full, the array would need 20 * 10 * 2 * 2 / 256 = 3.125 of them for an image; 4.875 go to lanes without a channel.
     */
    @Test
    void anArraysLanesWithoutAChannelArePadding() {
        IntegerNetwork network = new IntegerNetwork(
                "hand",
                List.of(
                        new Layer.Input("image", new Shape(1, 1, 20), CodeType.unsigned(2), Scale.uniform(1)),
                        new Layer.Dense("dense", "image", new WeightCodes(2, 10, 20, new int[200]), Scale.uniform(1)),
                        new Layer.ArgMax("best", "dense")));
        Accelerator design = SharedLayout.layOut(network, Fpga.named("xc7a35t"), 100, new Sharing(16));
        List<UnitCycles> rows = UnitCycles.of(design, CycleSimulator.simulate(design, Stimulus.images(8)));
        UnitCycles array = rows.stream()
                .filter(row -> row.process().equals(SharedEngine.COMPUTE))
                .findFirst()
                .orElseThrow();
        assertThat(array.padding()).isEqualTo(39);
        assertThat(array.useful()).isEqualTo(array.work() - 39);
        assertThat(rows)
                .filteredOn(row -> row != array)
                .allSatisfy(row -> assertThat(row.padding()).isZero());
    }

    /** Rows, columns and digits of a unit divide its matrix and its codes. */
    @Test
    void aUnitOfItsOwnHasNoPadding() {
        for (long seed = 0; seed < 150; seed++) {
            Accelerator design = RandomFoldings.accelerator(RandomNetworks.network(seed), new Random(seed));
            assertThat(UnitCycles.of(design, CycleSimulator.simulate(design, Stimulus.images(2))))
                    .as("seed %d", seed)
                    .allSatisfy(row -> assertThat(row.padding()).isZero());
        }
    }

    @Test
    void morePaddingThanWorkIsRefused() {
        assertThatThrownBy(() -> new UnitCycles("layer", "unit", "run", 10, 4, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("padding in 5 of 4");
    }
}
