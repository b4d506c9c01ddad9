package narrowband.training.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names for the layers of a file: lower-case letters, digits and underscores, no two alike. A layer with weights is called as
 * they are ({@code layer1.0.conv1.weight}), or as its node ({@code /layer1/layer1.0/conv1/Conv}), or by its kind and a number.
 */
final class LayerNaming {
    /** What reading, quantising and lowering put behind the names of layers. */
    private static final List<String> ENDINGS = List.of(
            "_norm", "_relu", "_pool", "_branch", "_shortcut", "_narrow", "_pixels", "_normalised", "_codes", "_bias");

    private static final Pattern WEIGHTS = Pattern.compile("(.+)[._/](?:weight|kernel|W)");
    private static final int LONGEST = 60;

    private final Set<String> taken = new HashSet<>(Set.of("label"));
    private final Map<String, Integer> counts = new HashMap<>();

    /**
     * The name of a layer with weights.
     *
     * @param weights what the file calls them
     */
    String of(OnnxOperation operation, String weights, String kind) {
        Matcher matcher = WEIGHTS.matcher(weights);
        if (matcher.matches() && !weights.startsWith("onnx::")) {
            return unique(cleaned(matcher.group(1)), kind);
        }
        return of(operation, kind);
    }

    /** The name of another layer. */
    String of(OnnxOperation operation, String kind) {
        List<String> path = new ArrayList<>(List.of(operation.node().getName().split("/+")));
        path.removeIf(String::isEmpty);
        if (path.size() > 1) {
            path.removeLast();
        }
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < path.size(); i++) {
            if (i + 1 == path.size() || !path.get(i + 1).startsWith(path.get(i) + ".")) {
                kept.add(path.get(i));
            }
        }
        return unique(cleaned(String.join("_", kept)), kind);
    }

    /** The name of a layer that stands behind another one. */
    String behind(String layer, String kind) {
        return unique(layer + "_" + kind, kind);
    }

    /** A text made of lower-case letters, digits and underscores, a letter first; empty if nothing of it is left. */
    static String cleaned(String name) {
        String clean =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("^_+|_+$", "");
        clean = clean.isEmpty() || Character.isLetter(clean.charAt(0)) ? clean : "layer_" + clean;
        return clean.substring(0, Math.min(LONGEST, clean.length()));
    }

    private String unique(String wished, String kind) {
        String name = wished.isEmpty() ? kind + counts.merge(kind, 1, Integer::sum) : wished;
        String free = name;
        for (int i = 2; !isFree(free); i++) {
            free = name + "_" + i;
        }
        taken.add(free);
        for (String ending : ENDINGS) {
            taken.add(free + ending);
        }
        return free;
    }

    private boolean isFree(String name) {
        return !taken.contains(name) && ENDINGS.stream().noneMatch(ending -> taken.contains(name + ending));
    }
}
