package narrowband.hdlgen.synthesis;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import narrowband.accel.design.Fpga.Family;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Cells of a netlist, counted as our estimates count them.
 *
 * @param luts look-up tables, those of carries and small memories included
 * @param blockRams blocks of the family's own size
 * @param dsps multipliers; our designs ask for none
 */
public record CellCounts(long luts, long flipFlops, long blockRams, long dsps) {
    /** Tables that a cell takes, by its name; other cells take none. */
    private static final Map<String, Integer> LUTS = Map.ofEntries(
            Map.entry("SB_LUT4", 1),
            Map.entry("LUT1", 1),
            Map.entry("LUT2", 1),
            Map.entry("LUT3", 1),
            Map.entry("LUT4", 1),
            Map.entry("LUT5", 1),
            Map.entry("LUT6", 1),
            Map.entry("INV", 1),
            // ECP5: two bits of a carry chain; four tables of memory and two that write.
            Map.entry("CCU2C", 2),
            Map.entry("TRELLIS_DPR16X4", 6),
            // Gowin.
            Map.entry("ALU", 1),
            Map.entry("RAM16SDP1", 6),
            Map.entry("RAM16SDP2", 6),
            Map.entry("RAM16SDP4", 6),
            // AMD.
            Map.entry("RAM32X1D", 2),
            Map.entry("RAM64X1D", 2),
            Map.entry("RAM128X1D", 4),
            Map.entry("RAM32M", 4),
            Map.entry("RAM64M", 4),
            Map.entry("RAM32M16", 8),
            Map.entry("RAM64M8", 8));

    private static final Set<String> BLOCKS =
            Set.of("DP16KD", "PDPW16KD", "SP", "SPX9", "SDPB", "SDPX9B", "DPB", "DPX9B", "pROM", "pROMX9");

    /** Counts cells by their names. */
    static CellCounts of(Map<String, Long> cells, Family family) {
        long luts = 0;
        long flipFlops = 0;
        long halfBlocks = 0;
        long dsps = 0;
        for (Map.Entry<String, Long> entry : cells.entrySet()) {
            String cell = entry.getKey();
            long count = entry.getValue();
            luts += LUTS.getOrDefault(cell, 0) * count;
            if (isFlipFlop(cell)) {
                flipFlops += count;
            } else if (BLOCKS.contains(cell) || cell.startsWith("SB_RAM40_4K") || cell.startsWith("RAMB36")) {
                halfBlocks += 2 * count;
            } else if (cell.startsWith("RAMB18")) {
                halfBlocks += count;
            } else if (isMultiplier(cell, family)) {
                dsps += count;
            }
        }
        return new CellCounts(luts, flipFlops, Math.ceilDiv(halfBlocks, 2), dsps);
    }

    private static boolean isFlipFlop(String cell) {
        return cell.startsWith("SB_DFF")
                || cell.equals("TRELLIS_FF")
                || cell.startsWith("DFF")
                || cell.matches("FD[RSCP]E(_1)?");
    }

    private static boolean isMultiplier(String cell, Family family) {
        return cell.equals("SB_MAC16")
                || cell.startsWith("MULT")
                || cell.startsWith("ALU54")
                || (cell.startsWith("DSP48") && (family == Family.SERIES_7 || family == Family.ULTRASCALE_PLUS));
    }

    /** The cells of one module, from what Yosys' {@code stat -json} wrote. */
    public static CellCounts read(Path file, String module, Family family) {
        JsonNode found = new JsonMapper()
                .readTree(file.toFile())
                .path("modules")
                .path("\\" + module)
                .path("num_cells_by_type");
        Map<String, Long> cells = new TreeMap<>();
        found.properties()
                .forEach(cell -> cells.put(cell.getKey(), cell.getValue().longValue()));
        return of(cells, family);
    }
}
