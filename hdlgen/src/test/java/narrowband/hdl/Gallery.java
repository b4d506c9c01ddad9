package narrowband.hdl;

import java.util.ArrayList;
import java.util.List;

/** Several random designs side by side, each with ports of its own, so that an outside simulator is built once for all. */
public final class Gallery extends Module {
    private final List<UInt> ports = new ArrayList<>();

    /** The designs of {@code count} seeds from {@code first} on. */
    public Gallery(long first, int count, int operators, int levels, int widest) {
        for (long seed = first; seed < first + count; seed++) {
            RandomModule design = instance("design" + seed, new RandomModule(seed, operators, levels, widest));
            for (int i = 0; i < design.inputs.length; i++) {
                UInt port = input(design.inputs[i].width()).named("seed" + seed + "_input" + i);
                design.inputs[i].set(port);
                ports.add(port);
            }
            for (int i = 0; i < design.outputs.size(); i++) {
                UInt port = output(design.outputs.get(i).width()).named("seed" + seed + "_output" + i);
                port.set(design.outputs.get(i));
                ports.add(port);
            }
        }
    }
}
