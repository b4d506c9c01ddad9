package narrowband.hdl.simulation;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import narrowband.hdl.Bool;
import narrowband.hdl.Choice;
import narrowband.hdl.Design;
import narrowband.hdl.Scalar;
import narrowband.hdl.Value;
import narrowband.hdl.ir.Check;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.FlatNetlist.PlacedCheck;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operator;

/**
 * A running design. Inputs start as 0, registers and memories as at power up. {@link #peek} shows what the signals are in the present cycle for the inputs poked so far;
 * {@link #step} is a rising edge of the clock, of all clocks at once where there are several. The design's checks are looked at before each edge: where an assertion or an
 * assumption does not hold, the step ends with a {@link CheckFailedException} and the edge does not take place. Not for use by several threads at once.
 */
public abstract class Simulator {
    private final FlatNetlist netlist;
    private final List<Clock> clocks;
    private final long allClocks;
    private final List<Waves> waves = new ArrayList<>();
    private long resets;
    private long cycle;

    Simulator(FlatNetlist netlist) {
        if (!netlist.undriven().isEmpty()) {
            throw new IllegalArgumentException(
                    "output " + netlist.names().get(netlist.undriven().getFirst())
                            + " of a black box has no behaviour in Java: describe it in its constructor to simulate the design");
        }
        this.netlist = netlist;
        clocks = netlist.clocks();
        if (clocks.size() > Long.SIZE) {
            throw new IllegalArgumentException("a design of " + clocks.size() + " clocks; " + Long.SIZE + " can run");
        }
        allClocks = -1L >>> (Long.SIZE - clocks.size());
    }

    /** The fast simulator for {@code design}. */
    public static Simulator of(Design design) {
        return of(design, PowerUp.declared());
    }

    /** The fast simulator for {@code design}, started as {@code start} says; {@link Interpreter} where that breaks promises. */
    public static Simulator of(Design design, PowerUp start) {
        return start.isAdverse() ? new Interpreter(design.flat(), start) : new CompiledSimulator(design.flat(), start);
    }

    /** Sets an input of the top module; a negative value is taken in two's complement. */
    public final Simulator poke(Scalar<?> input, long value) {
        return poke(input.node(), BigInteger.valueOf(value));
    }

    /** Sets an input of the top module; a negative value is taken in two's complement. */
    public final Simulator poke(Scalar<?> input, BigInteger value) {
        return poke(input.node(), value);
    }

    /** Sets an input of the top module - a number, a bundle, a vector, an enum's constant - to constants: {@code poke(state, Choice.of(State.RUN))}. */
    public final <T extends Value<T>> Simulator poke(T input, T constants) {
        List<Scalar<?>> values = constants.scalars();
        List<Scalar<?>> inputs = input.scalars();
        for (int i = 0; i < inputs.size(); i++) {
            if (!(values.get(i).node() instanceof Constant constant)) {
                throw new IllegalArgumentException("an input is poked with a signal: poke it with constants");
            }
            poke(inputs.get(i).node(), constant.value());
        }
        return this;
    }

    /** Sets the input of the top module with this name. */
    public final Simulator poke(String name, long value) {
        return poke(find(name), BigInteger.valueOf(value));
    }

    /** Sets an input of the top module. */
    public final Simulator poke(Node input, BigInteger value) {
        if (!(input instanceof Net net) || !netlist.inputs().contains(net)) {
            throw new IllegalArgumentException("only inputs of the top module can be poked, not " + name(input));
        }
        boolean fits = value.signum() < 0 ? value.bitLength() < net.width() : value.bitLength() <= net.width();
        if (!fits) {
            throw new IllegalArgumentException(
                    value + " does not fit input " + name(input) + " of " + net.width() + " bits");
        }
        write(net, Operator.modulo(value, net.width()));
        return this;
    }

    /** The present value of any signal of the design; signed signals are sign-extended. */
    public final long peek(Scalar<?> signal) {
        BigInteger value = peekWide(signal);
        if (value.bitLength() > 64) {
            throw new IllegalArgumentException(name(signal.node()) + " does not fit a long: use peekWide");
        }
        return value.longValue();
    }

    /**
     * The enum constant that a signal of the design presently is.
     *
     * @throws IllegalStateException where its bits are the code of no constant
     */
    public final <E extends Enum<E>> E peek(Choice<E> signal) {
        int code = peek(signal.node()).intValue();
        E[] constants = signal.type().getEnumConstants();
        if (code >= constants.length) {
            throw new IllegalStateException(name(signal.node()) + " is " + code + ", the code of no constant of "
                    + signal.type().getSimpleName());
        }
        return constants[code];
    }

    /** The present value of any signal of the design. */
    public final BigInteger peekWide(Scalar<?> signal) {
        BigInteger pattern = peek(signal.node());
        return signal instanceof narrowband.hdl.SInt ? Operator.signed(pattern, signal.width()) : pattern;
    }

