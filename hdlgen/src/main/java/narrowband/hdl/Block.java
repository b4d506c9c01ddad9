package narrowband.hdl;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.SourceLine;

/** What the statements of one branch (or of the constructor itself) drive so far, and the condition under which the branch is taken. */
final class Block {
    private final Block outer;
    private final Bool condition;
    private final Bool reached;
    private final Map<Net, Node> drivers = new LinkedHashMap<>();
    private final Map<Net, SourceLine> unconditional = new LinkedHashMap<>();

    /**
     * A block.
     *
     * @param condition the branch's own condition
     * @param taken that condition and none of the earlier branches' conditions
     */
    Block(Block outer, Bool condition, Bool taken) {
        this.outer = outer;
        this.condition = condition;
        this.reached = outer == null ? taken : outer.reached.and(taken);
    }

    /** 1 in cycles in which this block's statements count. */
    Bool reached() {
        return reached;
    }

    Bool condition() {
        return condition;
    }

    Map<Net, Node> drivers() {
        return drivers;
    }

    /** The driver that holds at the end of this block as written so far; null where none is known. */
    Node driver(Net net) {
        for (Block block = this; block != null; block = block.outer) {
            Node driver = block.drivers.get(net);
            if (driver != null) {
                return driver;
            }
        }
        return null;
    }

    /** A plain statement: one per signal and block. */
    void set(Net net, Node value, SourceLine source, Supplier<String> name) {
        SourceLine earlier = unconditional.putIfAbsent(net, source);
        if (earlier != null || drivers.containsKey(net)) {
            throw new ElaborationException(
                    source,
                    "signal " + name.get() + " already has a driver"
                            + (earlier == null ? " under a condition" : " at " + earlier),
                    "Set it once; a default comes first and when(...) overrides it");
        }
        drivers.put(net, value);
    }

    /** The outcome of a {@code when}: overrides what came before. */
    void override(Net net, Node value) {
        drivers.put(net, value);
    }
}
