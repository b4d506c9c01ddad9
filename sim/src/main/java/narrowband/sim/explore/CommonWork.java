package narrowband.sim.explore;

import java.util.List;
import java.util.Optional;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Sharing;
import narrowband.accel.design.Unit;
import narrowband.accel.network.IntegerNetwork;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.StallPattern;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.energy.EnergyModel;
import narrowband.sim.energy.EnergyProfile;

/**
 * What points of an exploration have in common, done once. Threads may share it; what another has begun is waited for.
 *
 * <p>Cycles are those of units and channels alone: designs that differ in nothing but clock or FPGA are simulated once. Points that
 * differ in nothing but bandwidth have one design.
 */
public final class CommonWork {
    /** Images of a stream: enough for a steady state. */
    private static final int IMAGES = 4;

    /** A shared engine takes images one after the other and does with each the same. */
    private static final int IMAGES_OF_ENGINE = 2;

    /** Where its memory of weights has none in some cycles, it may differ by one or two of them. */
    private static final int IMAGES_OF_PACED_ENGINE = 3;

    private final long seed;
    private final Once<DesignPoint, Accelerator> designs = new Once<>();
    private final Once<Stream, Simulation> simulations = new Once<>();
    /** By the FPGA's name; its clock does not matter. */
    private final Once<String, Optional<EnergyModel>> models = new Once<>();

    /** @param seed for the draws of energy, that of the exploration */
    public CommonWork(long seed) {
        this.seed = seed;
    }

    /**
     * What decides the cycles.
     *
     * @param weights the share of the cycles in which the memory of weights has a word; 1 where it always has
     */
    private record Stream(List<Unit> units, List<Channel> channels, double weights) {}

    /** A point's design, of the network that it names. */
    Accelerator design(DesignPoint point, IntegerNetwork network) {
        return designs.get(point.withoutBandwidth(), () -> point.design(network));
    }

    /**
     * A stream of images. Its rates are those of the clock that it was first asked for; count in cycles.
     *
     * @param weights above 0; the share of the cycles in which the memory of weights has a word
     */
    Simulation simulation(Accelerator accelerator, double weights) {
        double share = Math.min(1, weights);
        int ofEngine = share == 1 ? IMAGES_OF_ENGINE : IMAGES_OF_PACED_ENGINE;
        int images = accelerator.plan() instanceof Sharing ? ofEngine : IMAGES;
        return simulations.get(
                new Stream(accelerator.units(), accelerator.channels(), share),
                () -> CycleSimulator.simulate(
                        accelerator, Stimulus.images(images).withWeights(StallPattern.paced(share))));
    }

    /** The model of an FPGA's energy; none where there are no figures. */
    Optional<EnergyModel> energy(Fpga fpga) {
        return models.get(fpga.name(), () -> EnergyProfile.of(fpga).map(profile -> new EnergyModel(profile, seed)));
    }

    /** Different streams so far. */
    int simulations() {
        return simulations.size();
    }
}
