package narrowband.sim.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.network.RandomNetworks;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationTest {
    @TempDir
    private Path folder;

    private final Accelerator design = RandomFoldings.accelerator(RandomNetworks.network(3), new Random(3));
    private final Simulation stream = CycleSimulator.simulate(design, Stimulus.images(6));
    private final FpgaProfile profile =
            (FpgaProfile) EnergyProfile.of(design.fpga()).orElseThrow();

    private double watts(EnergyProfile of) {
        return EnergyModel.estimate(design, stream, of, 1).milliwatts(design.clockMegahertz()) * 1e-3;
    }

    /** What was measured loaded is what the fitted profile says of the same design. */
    @Test
    void theFittedProfileGivesTheMeasuredPower() {
        double nominal = watts(profile);
        for (double factor : new double[] {0.05, 0.1, 0.2}) {
            Calibration idle = Calibration.fit(design, stream, profile, 0.7 * nominal, (0.7 + factor) * nominal);
            assertThat(watts(idle.profile())).isCloseTo((0.7 + factor) * nominal, within(1e-9));
            assertThat(idle.dynamicScale()).isPositive();
            assertThat(idle.staticWatts()).isBetween(0.0, 0.7 * nominal);
        }
    }

    /** A board twice as hungry in all that is clocked, three times at rest, is found out from two points. */
    @Test
    void aKnownBoardIsFoundFromTwoPoints() {
        UnitEnergy atRest = profile.staticMicrowattsPerDeviceCell();
        FpgaProfile board = new FpgaProfile(
                "board",
                "board",
                "made up",
                profile.busyLogicCellPicojoulesPerCycle().calibrated(2, 9, "x"),
                profile.quietLogicCellPicojoulesPerCycle().calibrated(2, 9, "x"),
                profile.blockRamPicojoulesPerAccess().calibrated(2, 9, "x"),
                profile.multiplierPicojoulesPerOperation().calibrated(2, 9, "x"),
                profile.clockRegionPicojoulesPerCycle().calibrated(2, 9, "x"),
                profile.logicCellsPerClockRegion(),
                atRest.calibrated(3, 9, "x"));
        // Idle, all cells stand: the loaded board less what its busy cells, memories and multipliers take beyond
        // standing.
        EnergyEstimate loaded = EnergyModel.estimate(design, stream, board, 1);
        double standing = (term(loaded, FpgaProfile.BUSY).count()
                        + term(loaded, FpgaProfile.QUIET).count())
                * board.quietLogicCellPicojoulesPerCycle().nominal();
        double idle = standing
                + term(loaded, FpgaProfile.CLOCK).picojoules()
                + term(loaded, FpgaProfile.AT_REST).picojoules();
        double idleWatts = idle / (loaded.intervalCycles() / design.clockMegahertz()) * 1e-6;
        Calibration found = Calibration.fit(design, stream, profile, idleWatts, watts(board));
        assertThat(found.dynamicScale()).isCloseTo(2, within(1e-9));
        assertThat(found.profile().staticMicrowattsPerDeviceCell().nominal())
                .isCloseTo(3 * atRest.nominal(), within(1e-9));
    }

    private static EnergyEstimate.Term term(EnergyEstimate estimate, int event) {
        return estimate.terms().get(event);
    }

    @Test
    void impossibleMeasurementsAreAnswered() {
        assertThatThrownBy(() -> Calibration.fit(design, stream, profile, 0.2, 0.1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("idle power must be above 0");
        assertThatThrownBy(() -> Calibration.fit(design, stream, profile, 1e-6, 100))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("with the clock running");
    }

    @Test
    void aProfileFileIsReadAsItWasWritten() throws IOException {
        FpgaProfile fitted = Calibration.fit(design, stream, profile, 0.5, 0.8).profile();
        Path file = folder.resolve("board.json");
        Files.writeString(file, fitted.json());
        assertThat(EnergyProfile.find(file.toString())).isEqualTo(fitted);
        for (String name : EnergyProfile.NAMES) {
            assertThat(EnergyProfile.find(name).name()).isEqualTo(name);
            assertThat(EnergyProfile.find(name).events())
                    .allSatisfy(event -> assertThat(event.energy().source()).isNotBlank());
        }
    }

    @Test
    void badProfileFilesAreNamedWithWhatIsWrong() throws IOException {
        Path file = folder.resolve("bad.json");
        Files.writeString(file, profile.json().replace("\"title\"", "\"title\" : \"x\", \"headline\""));
        assertThatThrownBy(() -> EnergyProfile.find(file.toString()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(file + ": is no energy profile: ")
                .hasMessageContaining("headline");
        assertThatThrownBy(() -> EnergyProfile.find("asic_7nm"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("asic_45nm, asic_28nm");
    }
}
