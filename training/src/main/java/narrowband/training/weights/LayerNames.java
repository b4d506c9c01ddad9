package narrowband.training.weights;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;

/**
 * How the layers of published networks are called here. A name of ours stands for itself; those of torchvision and of the
 * usual CIFAR ResNets ({@code layer2.0.conv1}, {@code bn1}, {@code downsample.0}, {@code fc}) are translated.
 */
final class LayerNames {
    /** A way of naming: what matches is replaced. */
    private record Rule(Pattern pattern, String replacement) {
        Rule(String pattern, String replacement) {
            this(Pattern.compile(pattern), replacement);
        }
    }

    private static final Pattern WRAPPERS = Pattern.compile("^(module\\.|model\\.|net\\.|backbone\\.)+");
    private static final Pattern BLOCK = Pattern.compile("layer(\\d+)\\.(\\d+)\\.(.+)");

    private static final List<Rule> IN_BLOCKS = List.of(
            new Rule("conv(\\d+)", "conv$1"),
            new Rule("bn(\\d+)", "conv$1_norm"),
            new Rule("(?:downsample|shortcut)\\.0", "shortcut"),
            new Rule("(?:downsample|shortcut)\\.1", "shortcut_norm"));

    private static final List<Rule> OUTSIDE =
            List.of(new Rule("bn(\\d+)", "conv$1_norm"), new Rule("fc|linear|classifier", "dense"));

    private LayerNames() {}

    /**
     * What a tensor of a file is called here, whether the network has it or not.
     *
     * @return layer and kind, such as {@code stage1_block1_conv1.weight}; nothing for what no network needs
     */
    static Optional<String> translated(String name, Graph graph) {
        String whole = WRAPPERS.matcher(name).replaceFirst("");
        int dot = whole.lastIndexOf('.');
        if (dot < 0) {
            return Optional.empty();
        }
        String layer = layer(whole.substring(0, dot));
        boolean norm = graph.has(layer) && graph.node(layer) instanceof Node.BatchNorm;
        return switch (whole.substring(dot + 1)) {
            case "weight", "scale" -> Optional.of(layer + (norm ? ".scale" : ".weight"));
            case "bias", "shift" -> Optional.of(layer + (norm ? ".shift" : ".bias"));
            case "running_mean", "mean" -> Optional.of(layer + ".mean");
            case "running_var", "variance" -> Optional.of(layer + ".variance");
            default -> Optional.empty();
        };
    }

    private static String layer(String theirs) {
        Matcher block = BLOCK.matcher(theirs);
        if (block.matches()) {
            String inside = replaced(block.group(3), IN_BLOCKS);
            return "stage%s_block%d_%s".formatted(block.group(1), Integer.parseInt(block.group(2)) + 1, inside);
        }
        return replaced(theirs, OUTSIDE);
    }

    private static String replaced(String name, List<Rule> rules) {
        for (Rule rule : rules) {
            Matcher matcher = rule.pattern.matcher(name);
            if (matcher.matches()) {
                return matcher.replaceFirst(rule.replacement);
            }
        }
        return name;
    }
}
