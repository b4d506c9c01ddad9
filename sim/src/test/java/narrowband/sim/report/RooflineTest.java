package narrowband.sim.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.RandomNetworks;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.report.Roofline.Point;
import org.junit.jupiter.api.Test;

class RooflineTest {
    private static Map<String, Point> byName(Roofline roofline) {
        return roofline.layers().stream().collect(Collectors.toMap(Point::name, Function.identity()));
    }

    /**
     * By hand, of the sample: 28x28x1 codes of 8 bits, a 3x3 convolution of stride 2 to 14x14x8 with 3-bit weights; its window
     * brings 14 * 14 * 9 codes, its matrix takes them in and gives 14 * 14 * 8 sums.
     */
    @Test
    void operationsAndIntensityOfTheFirstConvolutionAreThoseComputedByHand() {
        Accelerator design = SampleReports.design();
        Roofline roofline = Roofline.of(design, CycleSimulator.simulate(design, Stimulus.images(6)));
        Point first = byName(roofline).get("conv1");
        long products = 14 * 14 * 8 * 9;
        assertThat(first.bitOperations()).isEqualTo(products * 3 * 8);
        int sumBits = design.network().tensor("conv1").type().bits();
        double bytes = (28 * 28 * 8 + 14 * 14 * 8 * sumBits) / 8.0;
        assertThat(first.bytes()).isEqualTo(bytes);
        assertThat(first.bitOperationsPerByte()).isCloseTo(products * 24 / bytes, within(1e-9));
        // The image, a code of 8 bits at a time, and ten scores.
        assertThat(roofline.design().bytes())
                .isCloseTo((28 * 28 * 8 + 10 * design.output().type().bits()) / 8.0, within(1e-9));
        assertThat(roofline.bytesPerSecond())
                .isCloseTo((8 + design.output().type().bits()) / 8.0 * 100e6, within(1e-3));
    }

    /** An engine of N lanes makes N x N bit operations in a cycle, and no pass more. */
    @Test
    void noLayerIsAboveItsRoof() {
        for (long seed = 0; seed < 80; seed++) {
            boolean shared = seed % 2 == 0;
            Accelerator design = shared
                    ? SharedLayout.layOut(
                            RandomNetworks.wide(seed), Fpga.named("xc7a35t"), 100, new Sharing(Sharing.FEWEST))
                    : RandomFoldings.accelerator(RandomNetworks.network(seed), new Random(seed));
            Roofline roofline = Roofline.of(
                    design, CycleSimulator.simulate(design, Stimulus.images(6).withTimelines(Schedule.grain(design))));
            if (shared) {
                assertThat(roofline.bitOperationsPerSecond()).isEqualTo(Sharing.FEWEST * Sharing.FEWEST * 100e6);
            }
            String what = "seed " + seed;
            assertThat(roofline.layers())
                    .as(what)
                    .allSatisfy(point -> assertThat(point.attained())
                            .as(point.name())
                            .isLessThanOrEqualTo(point.roof() * (1 + 1e-9)));
            assertThat(roofline.layers().stream()
                            .mapToLong(Point::bitOperations)
                            .sum())
                    .as(what)
                    .isEqualTo(roofline.design().bitOperations());
        }
    }
}
