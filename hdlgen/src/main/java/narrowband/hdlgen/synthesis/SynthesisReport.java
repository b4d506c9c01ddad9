package narrowband.hdlgen.synthesis;

import java.util.List;
import java.util.Optional;
import narrowband.accel.design.Resources;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What synthesis, place and route say of a design, beside our estimates. The record is the schema of {@code synthesis.json}.
 *
 * @param fpga the device's name
 * @param design its top module
 * @param targetMegahertz the clock that place and route aimed for
 * @param cells of the whole design
 * @param estimate of the whole design
 * @param placements one for each seed; none if it was not placed
 * @param units each unit and FIFO alone; none if that was not asked for
 */
public record SynthesisReport(
        String fpga,
        String design,
        double targetMegahertz,
        CellCounts cells,
        Resources estimate,
        List<Placement> placements,
        List<UnitReport> units) {
    /** The file that holds it. */
    public static final String FILE = "synthesis.json";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /**
     * A unit or FIFO alone, between registers.
     *
     * @param instance what it is called in the design
     * @param module its Verilog module
     * @param estimate before synthesis
     * @param cells after synthesis
     * @param megahertz the clock that it reaches alone; null if it was not placed
     */
    public record UnitReport(
            String instance, String module, Resources estimate, CellCounts cells, Optional<Double> megahertz) {}

    /** The placement with the fastest clock. */
    public Optional<Placement> best() {
        return placements.stream().max(java.util.Comparator.comparingDouble(Placement::megahertz));
    }

    /** The file's text. */
    public String json() {
        return JSON.writeValueAsString(this) + "\n";
    }
}
