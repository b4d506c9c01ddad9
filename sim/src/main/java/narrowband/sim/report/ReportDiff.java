package narrowband.sim.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import narrowband.accel.InvalidInputException;
import narrowband.sim.energy.EnergyComparison;
import narrowband.sim.energy.EnergyEstimate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two reports side by side, as their JSON tells: what differs in total and layer by layer. When, where and with which words
 * they were made is not compared.
 *
 * @param same whether nothing differs
 * @param total what differs of the whole design
 * @param layers what differs layer by layer, in the order of the first report
 * @param probabilityOfLessEnergy that the first takes less energy than the second, unit energies being uncertain for both
 *     alike, 0..1; null where one has no estimate or they were made with different unit energies
 */
public record ReportDiff(
        boolean same, List<Change> total, List<LayerChange> layers, Optional<Double> probabilityOfLessEnergy) {
    private static final JsonMapper JSON = new JsonMapper();

    /** For the draws of the comparison; any will do. */
    private static final long SEED = 1;

    public ReportDiff {
        total = List.copyOf(total);
        layers = List.copyOf(layers);
    }

    /**
     * A quantity that differs.
     *
     * @param quantity its name and unit
     * @param first in the first report; null if it has none
     * @param second in the second
     */
    public record Change(String quantity, Optional<Double> first, Optional<Double> second) {
        /** How much larger the second is, as a share of the first; none where that is nothing. */
        public Optional<Double> relative() {
            return first.flatMap(a -> second.filter(_ -> a != 0).map(b -> b / a - 1));
        }
    }

    /** What differs of a layer; a layer of one report alone has all of its quantities missing in the other. */
    public record LayerChange(String layer, List<Change> changes) {}

    /**
     * @param first the text of a {@code report.json}
     * @param firstName how complaints name it
     * @throws InvalidInputException if one is no report of this version
     */
    public static ReportDiff of(String first, String firstName, String second, String secondName) {
        JsonNode a = read(first, firstName);
        JsonNode b = read(second, secondName);
        List<Change> total = changes(totals(a), totals(b));
        Map<String, Map<String, Double>> layersOfA = layers(a);
        Map<String, Map<String, Double>> layersOfB = layers(b);
        Set<String> names = new LinkedHashSet<>(layersOfA.keySet());
        names.addAll(layersOfB.keySet());
        List<LayerChange> layers = new ArrayList<>();
        for (String name : names) {
            List<Change> changes =
                    changes(layersOfA.getOrDefault(name, Map.of()), layersOfB.getOrDefault(name, Map.of()));
            if (!changes.isEmpty()) {
                layers.add(new LayerChange(name, changes));
            }
        }
        return new ReportDiff(total.isEmpty() && layers.isEmpty(), total, layers, less(a, b));
    }

    private static JsonNode read(String text, String name) {
        try {
            JsonNode report = JSON.readTree(text);
            int schema = report.path("schema").asInt(-1);
            if (schema != Report.SCHEMA) {
                throw new InvalidInputException(
                        "%s: is no report of version %d of its schema.".formatted(name, Report.SCHEMA));
            }
            return report;
        } catch (JacksonException e) {
            throw new InvalidInputException("%s: is no JSON.".formatted(name), e);
        }
    }

    private static Map<String, Double> totals(JsonNode report) {
        Map<String, Double> totals = new LinkedHashMap<>();
        put(totals, "cycles between images", report.at("/performance/intervalCycles"));
        put(totals, "bound of those", report.at("/performance/boundCycles"));
        put(totals, "cycles of latency", report.at("/performance/latencyCycles"));
        put(totals, "bound of the latency", report.at("/performance/latencyBoundCycles"));
        put(totals, "images/s", report.at("/performance/framesPerSecond"));
        put(totals, "pJ/image", report.at("/energy/picojoulesPerImage/nominal"));
        putResources(totals, report.at("/hardware/used"));
        return totals;
    }

    private static Map<String, Map<String, Double>> layers(JsonNode report) {
        double images = report.at("/performance/imagesSimulated").asDouble(1);
        Map<String, Map<String, Double>> layers = new LinkedHashMap<>();
        for (JsonNode layer : report.path("layers")) {
            Map<String, Double> values = new LinkedHashMap<>();
            put(values, "bits of weights", layer.path("weightBits"));
            put(values, "bits in", layer.path("inputBits"));
            put(values, "bits out", layer.path("outputBits"));
            put(values, "cycles of work/image", layer.path("cyclesPerImage"));
            JsonNode stalls = layer.path("stalls");
            putShare(values, "cycles waiting for input/image", stalls.path("waitingForInput"), images);
            putShare(values, "cycles waiting for rows/image", stalls.path("waitingForRows"), images);
            putShare(values, "cycles blocked by output/image", stalls.path("blockedByOutput"), images);
            put(values, "pJ/image", layer.at("/picojoules/nominal"));
            putResources(values, layer.path("resources"));
            layers.put(layer.path("name").asString(), values);
        }
        return layers;
    }

    private static void putResources(Map<String, Double> values, JsonNode resources) {
        put(values, "LUTs", resources.path("luts"));
        put(values, "flip-flops", resources.path("flipFlops"));
        put(values, "block RAMs", resources.path("blockRams"));
        put(values, "multipliers", resources.path("multipliers"));
    }

    private static void put(Map<String, Double> values, String quantity, JsonNode node) {
        putShare(values, quantity, node, 1);
    }

    private static void putShare(Map<String, Double> values, String quantity, JsonNode node, double images) {
        if (node.isNumber()) {
            values.put(quantity, node.asDouble() / images);
        }
    }

    private static List<Change> changes(Map<String, Double> first, Map<String, Double> second) {
        Set<String> quantities = new LinkedHashSet<>(first.keySet());
        quantities.addAll(second.keySet());
        List<Change> changes = new ArrayList<>();
        for (String quantity : quantities) {
            Optional<Double> a = Optional.ofNullable(first.get(quantity));
            Optional<Double> b = Optional.ofNullable(second.get(quantity));
            if (!a.equals(b)) {
                changes.add(new Change(quantity, a, b));
            }
        }
        return changes;
    }

    private static Optional<Double> less(JsonNode a, JsonNode b) {
        List<EnergyEstimate.Term> first = terms(a);
        List<EnergyEstimate.Term> second = terms(b);
        if (first.isEmpty() || !EnergyComparison.isComparable(first, second)) {
            return Optional.empty();
        }
        return Optional.of(EnergyComparison.probabilityOfLess(first, second, SEED));
    }

    private static List<EnergyEstimate.Term> terms(JsonNode report) {
        List<EnergyEstimate.Term> terms = new ArrayList<>();
        for (JsonNode term : report.at("/energy/terms")) {
            terms.add(JSON.treeToValue(term, EnergyEstimate.Term.class));
        }
        return terms;
    }

    /** For people: the quantities that differ, in columns. */
    public String text() {
        if (same) {
            return "Nothing differs.\n";
        }
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"where", "what", "A", "B", "change"});
        total.forEach(change -> rows.add(row("total", change)));
        layers.forEach(layer -> layer.changes().forEach(change -> rows.add(row(layer.layer(), change))));
        return TextReport.table(rows, 2)
                + probabilityOfLessEnergy
                        .map(p ->
                                "A takes less energy than B with a probability of %s: unit energies are uncertain, but for both alike.%n"
                                        .formatted(Quantity.percent(p)))
                        .orElse("");
    }

    private static String[] row(String where, Change change) {
        return new String[] {
            where,
            change.quantity(),
            change.first().map(ReportDiff::number).orElse("-"),
            change.second().map(ReportDiff::number).orElse("-"),
            change.relative()
                    .map(share -> (share > 0 ? "+" : "") + Quantity.percent(share))
                    .orElse("-")
        };
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Quantity.count(value) : Quantity.significant(value);
    }
}
