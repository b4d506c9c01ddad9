package narrowband.hdl;

import java.util.Map;
import narrowband.hdl.ir.Check;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.MemoryWrite;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.SourceLine;
import narrowband.hdl.ir.SynchronousRead;

/**
 * A piece of hardware: extend it, declare ports and registers as fields, describe what drives them in the constructor. See the package's description for the rules.
 *
 * <p>A module belongs to the thread that builds it and becomes part of one design.
 */
public abstract non-sealed class Module extends Declarations {
    private Block block = new Block(null, Bool.TRUE, Bool.TRUE);
    private When last;
    private Module parent;

    /** Describes nothing yet. */
    protected Module() {}

    /** The name of this kind of module in the Verilog; the class's simple name in lower case with underscores unless overridden. */
    public String kind() {
        return Naming.snakeCase(getClass().getSimpleName());
    }

    /** Says what the module does, for the header of its Verilog. */
    protected final void describe(String sentence) {
        description.text = sentence;
    }

    /** Records a constructor parameter for the header; it also tells apart kinds of one class. */
    protected final void parameter(String name, Object value) {
        description.parameters.put(name, String.valueOf(value));
    }

    /** Puts a module into this one, on the present clock; returns it. Its ports are then this module's to set and read. */
    protected final <M extends Module> M instance(M module) {
        if (module.parent() != null || module == this) {
            throw new ElaborationException(
                    module == this
                            ? module.kind() + " is made an instance of itself"
                            : "this " + module.kind() + " is already an instance in "
                                    + module.parent().kind(),
                    "Construct a new one for each instance");
        }
        Naming.checkKind(module, Caller.find());
        adopt(module, this);
        description.instances.add(module);
        description.sources.put(module, Caller.find());
        description.connections.put(module.description.clocks.getFirst(), clockNow());
        return module;
    }

    /** As {@link #instance(Module)}, with a name; needed only where the instance is not a field. */
    protected final <M extends Module> M instance(String name, M module) {
        instance(module);
        name(module, name);
        return module;
    }

    /** Drives {@code inner}, a clock that an instance declared beside its main one, with a clock of this module; its reset likewise. */
    protected final void connect(Clock inner, Clock outer) {
        boolean known = description.instances.stream().anyMatch(child -> child.description.clocks.indexOf(inner) > 0);
        require(
                known && description.clocks.contains(outer),
                "clocks that are not an instance's and this module's are connected in " + kind(),
                "Say connect(instance's clock, clock of this module) after instance(...)");
        require(
                description.connections.putIfAbsent(inner, outer) == null,
                "a clock of an instance in " + kind() + " is connected twice",
                "Connect it once");
    }

    /** Claims that {@code condition} is 1 at every edge of the present clock, where the enclosing {@code when}s hold: simulations stop where it is not, proofs prove it. */
    protected final void assertAlways(Bool condition, String message) {
        check(Check.Kind.ASSERT, condition().not().or(condition), message);
    }

    /** Promises that this module's surroundings keep {@code condition} 1 at every edge of the present clock, where the enclosing {@code when}s hold. */
    protected final void assume(Bool condition, String message) {
        check(Check.Kind.ASSUME, condition().not().or(condition), message);
    }

    /** Counts the edges of the present clock at which {@code condition} and the enclosing {@code when}s hold. */
    protected final void cover(Bool condition, String message) {
        check(Check.Kind.COVER, condition().and(condition), message);
    }

    private void check(Check.Kind kind, Bool condition, String message) {
        last = null;
        requireOwn(condition);
        description.checks.add(new Check(kind, message, condition.node(), clockNow(), Caller.find()));
    }

    /** Demands a reset of every register in this module; elaboration names the one that has none. */
    protected final void demandResets() {
        description.resetsDemanded = true;
    }

    /** What {@code branch} sets, it sets only in cycles in which {@code condition} is 1. */
    protected final When when(Bool condition, Runnable branch) {
        return new When(this, block).branch(condition, branch);
    }

    final void drive(Net net, Module owner, Node value) {
        boolean fromOutside = owner != this;
        if (fromOutside != (net.kind() == Net.Kind.INPUT)) {
            throw new ElaborationException(
                    fromOutside
                            ? "a signal inside " + owner.kind() + " is set from outside"
                            : "an input of " + kind() + " is set by the module itself",
                    fromOutside
                            ? "Give " + owner.kind() + " an input"
                            : "Make it a wire, or set it in the parent after instance(...)");
        }
        SourceLine source = Caller.find();
        last = null;
        block.set(net, value, source, () -> Naming.known(owner, net));
    }

    final Node unset(Net net) {
        return net.kind() == Net.Kind.REGISTER
                ? net
                : description.unset.computeIfAbsent(
                        net, missing -> Net.of(Net.Kind.WIRE, missing.width(), missing.clock(), missing.source()));
    }

    private void requireOwn(Bool condition) {
        if (condition.scope() != null && condition.scope() != this) {
            throw new ElaborationException(
                    "a condition of " + kind() + " comes from "
                            + condition.scope().kind(),
                    "Pass it through a port");
        }
    }

    final void run(Block branch, Runnable body) {
        requireOwn(branch.condition());
        Block outer = block;
        block = branch;
        last = null;
        try {
            body.run();
        } finally {
            block = outer;
        }
    }

    /** The condition under which the statement now described is reached. */
    final Bool condition() {
        return block.reached();
    }

    final void last(When when) {
        last = when;
    }

    final boolean isLast(When when) {
        return last == when;
    }

    final void declare(SynchronousRead read) {
        description.reads.add(read);
    }

    final void declare(MemoryBlock memory, MemoryWrite write) {
        last = null;
        if (description.writes.putIfAbsent(memory, write) != null) {
            throw new ElaborationException(
                    "RAM " + Naming.known(this, memory) + " is written twice",
                    "Describe its one write port once, with address and data chosen by mux");
        }
    }

    /** Names a part. A signal keeps its first name: an expression that folds to it does not take it away. */
    final void name(Object part, String name) {
        Naming.check(name);
        if (!(part instanceof Net) || !description.names.containsKey(part)) {
            description.names.put(part, name);
            description.sources.put(part, Caller.find());
        }
    }

    final void remark(Node node, String comment) {
        description.comments.put(node, comment);
    }

    final void spare(Node input) {
        description.spare.add(input);
    }

    final Module scope() {
        if (parent == null) {
            return this;
        }
        if (parent.parent != null) {
            throw new ElaborationException(
                    "a signal of " + kind() + " is used two levels above it",
                    "Pass the value through ports of " + parent.kind());
        }
        return parent;
    }

    final Module parent() {
        return parent;
    }

    private static void adopt(Module child, Module parent) {
        child.parent = parent;
    }

    final Map<Net, Node> drivers() {
        return block.drivers();
    }
}
