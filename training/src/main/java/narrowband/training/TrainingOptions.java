package narrowband.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import narrowband.accel.InvalidInputException;
import narrowband.training.data.Normalisation;
import narrowband.training.gdnsq.Budget;
import narrowband.training.gdnsq.LayerWidths;
import narrowband.training.gdnsq.QuantisedGraph.Residuals;

/**
 * What to train and how. Equal options and data give an equal network.
 *
 * @param data the data source as named on the command line
 * @param normalisation how pixels are brought to a common scale, as {@link Normalisation#parse} reads it
 * @param model the network's name
 * @param weights the file of weights that the run starts from; empty if it learns in floating point first
 * @param seed decides everything random
 * @param epochs passes over the training images, all phases together; at least one for each phase
 * @param batch images of a step
 * @param weightBits the widest weights, 1..16
 * @param activationBits the widest activations, 1..16
 * @param residualBits the widest codes of the residual stream, 1..16; 0 if it is as wide as what layers take in
 * @param layers widths of single layers, as {@link LayerWidths#parse} reads them
 * @param budget what the network may cost, as {@link Budget#parse} reads it
 * @param recipe the settings of the method
 */
public record TrainingOptions(
        String data,
        String normalisation,
        String model,
        String weights,
        long seed,
        int epochs,
        int batch,
        int weightBits,
        int activationBits,
        int residualBits,
        String layers,
        String budget,
        Recipe recipe) {
    public static final int DEFAULT_EPOCHS = 24;
    public static final int DEFAULT_BATCH = 64;
    public static final int DEFAULT_WEIGHT_BITS = 8;
    public static final int DEFAULT_ACTIVATION_BITS = 6;

    private static final int MAX_BITS = Budget.MAX_BITS;

    /** @throws InvalidInputException if a number is out of range; the message names the option */
    public TrainingOptions {
        int phases = weights.isEmpty() ? 3 : 2;
        if (epochs < phases) {
            throw new InvalidInputException(
                    "--epochs must be at least %d, one for each phase, not %d.".formatted(phases, epochs));
        }
        if (batch < 2) {
            throw new InvalidInputException("--batch must be at least 2 images, not %d.".formatted(batch));
        }
        requireBits("--weight-bits", weightBits);
        requireBits("--act-bits", activationBits);
        if (residualBits != 0) {
            requireBits("--residual-bits", residualBits);
        }
        Normalisation.parse(normalisation);
        LayerWidths.parse(layers, "--layer");
        Budget.parse(budget);
    }

    /**
     * In what these options differ from those of another run, each as the command line has it: {@code --epochs 12, where
     * this run has 24}.
     */
    public List<String> differences(TrainingOptions ofThisRun) {
        List<String> differences = new ArrayList<>();
        Map<String, Object> there = ofThisRun.named();
        named().forEach((option, value) -> {
            if (!value.equals(there.get(option))) {
                differences.add("%s %s, where this run has %s".formatted(option, told(value), told(there.get(option))));
            }
        });
        return differences;
    }

    private static String told(Object value) {
        return value.equals("") ? "nothing" : value.toString();
    }

    private Map<String, Object> named() {
        Map<String, Object> named = new LinkedHashMap<>();
        named.put("--data", data);
        named.put("--normalise", normalisation);
        named.put("--model", model);
        named.put("--from", weights);
        named.put("--seed", seed);
        named.put("--epochs", epochs);
        named.put("--batch", batch);
        named.put("--weight-bits", weightBits);
        named.put("--act-bits", activationBits);
        named.put("--residual-bits", residualBits);
        named.put("--layer", layers.strip());
        named.put("--budget", budget);
        recipe.named().forEach((setting, value) -> named.put("--set " + setting, value));
        return named;
    }

    private static void requireBits(String option, int bits) {
        if (bits < 1 || bits > MAX_BITS) {
            throw new InvalidInputException("%s must be 1 to %d, not %d.".formatted(option, MAX_BITS, bits));
        }
    }

    /** The defaults for a data source, a model and a seed. */
    public static TrainingOptions of(String data, String model, long seed) {
        return new TrainingOptions(
                data,
                Normalisation.NONE,
                model,
                "",
                seed,
                DEFAULT_EPOCHS,
                DEFAULT_BATCH,
                DEFAULT_WEIGHT_BITS,
                DEFAULT_ACTIVATION_BITS,
                0,
                "",
                Budget.DEFAULT.spec(),
                Recipe.DEFAULT);
    }

    /** Whether the residual stream has grids of its own. */
    Residuals residuals() {
        return residualBits == 0 ? Residuals.NARROW : Residuals.WIDE;
    }

    public TrainingOptions withNormalisation(String spec) {
        return with(draft -> draft.normalisation = spec);
    }

    /** @param file the weights to start from; empty to learn in floating point first */
    public TrainingOptions withWeights(String file) {
        return with(draft -> draft.weights = file);
    }

    public TrainingOptions withEpochs(int count) {
        return with(draft -> draft.epochs = count);
    }

    public TrainingOptions withBatch(int images) {
        return with(draft -> draft.batch = images);
    }

    public TrainingOptions withCaps(int ofWeights, int ofActivations) {
        return with(draft -> {
            draft.weightBits = ofWeights;
            draft.activationBits = ofActivations;
        });
    }

    public TrainingOptions withResidualBits(int bits) {
        return with(draft -> draft.residualBits = bits);
    }

    public TrainingOptions withLayers(String widths) {
        return with(draft -> draft.layers = widths);
    }

    public TrainingOptions withBudget(String spec) {
        return with(draft -> draft.budget = spec);
    }

    public TrainingOptions withRecipe(Recipe settings) {
        return with(draft -> draft.recipe = settings);
    }

    private TrainingOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** Options that are being changed. */
    private static final class Draft {
        private final TrainingOptions before;
        private String normalisation;
        private String weights;
        private int epochs;
        private int batch;
        private int weightBits;
        private int activationBits;
        private int residualBits;
        private String layers;
        private String budget;
        private Recipe recipe;

        private Draft(TrainingOptions before) {
            this.before = before;
            normalisation = before.normalisation;
            weights = before.weights;
            epochs = before.epochs;
            batch = before.batch;
            weightBits = before.weightBits;
            activationBits = before.activationBits;
            residualBits = before.residualBits;
            layers = before.layers;
            budget = before.budget;
            recipe = before.recipe;
        }

        private TrainingOptions options() {
            return new TrainingOptions(
                    before.data,
                    normalisation,
                    before.model,
                    weights,
                    before.seed,
                    epochs,
                    batch,
                    weightBits,
                    activationBits,
                    residualBits,
                    layers,
                    budget,
                    recipe);
        }
    }
}
