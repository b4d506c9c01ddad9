package narrowband.hdl.simulation;

import java.math.BigInteger;
import narrowband.hdl.Design;
import narrowband.hdl.Scalar;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operator;

/**
 * A running design. Inputs start as 0, registers and memories as at power up. {@link #peek} shows what the signals are in the present cycle for the inputs poked so far;
 * {@link #step} is a rising clock edge. Not for use by several threads at once.
 */
public abstract class Simulator {
    private final FlatNetlist netlist;
    private boolean reset;
    private long cycle;

    Simulator(FlatNetlist netlist) {
        if (!netlist.undriven().isEmpty()) {
            throw new IllegalArgumentException(
                    "output " + netlist.names().get(netlist.undriven().getFirst())
                            + " of a black box has no behaviour in Java: describe it in its constructor to simulate the design");
        }
        this.netlist = netlist;
    }

    /** The fast simulator for {@code design}. */
    public static Simulator of(Design design) {
        return new CompiledSimulator(design.flat());
    }

    /** Sets an input of the top module; a negative value is taken in two's complement. */
    public final Simulator poke(Scalar<?> input, long value) {
        return poke(input.node(), BigInteger.valueOf(value));
    }

    /** Sets an input of the top module; a negative value is taken in two's complement. */
    public final Simulator poke(Scalar<?> input, BigInteger value) {
        return poke(input.node(), value);
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

    /** Holds the reset or lets it go; it acts at the next {@link #step}. */
    public final Simulator reset(boolean active) {
        reset = active;
        return this;
    }

    /** One rising clock edge. */
    public final Simulator step() {
        return step(1);
    }

    /** {@code cycles} rising clock edges. */
    public final Simulator step(long cycles) {
        if (cycles > 0) {
            advance(cycles, reset);
            cycle += cycles;
        }
        return this;
    }

    /** Rising edges so far. */
    public final long cycle() {
        return cycle;
    }

    /** The flattened design that runs. */
    public final FlatNetlist netlist() {
        return netlist;
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

    /** Moves registers, read ports and memories on by {@code cycles} edges. */
    abstract void advance(long cycles, boolean reset);

    abstract void write(Net input, BigInteger value);

    /** The present value of a node. */
    abstract BigInteger read(Node node);
}
