package narrowband.hdl.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import narrowband.hdl.Bool;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.Scalar;
import narrowband.hdl.Stream;
import narrowband.hdl.Value;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.simulation.Simulator;

/**
 * Drives the streams into a module and takes from those out of it at random, as the handshake demands: a word once offered stays until it has passed. It fails where an output
 * does not do likewise or where a check of the design does not hold, and keeps what passed where and when. All other inputs are random.
 */
final class StreamBench {
    /** Words that passed at a stream and the cycles in which they did. */
    record Traffic(List<BigInteger> words, List<Integer> cycles) {
        Traffic() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    private final Simulator simulator;
    private final List<? extends Stream<?>> ins;
    private final List<? extends Stream<?>> outs;
    private final Random random;
    private final String where;
    private final List<Traffic> sent = new ArrayList<>();
    private final List<Traffic> received = new ArrayList<>();
    private final List<Net> free;
    private final BigInteger[] offered;
    private final BigInteger[] waiting;
    private int cycle;

    StreamBench(Module module, List<? extends Stream<?>> ins, List<? extends Stream<?>> outs, long seed) {
        this.simulator = Simulator.of(Design.of(module));
        this.ins = ins;
        this.outs = outs;
        this.random = new Random(seed);
        this.where = module.kind() + ", seed " + seed;
        List<Node> driven = new ArrayList<>();
        ins.forEach(stream -> {
            driven.add(stream.valid.node());
            stream.data.scalars().forEach(scalar -> driven.add(scalar.node()));
        });
        outs.forEach(stream -> driven.add(stream.ready.node()));
        this.free = simulator.netlist().inputs().stream()
                .filter(input -> !driven.contains(input))
                .toList();
        this.offered = new BigInteger[ins.size()];
        this.waiting = new BigInteger[outs.size()];
        ins.forEach(stream -> sent.add(new Traffic()));
        outs.forEach(stream -> received.add(new Traffic()));
    }

    /** What entered at each input. */
    List<Traffic> sent() {
        return sent;
    }

    /** What left at each output. */
    List<Traffic> received() {
        return received;
    }

    /** Runs on; in each cycle a free input is offered a word, and an output is ready, with these probabilities. */
    StreamBench run(int cycles, double offer, double take) {
        for (int end = cycle + cycles; cycle < end; cycle++) {
            for (int i = 0; i < offered.length; i++) {
                if (offered[i] == null && random.nextDouble() < offer) {
                    offered[i] = new BigInteger(ins.get(i).data.width(), random);
                }
                poke(ins.get(i).valid, offered[i] == null ? BigInteger.ZERO : BigInteger.ONE);
                // What is not offered is noise: nothing may depend on it.
                poke(ins.get(i).data, offered[i] == null ? noise(ins.get(i).data) : offered[i]);
            }
            for (Stream<?> out : outs) {
                poke(out.ready, random.nextDouble() < take ? BigInteger.ONE : BigInteger.ZERO);
            }
            for (Net input : free) {
                simulator.poke(input, new BigInteger(input.width(), random));
            }
            for (int i = 0; i < offered.length; i++) {
                if (offered[i] != null && holds(ins.get(i).ready)) {
                    sent.get(i).words().add(offered[i]);
                    sent.get(i).cycles().add(cycle);
                    offered[i] = null;
                }
            }
            for (int i = 0; i < waiting.length; i++) {
                watch(i);
            }
            simulator.step();
        }
        return this;
    }

    private void watch(int i) {
        Stream<?> out = outs.get(i);
        boolean valid = holds(out.valid);
        BigInteger word = valid ? peek(out.data) : null;
        if (waiting[i] != null) {
            assertThat(valid)
                    .as("%s, cycle %d: output %d stays valid", where, cycle, i)
                    .isTrue();
            assertThat(word)
                    .as("%s, cycle %d: output %d keeps its word", where, cycle, i)
                    .isEqualTo(waiting[i]);
        }
        boolean passes = valid && holds(out.ready);
        waiting[i] = passes ? null : word;
        if (passes) {
            received.get(i).words().add(word);
            received.get(i).cycles().add(cycle);
        }
    }

    /** Four stretches of each mixture of eagerness on both sides, then a long drain. */
    StreamBench mixtures() {
        double[] eagerness = {1, 0.8, 0.3, 0.05};
        for (int round = 0; round < 4; round++) {
            for (double offer : eagerness) {
                for (double take : eagerness) {
                    run(40, offer, take);
                }
            }
        }
        return run(200, 0, 1);
    }

    private BigInteger noise(Value<?> word) {
        return new BigInteger(word.width(), random);
    }

    private void poke(Value<?> value, BigInteger word) {
        int low = value.width();
        for (Scalar<?> scalar : value.scalars()) {
            low -= scalar.width();
            BigInteger mask = BigInteger.ONE.shiftLeft(scalar.width()).subtract(BigInteger.ONE);
            simulator.poke(scalar, word.shiftRight(low).and(mask));
        }
    }

    private BigInteger peek(Value<?> value) {
        BigInteger word = BigInteger.ZERO;
        for (Scalar<?> scalar : value.scalars()) {
            word = word.shiftLeft(scalar.width()).or(simulator.peek(scalar.node()));
        }
        return word;
    }

    private boolean holds(Bool condition) {
        return simulator.peek(condition) == 1;
    }
}
