package narrowband.hdl.ir;

import java.util.List;
import java.util.Map;

/**
 * One elaborated module instance. All maps have identity keys and iterate in the order of declaration.
 *
 * @param kind the name of the module's kind (its Java class)
 * @param parameters constructor parameters by name, for the header
 * @param description a sentence that says what the module does, or empty
 * @param nets ports, wires and registers in the order of declaration
 * @param drivers what drives each output, wire and register of this module and each input of its instances
 * @param names names of nets, of read ports and of those expressions that the author named
 * @param comments the author's remarks
 */
public record ModuleNetlist(
        String kind,
        Map<String, String> parameters,
        String description,
        List<Net> nets,
        List<SynchronousRead> reads,
        Map<MemoryBlock, String> memories,
        Map<MemoryBlock, MemoryWrite> writes,
        List<Instance> instances,
        Map<Net, Node> drivers,
        Map<Node, String> names,
        Map<Node, String> comments) {

    /** The ports, in the order of declaration. */
    public List<Net> ports() {
        return nets.stream()
                .filter(net -> net.kind() == Net.Kind.INPUT || net.kind() == Net.Kind.OUTPUT)
                .toList();
    }

    /** The name of a net of this module. */
    public String name(Node node) {
        return names.get(node);
    }

    /** Whether the module or one inside it has state, and so a clock. */
    public boolean clocked() {
        return !reads.isEmpty()
                || !writes.isEmpty()
                || nets.stream().anyMatch(net -> net.kind() == Net.Kind.REGISTER)
                || instances.stream().anyMatch(instance -> instance.module().clocked());
    }

    /** Whether the module or one inside it has a register with a reset. */
    public boolean resettable() {
        return nets.stream().anyMatch(Net::resettable)
                || instances.stream().anyMatch(instance -> instance.module().resettable());
    }
}
