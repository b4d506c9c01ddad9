package narrowband.training.gdnsq;

import java.util.stream.IntStream;
import narrowband.accel.InvalidInputException;

/** The step from learned, real widths to integer ones that never exceed the budget. */
public final class IntegerWidths {
    private IntegerWidths() {}

    /**
     * Rounds all widths in {@code values} in place: first up, then, while the budget is exceeded, the width that was
     * rounded up furthest goes down by one; last, what fits goes up again, the one that lost most first.
     *
     * @throws InvalidInputException if even one bit everywhere exceeds the limit
     */
    public static void snap(ExteriorPenalty penalty, float[] values) {
        int[] places = IntStream.concat(
                        penalty.cost().weightWidths().values().stream().mapToInt(place -> place),
                        penalty.cost().activationWidths().values().stream().mapToInt(place -> place))
                .toArray();
        int[] caps = IntStream.concat(
                        penalty.cost().weightWidths().keySet().stream()
                                .mapToInt(layer -> penalty.caps().weights().get(layer)),
                        penalty.cost().activationWidths().keySet().stream()
                                .mapToInt(quantiser ->
                                        penalty.caps().activations().get(quantiser)))
                .toArray();
        boolean[] isWeight = new boolean[values.length];
        penalty.cost().weightWidths().values().forEach(place -> isWeight[place] = true);
        float[] learned = values.clone();
        for (int i = 0; i < places.length; i++) {
            values[places[i]] = (float) Math.max(1, Math.min(caps[i], Math.ceil(learned[places[i]])));
        }
        while (!isMet(penalty, values)) {
            int furthest = -1;
            for (int place : places) {
                if (values[place] > 1
                        && (isWeight[place] || !penalty.isAffordable(values))
                        && (furthest < 0 || values[place] - learned[place] > values[furthest] - learned[furthest])) {
                    furthest = place;
                }
            }
            if (furthest < 0) {
                throw new InvalidInputException(
                        "--budget: even with 1 bit everywhere the network costs %.0f %s, more than %.0f."
                                .formatted(
                                        penalty.cost().cost(values),
                                        penalty.cost().unit(),
                                        penalty.limit()));
            }
            values[furthest]--;
        }
        raiseWhatFits(penalty, values, learned, places, caps);
    }

    private static boolean isMet(ExteriorPenalty penalty, float[] values) {
        return penalty.isAffordable(values) && penalty.hasNarrowWeights(values);
    }

    private static void raiseWhatFits(
            ExteriorPenalty penalty, float[] values, float[] learned, int[] places, int[] caps) {
        boolean[] tried = new boolean[places.length];
        for (int round = 0; round < places.length; round++) {
            int most = -1;
            for (int i = 0; i < places.length; i++) {
                if (!tried[i]
                        && (most < 0
                                || learned[places[i]] - values[places[i]]
                                        > learned[places[most]] - values[places[most]])) {
                    most = i;
                }
            }
            tried[most] = true;
            int place = places[most];
            if (learned[place] > values[place] && values[place] < caps[most]) {
                values[place]++;
                if (!isMet(penalty, values)) {
                    values[place]--;
                }
            }
        }
    }
}
