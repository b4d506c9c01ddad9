package narrowband.hdl;

import java.util.ArrayList;
import java.util.List;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.SourceLine;

/** Flattens a design and reports a combinational loop, signal by signal. */
final class LoopCheck {
    private LoopCheck() {}

    static FlatNetlist flatten(ModuleNetlist top) {
        try {
            return FlatNetlist.of(top);
        } catch (FlatNetlist.LoopException loop) {
            List<String> path = new ArrayList<>();
            SourceLine source = new SourceLine(top.kind(), 0);
            for (Node node : loop.cycle()) {
                String name = loop.names().get(node);
                if (name != null) {
                    path.add(node instanceof Net net ? name + " (" + net.source() + ")" : name);
                }
                if (node instanceof Net net) {
                    source = net.source();
                }
            }
            if (!path.isEmpty()) {
                path.add(path.get(0));
            }
            throw new ElaborationException(
                    source, "combinational loop: " + String.join(" <- ", path), "Break it with a register");
        }
    }
}
