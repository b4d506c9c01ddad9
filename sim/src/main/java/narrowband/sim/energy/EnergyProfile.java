package narrowband.sim.energy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Resources;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The unit energies of one FPGA technology, read from a JSON resource of the profile's name.
 *
 * <p>A logic cell is a look-up table with its share of the flip-flops and local routing.
 *
 * @param confidence in a sentence, what the figures rest on
 * @param busyLogicCellPicojoulesPerCycle a cell of a unit that works
 * @param quietLogicCellPicojoulesPerCycle a cell of a unit that stands
 * @param blockRamPicojoulesPerAccess a read or write of one block of the FPGA's own size
 * @param clockRegionPicojoulesPerCycle the clock tree of one region in use
 * @param logicCellsPerClockRegion cells that one region of the clock tree serves; rounded
 * @param staticMicrowattsPerDeviceCell power that the whole device draws at rest, for each of its cells
 */
public record EnergyProfile(
        String name,
        String title,
        String confidence,
        UnitEnergy busyLogicCellPicojoulesPerCycle,
        UnitEnergy quietLogicCellPicojoulesPerCycle,
        UnitEnergy blockRamPicojoulesPerAccess,
        UnitEnergy clockRegionPicojoulesPerCycle,
        long logicCellsPerClockRegion,
        UnitEnergy staticMicrowattsPerDeviceCell) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** The profile of an FPGA's technology; none where no figures could be found. */
    public static Optional<EnergyProfile> of(Fpga fpga) {
        return switch (fpga.family()) {
            // The two members differ tenfold in what they draw at rest.
            case ICE40 -> Optional.of(named(fpga.name().startsWith("ice40up") ? "ice40up" : "ice40hx"));
            case ECP5 -> Optional.of(named("ecp5"));
            case GOWIN -> Optional.empty();
            case SERIES_7 -> Optional.of(named("series_7"));
            case ULTRASCALE_PLUS -> Optional.of(named("ultrascale_plus"));
        };
    }

    private static EnergyProfile named(String name) {
        try (InputStream json = EnergyProfile.class.getResourceAsStream(name + ".json")) {
            return JSON.readValue(json, EnergyProfile.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The logic cells that resources take: as many as the scarcer of look-up tables and flip-flops asks for. */
    static double logicCells(Resources resources, Fpga fpga) {
        return Math.max(resources.luts(), (double) resources.flipFlops() * fpga.luts() / fpga.flipFlops());
    }
}
