package narrowband.hdl;

import java.util.Map;
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

    /** Puts a module into this one; returns it. Its ports are then this module's to set and read. */
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
        return module;
    }

    /** As {@link #instance(Module)}, with a name; needed only where the instance is not a field. */
    protected final <M extends Module> M instance(String name, M module) {
        instance(module);
        name(module, name);
        return module;
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
                        net, missing -> Net.of(Net.Kind.WIRE, missing.width(), missing.source()));
    }

    final void run(Block branch, Runnable body) {
        if (branch.condition().scope() != null && branch.condition().scope() != this) {
            throw new ElaborationException(
                    "a condition of " + kind() + " comes from "
                            + branch.condition().scope().kind(),
                    "Pass it through a port");
        }
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

    final void name(Object part, String name) {
        Naming.check(name);
        description.names.put(part, name);
        description.sources.put(part, Caller.find());
    }

    final void remark(Node node, String comment) {
        description.comments.put(node, comment);
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
