package narrowband.sim.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Dataflow;
import narrowband.accel.design.Folding;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.RandomNetworks;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Shape;
import narrowband.accel.network.ThresholdTable;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import org.junit.jupiter.api.Test;

class EnergyModelTest {
    private static Accelerator design(long seed) {
        return RandomFoldings.accelerator(RandomNetworks.network(seed), new Random(seed));
    }

    private static EnergyEstimate estimate(long seed) {
        Accelerator design = design(seed);
        return EnergyModel.estimate(design, CycleSimulator.simulate(design, Stimulus.images(4)), 7)
                .orElseThrow();
    }

    @Test
    void theSumOfThePartsIsTheTotal() {
        for (long seed = 0; seed < 100; seed++) {
            EnergyEstimate estimate = estimate(seed);
            double parts = Stream.concat(estimate.layers().stream(), estimate.whole().stream())
                    .mapToDouble(part -> part.picojoules().nominal())
                    .sum();
            double terms = estimate.terms().stream()
                    .mapToDouble(EnergyEstimate.Term::picojoules)
                    .sum();
            double total = estimate.total().nominal();
            assertThat(parts).as("seed %d", seed).isCloseTo(total, within(1e-9 * total));
            assertThat(terms).as("seed %d", seed).isCloseTo(total, within(1e-9 * total));
        }
    }

    @Test
    void theSameHoldsForAChipWhoseClockIsAShareOfItsWork() {
        for (String name : List.of("asic_45nm", "asic_28nm")) {
            for (long seed = 0; seed < 15; seed++) {
                Accelerator design = design(seed);
                EnergyEstimate estimate = EnergyModel.estimate(
                        design, CycleSimulator.simulate(design, Stimulus.images(3)), EnergyProfile.named(name), 7);
                double total = estimate.total().nominal();
                assertThat(estimate.layers().stream()
                                .mapToDouble(part -> part.picojoules().nominal())
                                .sum())
                        .as("%s, seed %d", name, seed)
                        .isCloseTo(total, within(1e-9 * total));
                assertThat(estimate.terms().stream()
                                .mapToDouble(EnergyEstimate.Term::picojoules)
                                .sum())
                        .as("%s, seed %d", name, seed)
                        .isCloseTo(total, within(1e-9 * total));
                assertThat(estimate.total().p10())
                        .isPositive()
                        .isLessThan(estimate.total().p90());
            }
        }
    }

    /** One product of bits, of which there is one each for rows x columns x bits of both operands: a dense layer by hand. */
    @Test
    void aDenseLayersProductsAreItsMacsTimesItsBits() {
        for (long seed = 0; seed < 60; seed++) {
            Accelerator design = design(seed);
            double wanted = design.network().weights().keySet().stream()
                    .mapToDouble(layer -> (double) design.network()
                                    .multiplyAccumulates(design.network().layer(layer))
                            * design.network().weights().get(layer).bits()
                            * design.network()
                                    .inputOf(design.network().layer(layer))
                                    .type()
                                    .bits())
                    .sum();
            EnergyEstimate estimate = EnergyModel.estimate(
                    design, CycleSimulator.simulate(design, Stimulus.images(2)), EnergyProfile.named("asic_45nm"), 7);
            assertThat(estimate.terms().get(AsicProfile.PRODUCT).count())
                    .as("seed %d", seed)
                    .isCloseTo(wanted, within(1e-6 * wanted + 1e-6));
        }
    }

    /** Half of the events of every kind is less in each draw; the same is as likely less as more; noise is shared. */
    @Test
    void theProbabilityOfLessSharesWhatIsUncertain() {
        for (String name : List.of("series_7", "asic_45nm")) {
            Accelerator design = design(5);
            Simulation simulation = CycleSimulator.simulate(design, Stimulus.images(3));
            List<EnergyEstimate.Term> terms = EnergyModel.estimate(design, simulation, EnergyProfile.named(name), 1)
                    .terms();
            List<EnergyEstimate.Term> less = terms.stream()
                    .map(term -> new EnergyEstimate.Term(
                            term.name(),
                            0.99 * term.count(),
                            term.countUnit(),
                            term.unitEnergy(),
                            term.unit(),
                            0.99 * term.picojoules(),
                            term.role()))
                    .toList();
            assertThat(EnergyComparison.probabilityOfLess(less, terms, 3)).isEqualTo(1);
            assertThat(EnergyComparison.probabilityOfLess(terms, less, 3)).isEqualTo(0);
            assertThat(EnergyComparison.probabilityOfLess(terms, terms, 3)).isEqualTo(0.5);
        }
    }

    @Test
    void quantilesAreInOrderAndTheSameForTheSameSeed() {
        for (long seed = 0; seed < 20; seed++) {
            EnergyInterval total = estimate(seed).total();
            assertThat(total.p10()).as("seed %d", seed).isPositive().isLessThan(total.p50());
            assertThat(total.p50()).as("seed %d", seed).isLessThan(total.p90());
            assertThat(estimate(seed).total()).isEqualTo(total);
        }
    }

