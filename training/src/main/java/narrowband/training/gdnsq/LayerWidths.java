package narrowband.training.gdnsq;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import narrowband.accel.InvalidInputException;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;

/**
 * Widths of single layers that differ from those of the rest, as a small text says them, a line for each layer or pattern:
 *
 * <pre>
 * # layer       the widest weights, and what comes in
 * conv1         weights=8 activations=8
 * stage3_*      weights=4
 * </pre>
 *
 * A star stands for any letters; where several lines speak of a layer, the last one counts.
 */
public record LayerWidths(List<Line> lines) {
    /** No layer differs. */
    public static final LayerWidths NONE = new LayerWidths(List.of());

    private static final Pattern LINE =
            Pattern.compile("([a-z0-9_*]+)(?:\\s+weights=(\\d+))?(?:\\s+activations=(\\d+))?");

    /**
     * What one line says.
     *
     * @param layers a layer's name, with stars
     * @param weights the widest weights, 0 where nothing is said
     * @param activations the widest codes that come in, 0 where nothing is said
     */
    public record Line(String layers, int weights, int activations) {
        private boolean isOf(String layer) {
            String pattern = Pattern.quote(layers).replace("*", "\\E.*\\Q");
            return layer.matches(pattern);
        }

        @Override
        public String toString() {
            return layers
                    + (weights > 0 ? " weights=" + weights : "")
                    + (activations > 0 ? " activations=" + activations : "");
        }
    }

    public LayerWidths {
        lines = List.copyOf(lines);
    }

    /**
     * Reads a text.
     *
     * @param source where it came from, for messages
     * @throws InvalidInputException if a line is not understood
     */
    public static LayerWidths parse(String text, String source) {
        List<Line> lines = new ArrayList<>();
        int number = 0;
        for (String raw : text.split("\\R", -1)) {
            number++;
            String line = raw.replaceFirst("#.*", "").strip();
            if (line.isEmpty()) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches() || matcher.group(2) == null && matcher.group(3) == null) {
                throw new InvalidInputException(
                        "%s, line %d: \"%s\" is not understood; expected a layer's name (stars allowed), then weights=BITS, activations=BITS or both."
                                .formatted(source, number, line));
            }
            lines.add(new Line(
                    matcher.group(1), bits(matcher.group(2), source, number), bits(matcher.group(3), source, number)));
        }
        return new LayerWidths(lines);
    }

    private static int bits(String digits, String source, int line) {
        if (digits == null) {
            return 0;
        }
        int bits = digits.length() > 2 ? Budget.MAX_BITS + 1 : Integer.parseInt(digits);
        if (bits < 1 || bits > Budget.MAX_BITS) {
            throw new InvalidInputException("%s, line %d: a width must be 1 to %d bits, not %s."
                    .formatted(source, line, Budget.MAX_BITS, digits));
        }
        return bits;
    }

    /** @throws InvalidInputException if a line speaks of no layer of the network */
    public void requireKnown(Graph graph) {
        for (Line line : lines) {
            if (graph.weighted().stream().noneMatch(layer -> line.isOf(layer.name()))) {
                throw new InvalidInputException("Widths are given for \"%s\", but model %s has only the layers %s."
                        .formatted(
                                line.layers,
                                graph.name(),
                                graph.weighted().stream().map(Node::name).collect(Collectors.joining(", "))));
            }
        }
    }

    /** The widest weights of a layer, if something is said of them. */
    OptionalInt weights(String layer) {
        return last(layer, Line::weights);
    }

    /** The widest codes that a layer takes in, if something is said of them. */
    OptionalInt activations(String layer) {
        return last(layer, Line::activations);
    }

    private OptionalInt last(String layer, Function<Line, Integer> bits) {
        return lines.reversed().stream()
                .filter(line -> line.isOf(layer) && bits.apply(line) > 0)
                .mapToInt(bits::apply)
                .findFirst();
    }

    /** The text again, a line for each, without comments. */
    public String text() {
        return lines.stream().map(Line::toString).collect(Collectors.joining("\n"));
    }
}
