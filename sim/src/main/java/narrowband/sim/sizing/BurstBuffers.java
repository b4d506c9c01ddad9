package narrowband.sim.sizing;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.StallPattern;
import narrowband.sim.cycle.Stimulus;

/**
 * Deepens FIFOs in front of units that take their words in bursts. A dense layer reads its vector and then works on it for long; a layer before it that gives a word now and then
 * stands still all that time, unless the FIFO between them holds what it gives meanwhile, and two layers that each keep the pace by themselves do not keep it together.
 *
 * <p>What a design reaches whose FIFOs have no end is one simulation. In another, whose images come no faster than that, the room that each FIFO uses is enough to reach it: no
 * word is ever refused. Of those, the ones that are not needed get back their depth, and the others the least, each tried in simulation.
 */
final class BurstBuffers {
    /** What waiting costs before it is worth memory, as a part of the interval. */
    private static final double WORTH = 1.05;

    /** How much slower a design may be than one whose FIFOs have no end. */
    private static final double TOLERATED = 1.002;

    private final double limit;
    private Accelerator design;

    private BurstBuffers(Accelerator design, double limit) {
        this.design = design;
        this.limit = limit;
    }

    /** The design with deeper FIFOs where they make it faster, if they fit its FPGA; else the design. */
    static Accelerator deepen(Accelerator shallow) {
        double interval = interval(shallow);
        if (interval <= WORTH * shallow.intervalBound()) {
            return shallow;
        }
        Map<String, Integer> endless = new LinkedHashMap<>();
        for (Channel channel : shallow.channels()) {
            long images = FifoSizing.DEFAULT_IMAGES * channel.type().words();
            endless.put(channel.name(), Math.clamp(images, channel.depth(), Integer.MAX_VALUE / 2));
        }
        Accelerator unhindered = shallow.withDepths(endless);
        double reachable = interval(unhindered);
        if (interval <= WORTH * reachable) {
            return shallow;
        }
        Stimulus paced = Stimulus.images(FifoSizing.DEFAULT_IMAGES)
                .withStalls(StallPattern.paced(shallow.input().type().words() / reachable), StallPattern.ALWAYS);
        Map<String, Integer> used = new LinkedHashMap<>();
        CycleSimulator.simulate(unhindered, paced)
                .channels()
                .forEach(channel -> used.put(channel.name(), channel.roomUsed()));
        used.replaceAll((name, room) -> Math.max(room, shallow.depths().get(name)));
        Accelerator deep = shallow.withDepths(used);
        BurstBuffers search = new BurstBuffers(deep, TOLERATED * Math.max(reachable, interval(deep)));
        List<Channel> byCost = deep.channels().stream()
                .sorted(Comparator.comparingLong((Channel channel) ->
                                (long) channel.depth() * channel.type().bits())
                        .reversed())
                .toList();
        for (Channel channel : byCost) {
            search.shrink(channel.name(), shallow.depths().get(channel.name()), channel.depth());
        }
        boolean faster = interval(search.design) * WORTH < interval;
        return faster && search.design.resources().fits(shallow.fpga()) ? search.design : shallow;
    }

    /** Gives a FIFO the least depth that keeps the pace. */
    private void shrink(String channel, int least, int enough) {
        design = design.withDepths(Map.of(channel, LeastDepth.find(least, enough, depth -> keepsPace(channel, depth))));
    }

    private boolean keepsPace(String channel, int depth) {
        return interval(design.withDepths(Map.of(channel, depth))) <= limit;
    }

    private static double interval(Accelerator design) {
        return CycleSimulator.simulate(design, Stimulus.images(FifoSizing.DEFAULT_IMAGES))
                .intervalCycles()
                .orElseThrow();
    }
}
