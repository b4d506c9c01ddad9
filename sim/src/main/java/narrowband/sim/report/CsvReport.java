package narrowband.sim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import narrowband.sim.bottleneck.UnitCycles;

/** Tables as comma-separated values, layers and units: RFC 4180, a heading line, a point for decimals, nothing where nothing was measured. */
public final class CsvReport {
    private static final List<String> HEADINGS = List.of(
            "layer",
            "kind",
            "output",
            "weights",
            "weight_bits",
            "input_bits",
            "output_bits",
            "macs_per_image",
            "folding",
            "busiest_process",
            "cycles_per_image",
            "utilisation",
            "busy_cycles",
            "waiting_for_input_cycles",
            "waiting_for_rows_cycles",
            "blocked_by_output_cycles",
            "filling_cycles",
            "draining_cycles",
            "luts",
            "flip_flops",
            "block_rams",
            "multipliers",
            "energy_pj_nominal",
            "energy_pj_p10",
            "energy_pj_p50",
            "energy_pj_p90");

    private CsvReport() {}

    /** The file's text: a line for each layer with hardware, in the network's order. */
    public static String layers(Report report) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(HEADINGS);
        for (LayerRow layer : report.layers()) {
            lines.add(line(layer));
        }
        return text(lines);
    }

    private static final List<String> UNITS = List.of(
            "layer",
            "unit",
            "process",
            "simulated_cycles",
            "padding_within_work_cycles",
            "work_cycles",
            "waiting_for_input_cycles",
            "waiting_for_weights_cycles",
            "waiting_for_rows_cycles",
            "waiting_within_cycles",
            "blocked_by_buffer_cycles",
            "blocked_by_output_cycles",
            "held_back_cycles",
            "filling_cycles",
            "draining_cycles");

    /** The text of {@code units.csv}: a line for each process of each unit, where its cycles of the stream went. */
    public static String units(Report report) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(UNITS);
        for (UnitCycles row : report.units()) {
            List<String> line = new ArrayList<>(List.of(row.layer(), row.unit(), row.process()));
            for (long value : new long[] {
                row.cycles(),
                row.padding(),
                row.work(),
                row.waitingForInput(),
                row.waitingForWeights(),
                row.waitingForRows(),
                row.waitingWithin(),
                row.blockedByBuffer(),
                row.blockedByOutput(),
                row.heldBack(),
                row.filling(),
                row.draining()
            }) {
                line.add(String.valueOf(value));
            }
            lines.add(line);
        }
        return text(lines);
    }

    /** Lines of fields, quoted where they must be. */
    static String text(List<List<String>> lines) {
        return lines.stream()
                .map(line -> line.stream().map(CsvReport::field).collect(Collectors.joining(",", "", "\r\n")))
                .collect(Collectors.joining());
    }

    private static List<String> line(LayerRow layer) {
        LayerRow.Stalls stalls = layer.stalls();
        List<String> line = new ArrayList<>(List.of(
                layer.name(),
                layer.kind(),
                layer.shape(),
                String.valueOf(layer.parameters()),
                layer.weightBits().map(String::valueOf).orElse(""),
                String.valueOf(layer.inputBits()),
                String.valueOf(layer.outputBits()),
                String.valueOf(layer.multiplyAccumulates()),
                layer.folding(),
                layer.busiest(),
                String.valueOf(layer.cyclesPerImage()),
                String.valueOf(layer.utilisation())));
        for (long value : new long[] {
            stalls.busy(),
            stalls.waitingForInput(),
            stalls.waitingForRows(),
            stalls.blockedByOutput(),
            stalls.filling(),
            stalls.draining(),
            layer.resources().luts(),
            layer.resources().flipFlops(),
            layer.resources().blockRams(),
            layer.resources().multipliers()
        }) {
            line.add(String.valueOf(value));
        }
        line.addAll(layer.picojoules()
                .map(energy -> List.of(
                        String.valueOf(energy.nominal()),
                        String.valueOf(energy.p10()),
                        String.valueOf(energy.p50()),
                        String.valueOf(energy.p90())))
                .orElse(List.of("", "", "", "")));
        return line;
    }

    private static String field(String text) {
        return text.matches("[^,\"\r\n]*") ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }
}