    /** The present value of the signal with this hierarchical name ({@code instance.signal}), as an unsigned pattern. */
    public final long peek(String name) {
        return peek(find(name)).longValue();
    }

    /** The present value of a node, as an unsigned pattern. */
    public final BigInteger peek(Node node) {
        return read(node);
    }

    /** Holds the reset, of all clocks, or lets it go; it acts at the next {@link #step}. */
    public final Simulator reset(boolean active) {
        resets = active ? allClocks : 0;
        resets(resets);
        return this;
    }

    /** Holds the reset of one clock of the top module or lets it go; it acts at the next edge of that clock. */
    public final Simulator reset(Clock clock, boolean active) {
        resets = active ? resets | bit(clock) : resets & ~bit(clock);
        resets(resets);
        return this;
    }

    /** One rising edge, of all clocks at once. */
    public final Simulator step() {
        return step(1);
    }

    /** {@code cycles} rising edges, each of all clocks at once. */
    public final Simulator step(long cycles) {
        run(allClocks, cycles, null);
        return this;
    }

    /** One rising edge of {@code some} of the top module's clocks, at once. */
    public final Simulator step(Clock... some) {
        long edges = 0;
        for (Clock clock : some) {
            edges |= bit(clock);
        }
        run(edges, 1, null);
        return this;
    }

    /**
     * Steps, all clocks at once, until {@code signal} is 1.
     *
     * @return the cycles that this took; 0 where it is 1 now
     * @throws IllegalStateException where it is still 0 after {@code limit} cycles
     */
    public final long runUntil(Bool signal, long limit) {
        long cycles = run(allClocks, limit, signal.node());
        if (cycles == limit && peek(signal.node()).signum() == 0) {
            throw new IllegalStateException(
                    "signal " + name(signal.node()) + " is still 0 after " + limit + " cycles, at cycle " + cycle);
        }
        return cycles;
    }

    /** How often each of the design's cover conditions held at an edge of its clock, in the order of their description. */
    public final Map<PlacedCheck, Long> covers() {
        Map<PlacedCheck, Long> counts = new LinkedHashMap<>();
        List<PlacedCheck> checks = netlist.checks();
        for (int i = 0; i < checks.size(); i++) {
            if (checks.get(i).check().kind() == Check.Kind.COVER) {
                counts.put(checks.get(i), covered(i));
            }
        }
        return counts;
    }

    /** Steps so far. */
    public final long cycle() {
        return cycle;
    }

    /** Writes waves of every cycle from now on that {@code recorder} wants. */
    public final Simulator record(Waves recorder) {
        recorder.begin(this);
        waves.add(recorder);
        return this;
    }

    /** The clocks whose resets are held, as bits. */
    final long resets() {
        return resets;
    }

    /** The flattened design that runs. */
    public final FlatNetlist netlist() {
        return netlist;
    }

    private long bit(Clock clock) {
        int index = clocks.indexOf(clock);
        if (index < 0) {
            throw new IllegalArgumentException("the top module has no such clock; it has "
                    + clocks.stream().map(netlist::clockName).toList());
        }
        return 1L << index;
    }

    private long run(long edges, long cycles, Node until) {
        long done = 0;
        while (done < cycles) {
            long part = cycles - done;
            for (Waves recorder : waves) {
                part = Math.min(part, recorder.sample(edges));
            }
            long steps = advance(edges, part, until);
            cycle += steps;
            done += steps;
            if (failed() >= 0) {
                throw new CheckFailedException(netlist.checks().get(failed()), cycle);
            }
            if (steps < part) {
                break;
            }
        }
        return done;
    }

    private Node find(String name) {
        Node node = netlist.byName().get(name);
        if (node == null) {
            throw new IllegalArgumentException("the design has no signal " + name);
        }
        return node;
    }

    private String name(Node node) {
        return netlist.names().getOrDefault(node, "an unnamed signal");
    }

    /**
     * Moves registers, read ports and memories on, by {@code cycles} edges of the clocks that {@code edges} has bits for, or fewer: until {@code until} (null for nothing) is
     * 1 or a check fails before an edge.
     *
     * @return the edges done
     */
    abstract long advance(long edges, long cycles, Node until);

    /** The index of the check that ended the last {@link #advance}, or -1. */
    abstract int failed();

    /** Says which resets are active from now on. */
    abstract void resets(long active);

    /** How often a cover condition held. */
    abstract long covered(int check);

    abstract void write(Net input, BigInteger value);

    /** The present value of a node. */
    abstract BigInteger read(Node node);

    /** Copies the present words of a node, the lowest first. */
    abstract void copy(Node node, long[] to, int at);
}
