package narrowband.sim.energy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Unit;
import narrowband.sim.LayerHardware;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.energy.EnergyCounts.Drawn;
import narrowband.sim.energy.EnergyEstimate.Part;
import narrowband.sim.energy.EnergyEstimate.Role;
import narrowband.sim.energy.EnergyEstimate.Term;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * Estimates the energy of one image in the steady state: counts of events from the simulation, times unit energies from a
 * {@link EnergyProfile}.
 *
 * <p>Unit energies are uncertain, but wrong everywhere in the same way. So each of {@value #DRAWS} draws picks one factor
 * for each kind of event, not for each layer, and quantiles are taken over the draws.
 */
public final class EnergyModel {
    /** Monte-Carlo draws. */
    public static final int DRAWS = 1_000;

    private final EnergyProfile profile;
    private final Optional<SwitchingActivity> switching;
    private final Drawn nominal;
    private final List<Drawn> draws;

    /** @param seed for the draws; designs compared with each other need the same */
    public EnergyModel(EnergyProfile profile, long seed) {
        this(profile, seed, Optional.empty());
    }

    /** @param switching how often bits change; as often as random ones if none */
    public EnergyModel(EnergyProfile profile, long seed, Optional<SwitchingActivity> switching) {
        this.profile = profile;
        this.switching = switching;
        nominal = Drawn.at(profile, 0);
        draws = draws(profile, seed);
    }

    /** The draws of a seed: a factor for each event, and one for the share of clock and control. */
    static List<Drawn> draws(EnergyProfile profile, long seed) {
        RandomGenerator random = new Well19937c(seed);
        List<Drawn> draws = new ArrayList<>();
        for (int draw = 0; draw < DRAWS; draw++) {
            double[] z = new double[profile.events().size() + 1];
            for (int i = 0; i < z.length; i++) {
                z[i] = random.nextGaussian();
            }
            draws.add(Drawn.at(profile, z));
        }
        return draws;
    }

    /**
     * Estimates with the profile of the accelerator's FPGA, where there is one.
     *
     * @param simulation of a stream; of a single image, whose time from start to end then counts as its interval
     * @param seed for the draws; designs compared with each other need the same
     */
    public static Optional<EnergyEstimate> estimate(Accelerator accelerator, Simulation simulation, long seed) {
        return EnergyProfile.of(accelerator.fpga()).map(profile -> estimate(accelerator, simulation, profile, seed));
    }

    /** Estimates with another profile, such as a calibrated one, or one of a chip. */
    public static EnergyEstimate estimate(
            Accelerator accelerator, Simulation simulation, EnergyProfile profile, long seed) {
        return new EnergyModel(profile, seed).estimate(accelerator, simulation);
    }

    private static double interval(Simulation simulation) {
        return simulation.intervalCycles().orElse(simulation.cycles());
    }

    /** The energy of the whole design alone, which is sooner known than that of each part. */
    public EnergyInterval total(Accelerator accelerator, Simulation simulation) {
        Activity activity = Activity.of(profile, accelerator, simulation, interval(simulation), switching);
        EnergyCounts total = EnergyCounts.none(profile);
        for (LayerHardware layer : LayerHardware.of(accelerator)) {
            total = total.plus(counts(layer, activity));
        }
        for (Activity.Whole part : activity.whole()) {
            total = total.plus(part.counts());
        }
        return interval(total);
    }

    private EnergyCounts counts(LayerHardware layer, Activity activity) {
        EnergyCounts counts = EnergyCounts.none(profile);
        for (Unit unit : layer.units()) {
            counts = counts.plus(activity.of(unit));
        }
        for (Channel channel : layer.channels()) {
            counts = counts.plus(activity.of(channel));
        }
        return counts;
    }

    /** @param simulation of a stream; of a single image, whose time from start to end then counts as its interval */
    public EnergyEstimate estimate(Accelerator accelerator, Simulation simulation) {
        double interval = interval(simulation);
        Activity activity = Activity.of(profile, accelerator, simulation, interval, switching);
        List<Part> layers = new ArrayList<>();
        List<Part> whole = new ArrayList<>();
        EnergyCounts total = EnergyCounts.none(profile);
        for (LayerHardware layer : LayerHardware.of(accelerator)) {
            EnergyCounts counts = counts(layer, activity);
            layers.add(new Part(layer.layer(), interval(counts)));
            total = total.plus(counts);
        }
        for (Activity.Whole part : activity.whole()) {
            whole.add(new Part(part.name(), interval(part.counts())));
            total = total.plus(part.counts());
        }
        return new EnergyEstimate(
                profile,
                interval,
                layers,
                whole,
                interval(total),
                terms(total),
                switching.map(known -> new EnergyEstimate.Switching(known.images(), known.mean(accelerator))));
    }

    private EnergyInterval interval(EnergyCounts counts) {
        double[] values = draws.stream().mapToDouble(counts::picojoules).toArray();
        Percentile percentile = new Percentile();
        percentile.setData(values);
        return new EnergyInterval(
                counts.picojoules(nominal), percentile.evaluate(10), percentile.evaluate(50), percentile.evaluate(90));
    }

    private List<Term> terms(EnergyCounts total) {
        List<Term> terms = new ArrayList<>();
        double clocked = 0;
        List<EnergyEvent> events = profile.events();
        for (int i = 0; i < events.size(); i++) {
            EnergyEvent event = events.get(i);
            double picojoules = total.of(i) * event.energy().nominal() * event.picojoules();
            clocked += event.clocked() ? picojoules : 0;
            terms.add(new Term(
                    event.name(),
                    total.of(i),
                    event.countUnit(),
                    event.energy(),
                    event.unit(),
                    picojoules,
                    event.clocked() ? Role.CLOCKED : Role.PLAIN));
        }
        double work = clocked;
        profile.clockShare()
                .ifPresent(share -> terms.add(new Term(
                        "clock and control",
                        work,
                        "pJ of clocked work",
                        share,
                        "pJ/pJ",
                        work * share.nominal(),
                        Role.CLOCK_SHARE)));
        return terms;
    }
}