    @Test
    void everyKnownFpgaButGowinsHasAProfileWithSources() {
        for (Fpga fpga : Fpga.known()) {
            if (fpga.family() == Fpga.Family.GOWIN) {
                assertThat(EnergyProfile.of(fpga)).as(fpga.name()).isEmpty();
                continue;
            }
            EnergyProfile profile = EnergyProfile.of(fpga).orElseThrow();
            assertThat(profile.events())
                    .as(fpga.name())
                    .allSatisfy(event -> assertThat(event.energy().source()).isNotBlank());
        }
        assertThat(EnergyProfile.of(Fpga.named("ecp5-25k")).orElseThrow().confidence())
                .startsWith("No measured public data");
    }

    @Test
    void aThresholdOnTheIce40CostsWhatTheHandCalculationSays() {
        // 256 words through one unit; at one word a cycle the interval is 256 cycles.
        IntegerNetwork network = new IntegerNetwork(
                "small",
                List.of(
                        new Layer.Input("image_in", new Shape(16, 16, 1), CodeType.unsigned(2), Scale.uniform(1)),
                        new Layer.Threshold(
                                "act",
                                "image_in",
                                new ThresholdTable(new int[][] {{1, 2, 3}}),
                                CodeType.unsigned(2),
                                Scale.uniform(1))));
        Accelerator design = Dataflow.layOut(network, Fpga.named("ice40up5k"), 12, new Folding(1000, Map.of()));
        Simulation simulation = CycleSimulator.simulate(design, Stimulus.images(6));
        assertThat(simulation.intervalCycles()).hasValue(256);
        EnergyEstimate estimate = EnergyModel.estimate(design, simulation, 1).orElseThrow();
        // Everything works in every cycle: 0.198 pJ for each cell and cycle; cells are flip-flops where these are more.
        double cells = Math.max(
                        design.units().getFirst().resources(design.fpga()).luts(),
                        design.units().getFirst().resources(design.fpga()).flipFlops())
                + design.channels().stream()
                        .mapToDouble(channel -> Math.max(
                                design.resources(channel).luts(),
                                design.resources(channel).flipFlops()))
                        .sum();
        double logic = 256 * 0.198 * cells;
        assertThat(estimate.layers()).hasSize(1);
        assertThat(estimate.ofLayer("act").nominal()).isCloseTo(logic, within(1e-6));
        // One clock region at 53 pJ; 256 cycles at 12 MHz are 21.33 us of 104 uW.
        assertThat(estimate.whole().get(0).picojoules().nominal()).isCloseTo(256 * 53, within(1e-6));
        assertThat(estimate.whole().get(1).picojoules().nominal()).isCloseTo(104 * 256 / 12.0, within(3.0));
        // The measured board draws 104 uW at rest and 53.6 pJ for each 12 MHz cycle: 0.75 mW before any logic.
        double milliwattsOfLogic = logic / (256 / 12.0) * 1e-3;
        assertThat(estimate.milliwatts(12) - milliwattsOfLogic).isCloseTo(0.104 + 53.6e-9 * 12e6, within(0.02));
    }

    @Test
    void theSevenSeriesProfileCoversFinnsMeasuredLfcMax() {
        // LFC-max on a ZC706 (XC7Z045, 218,600 LUTs): 82,988 LUTs and 396 block RAMs, all busy at 200 MHz; 8.8 W on
        // chip
        // (Umuroglu et al., FPGA 2017).
        EnergyProfile profile = EnergyProfile.of(Fpga.named("xc7z020")).orElseThrow();
        EnergyCounts cycle = EnergyCounts.none(profile)
                .and(FpgaProfile.BUSY, 82_988)
                .and(FpgaProfile.BLOCK_RAM, 396)
                .and(FpgaProfile.CLOCK, Math.ceil(82_988 / 5000.0))
                .and(FpgaProfile.AT_REST, 218_600 / 200.0);
        double low = 200e6 * cycle.picojoules(EnergyCounts.Drawn.at(profile, -1)) * 1e-12;
        double nominal = 200e6 * cycle.picojoules(EnergyCounts.Drawn.at(profile, 0)) * 1e-12;
        double high = 200e6 * cycle.picojoules(EnergyCounts.Drawn.at(profile, 1)) * 1e-12;
        assertThat(8.8).isBetween(low, high);
        assertThat(nominal).isCloseTo(8.8, within(2.0));
    }

    @Test
    void theTailsAreWhereTheProfileSaysTheyAre() {
        UnitEnergy energy = new UnitEnergy(1, 2, 8, "an example");
        assertThat(energy.at(0)).isEqualTo(2);
        assertThat(energy.at(1.2815515655446004)).isCloseTo(8, within(1e-12));
        assertThat(energy.at(-1.2815515655446004)).isCloseTo(1, within(1e-12));
    }
}
