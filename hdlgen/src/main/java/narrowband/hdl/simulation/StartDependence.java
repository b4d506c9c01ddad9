package narrowband.hdl.simulation;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import narrowband.hdl.Design;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.Net;

/**
 * An output that depends on what registers and memories hold at power up. {@link #find} compares runs from several random starts: what it finds does depend on the start, what
 * it does not find may still do so. {@link #possible} follows unknown bits through the design: what it does not find depends on no start, what it finds may not do so either,
 * as unknown bits that cancel are not seen to. Both hold for the stimuli that they are given.
 *
 * @param output the name of an output of the top module
 * @param cycle the first cycle in which two runs differ there, or a bit is unknown
 */
public record StartDependence(String output, int cycle) {
    /**
     * The outputs that differ, those first that differ first.
     *
     * @param from the first cycle that is compared: that after the reset has acted, or 0
     * @param to the cycle before which the runs end
     * @param seed of the first start
     * @param starts how many runs, from random starts; at least 2
     */
    public static List<StartDependence> find(
            Design design, CoSimulation.Stimulus stimulus, int from, int to, long seed, int starts) {
        if (starts < 2) {
            throw new IllegalArgumentException(starts + " starts: at least two are needed to differ");
        }
        List<Simulator> runs = LongStream.range(seed, seed + starts)
                .mapToObj(start -> Simulator.of(design, PowerUp.random(start)))
                .toList();
        List<Net> open = new ArrayList<>(design.flat().outputs());
        List<StartDependence> found = new ArrayList<>();
        Playback playback = new Playback(design, stimulus);
        for (int cycle = 0; cycle < to && !open.isEmpty(); cycle++) {
            int now = cycle;
            playback.poke(runs, cycle);
            open.removeIf(output -> {
                BigInteger first = runs.getFirst().peek(output);
                boolean differs = now >= from
                        && runs.stream().anyMatch(run -> !run.peek(output).equals(first));
                if (differs) {
                    found.add(new StartDependence(design.top().name(output), now));
                }
                return differs;
            });
            runs.forEach(playback::step);
        }
        return found;
    }

    /**
     * The outputs with unknown bits, those first that have them first.
     *
     * @param from the first cycle that is looked at: that after the reset has acted, or 0
     * @param to the cycle before which the run ends
     */
    public static List<StartDependence> possible(Design design, CoSimulation.Stimulus stimulus, int from, int to) {
        FlatNetlist netlist = design.flat();
        UnknownPropagation run = new UnknownPropagation(netlist);
        List<Net> open = new ArrayList<>(netlist.outputs());
        List<StartDependence> found = new ArrayList<>();
        for (int cycle = 0; cycle < to && !open.isEmpty(); cycle++) {
            int now = cycle;
            for (Net input : netlist.inputs()) {
                run.poke(input, stimulus.value(cycle, design.top().name(input), input.width()));
            }
            run.settle();
            open.removeIf(output -> {
                boolean unknown = now >= from && !run.value(output).isKnown();
                if (unknown) {
                    found.add(new StartDependence(design.top().name(output), now));
                }
                return unknown;
            });
            run.clock(
                    clock -> stimulus.edge(now, netlist.clockName(clock)),
                    clock -> stimulus.reset(now, netlist.clockName(clock)));
        }
        return found;
    }
}
