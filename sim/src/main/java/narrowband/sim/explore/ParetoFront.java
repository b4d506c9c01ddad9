package narrowband.sim.explore;

import java.util.List;
import java.util.Map;

/**
 * The designs that no other beats: none is at least as good in accuracy, rate, latency, energy and logic cells, and better in
 * one. Only designs on one FPGA are held against each other, since cells of two families are not the same thing; and only those
 * of networks whose accuracy is known, or of one network.
 */
public final class ParetoFront {
    private ParetoFront() {}

    /**
     * Those of the front, in the order given.
     *
     * @param accuracies of the networks that were measured, 0..1
     */
    public static List<Outcome> of(List<Outcome> outcomes, Map<String, Double> accuracies) {
        List<Outcome> designs = outcomes.stream()
                .filter(outcome -> outcome.figures().isPresent())
                .toList();
        return designs.stream()
                .filter(design -> designs.stream().noneMatch(other -> beats(other, design, accuracies)))
                .toList();
    }

    private static boolean beats(Outcome one, Outcome other, Map<String, Double> accuracies) {
        String network = one.point().network();
        boolean comparable = one.point().fpga().equals(other.point().fpga())
                && (network.equals(other.point().network())
                        || accuracies.containsKey(network)
                                && accuracies.containsKey(other.point().network()));
        if (!comparable) {
            return false;
        }
        double[] a = costs(one, accuracies);
        double[] b = costs(other, accuracies);
        boolean better = false;
        for (int i = 0; i < a.length; i++) {
            if (a[i] > b[i]) {
                return false;
            }
            better |= a[i] < b[i];
        }
        return better;
    }

    /** All that is better when it is less. */
    private static double[] costs(Outcome outcome, Map<String, Double> accuracies) {
        Outcome.Figures figures = outcome.figures().orElseThrow();
        return new double[] {
            -accuracies.getOrDefault(outcome.point().network(), 0.0),
            -figures.framesPerSecond(),
            figures.latencyMicroseconds(),
            figures.picojoulesPerImage().map(energy -> energy.nominal()).orElse(0.0),
            figures.logicCells()
        };
    }
}
