package narrowband.sim.energy;

import java.util.Arrays;
import java.util.List;

/** How often each event of a profile happens for one image, by the event's place in {@link EnergyProfile#events}. Immutable. */
final class EnergyCounts {
    private final double[] counts;

    private EnergyCounts(double[] counts) {
        this.counts = counts;
    }

    static EnergyCounts none(EnergyProfile profile) {
        return new EnergyCounts(new double[profile.events().size()]);
    }

    double of(int event) {
        return counts[event];
    }

    /** With an event so many times more. */
    EnergyCounts and(int event, double times) {
        double[] more = counts.clone();
        more[event] += times;
        return new EnergyCounts(more);
    }

    EnergyCounts plus(EnergyCounts other) {
        double[] sum = counts.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other.counts[i];
        }
        return new EnergyCounts(sum);
    }

    /** The energy in picojoules at given unit energies. */
    double picojoules(Drawn drawn) {
        double clocked = 0;
        double others = 0;
        for (int i = 0; i < counts.length; i++) {
            if (drawn.clocked[i]) {
                clocked += counts[i] * drawn.picojoules[i];
            } else {
                others += counts[i] * drawn.picojoules[i];
            }
        }
        return (1 + drawn.clockShare) * clocked + others;
    }

    /** One value for each unit energy of a profile. */
    static final class Drawn {
        private final double[] picojoules;
        private final boolean[] clocked;
        private final double clockShare;

        /** @param z a standard normal variate for each event, and a last one for the share of clock and control */
        private Drawn(EnergyProfile profile, double[] z) {
            List<EnergyEvent> events = profile.events();
            picojoules = new double[events.size()];
            clocked = new boolean[events.size()];
            for (int i = 0; i < picojoules.length; i++) {
                picojoules[i] = events.get(i).energy().at(z[i]) * events.get(i).picojoules();
                clocked[i] = events.get(i).clocked();
            }
            clockShare = profile.clockShare()
                    .map(share -> share.at(z[picojoules.length]))
                    .orElse(0.0);
        }

        static Drawn at(EnergyProfile profile, double[] z) {
            return new Drawn(profile, z);
        }

        /** All of them off by the same part of their intervals; 0 for the nominal ones. */
        static Drawn at(EnergyProfile profile, double z) {
            double[] all = new double[profile.events().size() + 1];
            Arrays.fill(all, z);
            return new Drawn(profile, all);
        }
    }
}
