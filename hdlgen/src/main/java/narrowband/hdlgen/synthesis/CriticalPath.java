package narrowband.hdlgen.synthesis;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The slowest way from register to register.
 *
 * @param nanoseconds in all
 * @param logicNanoseconds in cells; the rest is wires between them
 * @param units the units and FIFOs that it passes through, in order
 * @param signals the named signals that it passes through, in order
 */
public record CriticalPath(double nanoseconds, double logicNanoseconds, List<String> units, List<String> signals) {
    /** A path of nextpnr's report. */
    static CriticalPath of(JsonNode path) {
        double all = 0;
        double logic = 0;
        Set<String> units = new LinkedHashSet<>();
        List<String> signals = new ArrayList<>();
        for (JsonNode step : path.path("path")) {
            double delay = step.path("delay").doubleValue();
            all += delay;
            if (!step.path("type").asString("").equals("routing")) {
                logic += delay;
                continue;
            }
            String signal = signal(step.path("net").asString(""));
            int dot = signal.indexOf('.');
            if (dot > 0) {
                units.add(signal.substring(0, dot));
            }
            if (!signal.isEmpty() && (signals.isEmpty() || !signals.getLast().equals(signal))) {
                signals.add(signal);
            }
        }
        return new CriticalPath(all, logic, List.copyOf(units), List.copyOf(signals));
    }

    /** The emitted name that a net got its own from; nothing for one that synthesis made. */
    private static String signal(String net) {
        if (net.startsWith("$")) {
            return "";
        }
        return net.replaceFirst("_(SB|LUT4|CCU2C|TRELLIS|PFUMX|DP16KD|DFF|LUT\\d|ALU)_.*", "")
                .replaceFirst("\\$.*", "")
                .replaceFirst("\\[\\d+](\\.\\d+)*$", "");
    }
}
