package narrowband.hdl;

import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.ModuleNetlist;

/**
 * An elaborated and checked design: what every back end reads.
 *
 * @param top the outermost module with all that it contains
 * @param flat the same hardware without hierarchy, in an order in which it can be evaluated
 */
public record Design(ModuleNetlist top, FlatNetlist flat) {
    /**
     * Elaborates {@code module} and all its instances.
     *
     * @throws ElaborationException where the description is faulty
     */
    public static Design of(Module module) {
        ModuleNetlist top = Elaboration.elaborate(module);
        return new Design(top, LoopCheck.flatten(top));
    }
}
