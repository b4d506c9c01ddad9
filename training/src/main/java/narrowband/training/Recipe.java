package narrowband.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import narrowband.accel.InvalidInputException;
import narrowband.training.gdnsq.Dither;
import narrowband.training.gdnsq.Objective.Distillation;
import narrowband.training.gdnsq.Optimiser;
import narrowband.training.gdnsq.OscillationFreezing;
import narrowband.training.net.Graph.WeightRanges;
import narrowband.training.net.WeightGrid;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The settings of the method, each of which can be changed by its name. Shares are parts of all epochs.
 *
 * @param floatShare of the phase in floating point; none when the run starts from given weights
 * @param gradualShare of the phase in which widths fall; 0 sets the final widths at once
 * @param floatRate the learning rate in floating point
 * @param gradualRate the learning rate while widths fall
 * @param fixedRate the learning rate once they are integers
 * @param startBits where all widths begin, 2..16 (gdnsq 1.7: 10)
 * @param calibration how the ranges of activations are first set
 * @param weightRanges whether each channel's weights have a range of their own, or all of a layer one
 * @param weightGrid the values that weights may take, {@code s (j + 1/2)} or others: {@link WeightGrid} has their equations
 * @param dither noise {@code r} on the gradients of all steps, {@code dL/ds = sum g (e + s r)}: {@link Dither} has its kinds
 * @param penaltyGrowth the multiplier of the penalty at the end of the gradual phase, in units of the mean loss (gdnsq 1.4)
 * @param fall bits by which a width may fall over the gradual phase if it always falls (gdnsq 1.5)
 * @param distillation what the student learns from its teacher
 * @param labelWeight the weight of the labels' cross entropy beside it
 * @param optimiser what takes the steps; the rates above suit {@code radam}
 * @param warmUp updates over which the learning rate rises from 0 when quantised training begins, and before which the
 *     penalty does not act (gdnsq 1.5: 1000)
 * @param untilConverged whether the gradual phase ends with the first epoch that ends with all codes within their caps
 *     (gdnsq 1.2); what it leaves goes to the fixed phase
 * @param anneal how rates fall: 0 within the gradual and the fixed phase as {@link Schedule} has it; else the rate of the
 *     gradual phase stays, and that of the fixed phase is multiplied by this after each update (gdnsq 1.5: 0.9985), so
 *     that 1 is no annealing at all
 * @param freeze how often a weight's code may turn back in the fixed phase before it is frozen
 *     ({@link OscillationFreezing}), at the end of the phase; ten times that at its beginning; 0 freezes none
 * @param patience epochs of the fixed phase without better accuracy on the held-out images after which training ends; 0
 *     trains to the end. Either way the best of its epochs is kept
 */
public record Recipe(
        double floatShare,
        double gradualShare,
        double floatRate,
        double gradualRate,
        double fixedRate,
        int startBits,
        Calibration.Method calibration,
        WeightRanges weightRanges,
        WeightGrid weightGrid,
        Dither dither,
        double penaltyGrowth,
        double fall,
        Distillation distillation,
        double labelWeight,
        Optimiser.Method optimiser,
        int warmUp,
        boolean untilConverged,
        double anneal,
        double freeze,
        int patience) {
    /** What {@code flow} uses. */
    public static final Recipe DEFAULT = new Recipe(
            0.35,
            0.43,
            4e-3,
            2e-3,
            1e-3,
            8,
            Calibration.Method.MIN_MAX,
            WeightRanges.CHANNEL,
            WeightGrid.MID_RISE,
            Dither.NONE,
            10,
            14,
            Distillation.JEFFREYS,
            0,
            Optimiser.Method.RADAM,
            0,
            false,
            0,
            0,
            0);

    private static final double LEAST_RATE = 1e-9;
    /** The phases after the first need their part. */
    private static final double MOST_FLOAT = 0.9;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build();

    /** @throws InvalidInputException if a number is out of range; the message names the setting */
    public Recipe {
        require("floatShare", floatShare, 0, MOST_FLOAT);
        require("gradualShare", gradualShare, 0, 1 - floatShare);
        require("floatRate", floatRate, LEAST_RATE, 1);
        require("gradualRate", gradualRate, LEAST_RATE, 1);
        require("fixedRate", fixedRate, LEAST_RATE, 1);
        require("startBits", startBits, 2, 16);
        require("penaltyGrowth", penaltyGrowth, 0, 1e6);
        require("fall", fall, 0, 1e3);
        require("labelWeight", labelWeight, 0, 1e3);
        require("warmUp", warmUp, 0, 1_000_000);
        require("anneal", anneal, 0, 1);
        require("freeze", freeze, 0, 1);
        require("patience", patience, 0, 1_000_000);
        if (freeze > 0 && !weightGrid.hasIntegers()) {
            throw new InvalidInputException(
                    "Setting freeze holds weights on integers, which weightGrid=%s has not; leave freeze at 0 or choose another grid."
                            .formatted(weightGrid.name().toLowerCase(Locale.ROOT)));
        }
        if (distillation == Distillation.NONE && labelWeight == 0) {
            throw new InvalidInputException(
                    "Setting distillation=none leaves nothing to learn from; give labelWeight=1 beside it.");
        }
    }

    /** Words may be written with hyphens; numbers may be negative or have such an exponent. */
    private static String spelled(String value) {
        return !value.isEmpty() && Character.isLetter(value.charAt(0)) ? value.replace('-', '_') : value;
    }

    private static void require(String setting, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new InvalidInputException(
                    "Setting %s must be %s to %s, not %s.".formatted(setting, least, most, value));
        }
    }

    /** The names of all settings. */
    public static List<String> settings() {
        return List.copyOf(JSON.<ObjectNode>valueToTree(DEFAULT).propertyNames());
    }

    /** Each setting's value by its name, as {@link #with} takes them. */
    Map<String, String> named() {
        Map<String, String> named = new LinkedHashMap<>();
        JSON.<ObjectNode>valueToTree(this)
                .properties()
                .forEach(setting -> named.put(
                        setting.getKey(), setting.getValue().asString().toLowerCase(Locale.ROOT)));
        return named;
    }

    /**
     * This recipe with some settings changed.
     *
     * @param changes each as {@code name=value}
     * @throws InvalidInputException if a name is not known or a value not understood
     */
    public Recipe with(List<String> changes) {
        ObjectNode tree = JSON.valueToTree(this);
        for (String change : changes) {
            String[] parts = change.split("=", 2);
            if (parts.length != 2 || !tree.has(parts[0].strip())) {
                throw new InvalidInputException(
                        "Setting \"%s\" is not known; expected NAME=VALUE with one of the names %s."
                                .formatted(change, String.join(", ", settings())));
            }
            tree.put(parts[0].strip(), spelled(parts[1].strip()));
        }
        try {
            return JSON.treeToValue(tree, Recipe.class);
        } catch (JacksonException e) {
            if (e.getCause() instanceof InvalidInputException invalid) {
                throw invalid;
            }
            throw new InvalidInputException(
                    "The settings %s are not understood: %s"
                            .formatted(changes.stream().collect(Collectors.joining(" ")), e.getOriginalMessage()),
                    e);
        }
    }
}
