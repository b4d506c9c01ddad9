package narrowband.benchmarks.ablation;

import java.util.Arrays;
import java.util.List;
import narrowband.accel.InvalidInputException;
import narrowband.training.Recipe;

/**
 * A row of the table: the method with some settings changed.
 *
 * @param name short, in letters, digits and hyphens: files are named after it
 * @param settings each as {@code name=value}
 */
record Row(String name, List<String> settings) {
    /** What all others are compared with. */
    static final Row METHOD = new Row("method", List.of());

    /** What is left out or exchanged in turn. */
    static final List<Row> ALL = List.of(
            METHOD,
            new Row("forward-kl", List.of("distillation=forward-kl")),
            new Row("labels-only", List.of("distillation=none", "labelWeight=1")),
            new Row("widths-at-once", List.of("gradualShare=0")),
            new Row("calibration-mse", List.of("calibration=mse")),
            new Row("no-annealing", List.of("anneal=1")),
            new Row("freezing", List.of("freeze=0.01")),
            new Row("sgd", List.of("optimiser=sgd", "gradualRate=0.02", "fixedRate=0.02")));

    Row {
        if (!name.matches("[a-z0-9-]+")) {
            throw new InvalidInputException(
                    "A row's name must be of small letters, digits and hyphens, not \"%s\".".formatted(name));
        }
        settings = List.copyOf(settings);
        Recipe.DEFAULT.with(settings);
    }

    /**
     * Reads {@code NAME: SETTING SETTING}, settings as {@code --set} takes them.
     *
     * @throws InvalidInputException if the text is not of that form or a setting is not known
     */
    static Row parse(String text) {
        String[] parts = text.split(":", 2);
        if (parts.length != 2) {
            throw new InvalidInputException(
                    "Row \"%s\" is not understood: expected \"NAME: SETTING=VALUE SETTING=VALUE\".".formatted(text));
        }
        return new Row(
                parts[0].strip(),
                Arrays.stream(parts[1].strip().split("\\s+"))
                        .filter(setting -> !setting.isEmpty())
                        .toList());
    }
}
