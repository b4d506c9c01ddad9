package narrowband.hdl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import narrowband.hdl.ir.Expression;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;

/** A conditional description: {@code when(a, ...).elseWhen(b, ...).otherwise(...)}; the first branch whose condition holds counts. */
public final class When {
    private final Module module;
    private final Block outer;
    private final List<Block> branches = new ArrayList<>();
    private final Map<Net, Node> before = new LinkedHashMap<>();
    private Bool none;
    private boolean closed;

    When(Module module, Block outer) {
        this.module = module;
        this.outer = outer;
        this.none = Bool.TRUE;
    }

    /** The branch for {@code condition} where no earlier one held. */
    public When elseWhen(Bool condition, Runnable branch) {
        requireOpen();
        return branch(condition, branch);
    }

    /** The branch for all other cases. */
    public void otherwise(Runnable branch) {
        requireOpen();
        branch(Bool.TRUE, branch);
        closed = true;
    }

    When branch(Bool condition, Runnable body) {
        restore();
        Block block = new Block(outer, condition, none.and(condition));
        module.run(block, body);
        branches.add(block);
        none = none.and(condition.not());
        merge();
        module.last(this);
        return this;
    }

    private void restore() {
        before.forEach((net, driver) -> {
            if (driver == null) {
                outer.drivers().remove(net);
            } else {
                outer.override(net, driver);
            }
        });
    }

    private void merge() {
        Set<Net> targets = new LinkedHashSet<>();
        branches.forEach(block -> targets.addAll(block.drivers().keySet()));
        for (Net net : targets) {
            if (!before.containsKey(net)) {
                before.put(net, outer.drivers().get(net));
            }
            Node prior = outer.driver(net);
            Node value = prior != null ? prior : module.unset(net);
            for (Block block : branches.reversed()) {
                Node own = block.drivers().get(net);
                Node taken = own != null ? own : prior != null ? prior : module.unset(net);
                value = Expression.choose(block.condition().node(), taken, value);
            }
            outer.override(net, value);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new ElaborationException(
                    "elseWhen or otherwise follows an otherwise", "Let otherwise(...) be the last branch");
        }
        if (!module.isLast(this)) {
            throw new ElaborationException(
                    "elseWhen or otherwise does not follow its when directly",
                    "Chain it to the when(...) that it continues");
        }
    }
}
