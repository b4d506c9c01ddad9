package narrowband.hdl;

import java.util.List;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.ModuleNetlist;

/**
 * An elaborated and checked design: what every back end reads.
 *
 * @param top the outermost module with all that it contains
 * @param flat the same hardware without hierarchy, in an order in which it can be evaluated
 * @param warnings what is legal and probably not meant, such as an input that nothing reads
 */
public record Design(ModuleNetlist top, FlatNetlist flat, List<Warning> warnings) {
    /**
     * Elaborates {@code module} and all its instances.
     *
     * @throws ElaborationException where the description is faulty
     */
    public static Design of(Module module) {
        Elaboration elaboration = new Elaboration();
        ModuleNetlist top = elaboration.elaborate(module);
        FlatNetlist flat = LoopCheck.flatten(top);
        CrossingCheck.check(flat);
        return new Design(top, flat, elaboration.warnings());
    }
}
