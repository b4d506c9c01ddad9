package narrowband.hdl.simulation;

import java.math.BigInteger;
import java.util.List;
import narrowband.hdl.Design;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.Net;

/** Applies a stimulus to a simulator, and writes it as words for a test bench: from the top, edges by clock, resets by clock, inputs. */
final class Playback {
    private final Design design;
    private final FlatNetlist netlist;
    private final CoSimulation.Stimulus stimulus;
    private BigInteger word = BigInteger.ZERO;

    Playback(Design design, CoSimulation.Stimulus stimulus) {
        this.design = design;
        this.netlist = design.flat();
        this.stimulus = stimulus;
    }

    /** Bits of a word. */
    static int width(Design design) {
        FlatNetlist netlist = design.flat();
        return 2 * netlist.clocks().size()
                + netlist.inputs().stream().mapToInt(Net::width).sum();
    }

    /** Sets the inputs of a cycle, the same in all simulators. */
    void poke(List<Simulator> simulators, int cycle) {
        word = BigInteger.ZERO;
        for (Clock clock : netlist.clocks()) {
            append(1, bit(stimulus.edge(cycle, netlist.clockName(clock))));
        }
        for (Clock clock : netlist.clocks()) {
            append(1, bit(stimulus.reset(cycle, netlist.clockName(clock))));
        }
        for (Net input : netlist.inputs()) {
            BigInteger value = stimulus.value(cycle, design.top().name(input), input.width());
            simulators.forEach(simulator -> simulator.poke(input, value));
            append(input.width(), value);
        }
    }

    /** The word of the cycle poked last. */
    BigInteger word() {
        return word;
    }

    /** Sets the resets of the cycle poked last and steps. */
    void step(Simulator simulator) {
        List<Clock> clocks = netlist.clocks();
        int top = width(design) - 1;
        for (int i = 0; i < clocks.size(); i++) {
            simulator.reset(clocks.get(i), word.testBit(top - clocks.size() - i));
        }
        simulator.step(clocks.stream()
                .filter(clock -> word.testBit(top - clocks.indexOf(clock)))
                .toArray(Clock[]::new));
    }

    private void append(int width, BigInteger value) {
        word = word.shiftLeft(width).or(value);
    }

    private static BigInteger bit(boolean value) {
        return value ? BigInteger.ONE : BigInteger.ZERO;
    }
}
