package narrowband.sim.energy;

import java.util.List;
import narrowband.sim.energy.EnergyEstimate.Role;
import narrowband.sim.energy.EnergyEstimate.Term;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;

/**
 * Which of two designs takes less energy. What is uncertain in the unit energies is so for both alike, so that two designs
 * can be told apart even where each one's interval is wide: each of {@value EnergyModel#DRAWS} draws gives both the same
 * unit energies.
 */
public final class EnergyComparison {
    private EnergyComparison() {}

    /**
     * The probability that the first takes less than the second, 0..1; where both take the same it is one half.
     *
     * @throws IllegalArgumentException unless they are comparable
     */
    public static double probabilityOfLess(List<Term> first, List<Term> second, long seed) {
        if (!isComparable(first, second)) {
            throw new IllegalArgumentException("energies of different profiles share no draws");
        }
        RandomGenerator random = new Well19937c(seed);
        double less = 0;
        for (int draw = 0; draw < EnergyModel.DRAWS; draw++) {
            double[] factors = new double[first.size()];
            for (int i = 0; i < factors.length; i++) {
                UnitEnergy energy = first.get(i).unitEnergy();
                factors[i] = energy.at(random.nextGaussian()) / energy.nominal();
            }
            double difference = picojoules(first, factors) - picojoules(second, factors);
            less += difference < 0 ? 1 : difference == 0 ? 0.5 : 0;
        }
        return less / EnergyModel.DRAWS;
    }

    private static double picojoules(List<Term> terms, double[] factors) {
        double clocked = 0;
        double others = 0;
        double share = 0;
        for (int i = 0; i < factors.length; i++) {
            Term term = terms.get(i);
            if (term.role() == Role.CLOCK_SHARE) {
                share = factors[i] * term.unitEnergy().nominal();
            } else if (term.role() == Role.CLOCKED) {
                clocked += factors[i] * term.picojoules();
            } else {
                others += factors[i] * term.picojoules();
            }
        }
        return (1 + share) * clocked + others;
    }

    /** Whether both were estimated with the same unit energies. */
    public static boolean isComparable(List<Term> first, List<Term> second) {
        return first.stream()
                        .map(Term::name)
                        .toList()
                        .equals(second.stream().map(Term::name).toList())
                && first.stream()
                        .map(Term::unitEnergy)
                        .toList()
                        .equals(second.stream().map(Term::unitEnergy).toList());
    }
}
