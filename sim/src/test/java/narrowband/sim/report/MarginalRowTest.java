package narrowband.sim.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.EnginePass;
import narrowband.accel.design.FoldingSearch;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Goal;
import narrowband.accel.design.MatrixVector;
import narrowband.accel.design.Resources;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.design.SlidingWindow;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Shape;
import narrowband.accel.network.WeightCodes;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.energy.EnergyEstimate;
import narrowband.sim.energy.EnergyModel;
import narrowband.sim.report.MarginalRow.Saving;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarginalRowTest {
    private static final Fpga FPGA = Fpga.named("xc7a35t");

    /** A 3x3 convolution of 16 channels over 12x12 positions. */
    private static IntegerNetwork network(int weightBits, int activationBits) {
        int[] codes = new Random(3).ints(16 * 144, 0, 1 << weightBits).toArray();
        return new IntegerNetwork(
                "one",
                List.of(
                        new Layer.Input(
                                "image", new Shape(12, 12, 16), CodeType.unsigned(activationBits), Scale.uniform(1)),
                        new Layer.Convolution(
                                "conv",
                                "image",
                                new WeightCodes(weightBits, 16, 144, codes),
                                3,
                                3,
                                1,
                                1,
                                1,
                                Scale.uniform(1))));
    }

    private static Accelerator engine(int weightBits, int activationBits) {
        return SharedLayout.layOut(network(weightBits, activationBits), FPGA, 100, new Sharing(16));
    }

    private static long steps(int weightBits, int activationBits) {
        return SharedLayout.engine(engine(weightBits, activationBits)).passes().stream()
                .filter(pass -> pass.head() == EnginePass.Head.PRODUCT)
                .mapToLong(pass -> (long) pass.steps() * pass.window().positions() * pass.tiles())
                .sum();
    }

    private static Optional<EnergyEstimate> energy(Accelerator accelerator) {
        Simulation stream = CycleSimulator.simulate(accelerator, Stimulus.images(3));
        return EnergyModel.estimate(accelerator, stream, 1);
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "4, 3", "8, 5"})
    void anEngineSavesTheStepsThatTheNarrowerNetworkDoesNotTake(int weightBits, int activationBits) {
        Accelerator accelerator = engine(weightBits, activationBits);
        Optional<EnergyEstimate> energy = energy(accelerator);
        MarginalRow row = MarginalRow.of(accelerator, energy).getFirst();
        Saving weights = row.weights().orElseThrow();
        Saving activations = row.activations().orElseThrow();
        long now = steps(weightBits, activationBits);
        assertThat(weights.cyclesPerImage()).isEqualTo(now - steps(weightBits - 1, activationBits));
        assertThat(activations.cyclesPerImage()).isEqualTo(now - steps(weightBits, activationBits - 1));
        double ofCycle =
                energy.orElseThrow().total().nominal() / energy.orElseThrow().intervalCycles();
        assertThat(weights.picojoulesPerImage().orElseThrow())
                .isCloseTo(ofCycle * weights.cyclesPerImage(), within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({"2, 2, 500", "4, 4, 5000", "6, 3, 2000", "7, 6, 20000"})
    void unitsSaveWhatTheDesignOfTheNarrowerNetworkDoesNotTake(int weightBits, int activationBits, double rate) {
        Accelerator now = design(weightBits, activationBits, rate);
        MarginalRow row = MarginalRow.of(now, energy(now)).getFirst();
        double atThisRate = 100e6 / now.intervalBound();
        long cells = cells(now);
        // Other weights of one width may make a sum one bit wider or narrower.
        long slack = 4 + cells / 50;
        assertThat(row.weights().orElseThrow().logicCells())
                .isCloseTo(cells - cells(design(weightBits - 1, activationBits, atThisRate)), within(slack));
        assertThat(row.activations().orElseThrow().logicCells())
                .isCloseTo(cells - cells(design(weightBits, activationBits - 1, atThisRate)), within(slack));
        assertThat(row.weights().orElseThrow().picojoulesPerImage()).isPresent();
    }

    private static Accelerator design(int weightBits, int activationBits, double rate) {
        return FoldingSearch.search(network(weightBits, activationBits), FPGA, 100, new Goal.FramesPerSecond(rate));
    }

    private static long cells(Accelerator design) {
        return FPGA.logicCells(design.units().stream()
                .filter(unit -> unit instanceof MatrixVector || unit instanceof SlidingWindow)
                .map(unit -> unit.resources(FPGA))
                .reduce(Resources.NONE, Resources::plus));
    }

    @Test
    void oneBitHasNoBitLess() {
        Accelerator design = design(1, 1, 500);
        MarginalRow row = MarginalRow.of(design, Optional.empty()).getFirst();
        assertThat(row).isEqualTo(new MarginalRow("conv", 1, 1, Optional.empty(), Optional.empty()));
    }
}
