package narrowband.hdl.ir;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One elaborated module instance. All maps have identity keys and iterate in the order of declaration.
 *
 * @param kind the name of the module's kind (its Java class)
 * @param parameters constructor parameters by name, for the header
 * @param description a sentence that says what the module does, or empty
 * @param blackBox present where the Verilog comes from elsewhere
 * @param clocks the module's clocks by name, the main clock first, whose name is empty
 * @param nets ports, wires and registers in the order of declaration
 * @param drivers what drives each output, wire and register of this module and each input of its instances; only a black box may leave an output out
 * @param names names of nets, of read ports and of those expressions that the author named
 * @param comments the author's remarks
 */
public record ModuleNetlist(
        String kind,
        Map<String, String> parameters,
        String description,
        Optional<ExternalModule> blackBox,
        Map<Clock, String> clocks,
        List<Net> nets,
        List<SynchronousRead> reads,
        Map<MemoryBlock, String> memories,
        Map<MemoryBlock, MemoryWrite> writes,
        List<Instance> instances,
        Map<Net, Node> drivers,
        Map<Node, String> names,
        Map<Node, String> comments,
        List<Check> checks) {

    /** The ports, in the order of declaration; clocks and resets are not among them. */
    public List<Net> ports() {
        return nets.stream()
                .filter(net -> net.kind() == Net.Kind.INPUT || net.kind() == Net.Kind.OUTPUT)
                .toList();
    }

    /** The name of a net of this module. */
    public String name(Node node) {
        return names.get(node);
    }

    /** The clocks that something in the module or inside it runs on, in the order of declaration. */
    public List<Clock> clocksUsed() {
        return clocks.keySet().stream().filter(this::clocked).toList();
    }

    /** The port of a clock of this module. */
    public String clockPort(Clock clock) {
        return blackBox.filter(box -> clocks.get(clock).isEmpty())
                .map(ExternalModule::clock)
                .orElseGet(() -> port(clock, "clk"));
    }

    /** The port of the reset of a clock of this module. */
    public String resetPort(Clock clock) {
        return blackBox.filter(box -> clocks.get(clock).isEmpty())
                .map(ExternalModule::reset)
                .orElseGet(() -> port(clock, "rst"));
    }

    private String port(Clock clock, String suffix) {
        String name = clocks.get(clock);
        return name.isEmpty() ? suffix : name + "_" + suffix;
    }

    /** Whether something in the module or inside it runs on {@code clock}, and so whether the module has a port for it. */
    public boolean clocked(Clock clock) {
        if (blackBox.isPresent()) {
            return !clockPort(clock).isEmpty();
        }
        return drives(clock) || checks.stream().anyMatch(check -> check.clock() == clock);
    }

    /** Whether {@code clock} has hardware to drive, in the module itself or at the ports of its instances: more than the module's own checks. */
    public boolean drives(Clock clock) {
        return nets.stream().anyMatch(net -> net.kind() == Net.Kind.REGISTER && net.clock() == clock)
                || reads.stream().anyMatch(read -> read.clock() == clock)
                || writes.values().stream().anyMatch(write -> write.clock() == clock)
                || instances.stream()
                        .anyMatch(instance -> instance.clocks().entrySet().stream()
                                .anyMatch(connection -> connection.getValue() == clock
                                        && instance.module().clocked(connection.getKey())));
    }

    /** Whether the module or one inside it has a register with the reset of {@code clock}, and so whether the module has a port for it. */
    public boolean resettable(Clock clock) {
        if (blackBox.isPresent()) {
            return !resetPort(clock).isEmpty();
        }
        return nets.stream().anyMatch(net -> net.resettable() && net.clock() == clock)
                || instances.stream()
                        .anyMatch(instance -> instance.clocks().entrySet().stream()
                                .anyMatch(connection -> connection.getValue() == clock
                                        && instance.module().resettable(connection.getKey())));
    }
}
