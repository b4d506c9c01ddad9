package narrowband.hdl;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.Instance;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.MemoryWrite;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.SourceLine;
import narrowband.hdl.ir.SynchronousRead;

/** Turns a described module into its netlist and checks what can only be checked when the description is complete. */
final class Elaboration {
    private final List<Warning> warnings = new ArrayList<>();

    /** What is suspicious in the modules elaborated so far. */
    List<Warning> warnings() {
        return List.copyOf(warnings);
    }

    /** The netlist of {@code module} and all its instances. */
    ModuleNetlist elaborate(Module module) {
        Description parts = module.description;
        Map<Object, String> names = Naming.of(module);
        Map<Net, Node> drivers = module.drivers();
        checkDrivers(module, names, drivers);
        checkClocks(module, names);
        checkScope(module, names, drivers);

        Map<Node, String> nodeNames = new LinkedHashMap<>();
        names.forEach((part, name) -> {
            if (part instanceof Node node) {
                nodeNames.put(node, name);
            }
        });
        Map<MemoryBlock, String> memories = new LinkedHashMap<>();
        Map<MemoryBlock, MemoryWrite> writes = new LinkedHashMap<>();
        for (MemoryBlock memory : parts.memories) {
            memories.put(memory, names.get(memory));
            MemoryWrite write = parts.writes.get(memory);
            if (write != null) {
                writes.put(memory, write);
            }
        }
        List<Instance> instances = new ArrayList<>();
        for (Module child : parts.instances) {
            Map<Clock, Clock> connections = new LinkedHashMap<>();
            child.description.clocks.forEach(clock -> connections.put(clock, parts.connections.get(clock)));
            instances.add(new Instance(names.get(child), elaborate(child), Collections.unmodifiableMap(connections)));
        }
        Map<Clock, String> clocks = new LinkedHashMap<>();
        parts.clocks.forEach(clock -> clocks.put(clock, names.get(clock)));
        return new ModuleNetlist(
                module.kind(),
                Collections.unmodifiableMap(parts.parameters),
                parts.text,
                parts.blackBox,
                Collections.unmodifiableMap(clocks),
                List.copyOf(parts.nets),
                List.copyOf(parts.reads),
                Collections.unmodifiableMap(memories),
                Collections.unmodifiableMap(writes),
                List.copyOf(instances),
                Collections.unmodifiableMap(drivers),
                Collections.unmodifiableMap(nodeNames),
                Collections.unmodifiableMap(parts.comments),
                List.copyOf(parts.checks));
    }

    private static void checkClocks(Module module, Map<Object, String> names) {
        for (Module child : module.description.instances) {
            for (Clock clock : child.description.clocks) {
                if (!module.description.connections.containsKey(clock)) {
                    throw new ElaborationException(
                            module.description.sources.get(child),
                            "a clock of instance " + names.get(child) + " in " + module.kind() + ", declared at "
                                    + clock.source() + ", is not connected",
                            "Say connect(" + names.get(child) + "'s clock, clock of this module)");
                }
            }
        }
        if (module.description.resetsDemanded) {
            for (Net net : module.description.nets) {
                if (net.kind() == Net.Kind.REGISTER && !net.resettable()) {
                    throw new ElaborationException(
                            net.source(),
                            "register " + names.get(net) + " of " + module.kind()
                                    + " has no reset, which demandResets() asks for",
                            "Give it a reset value");
                }
            }
        }
    }

    private static void checkDrivers(Module module, Map<Object, String> names, Map<Net, Node> drivers) {
        for (Net net : module.description.nets) {
            boolean left = module.description.blackBox.isPresent() && net.kind() == Net.Kind.OUTPUT;
            if (net.kind() != Net.Kind.INPUT && !left && !drivers.containsKey(net)) {
                throw new ElaborationException(
                        net.source(),
                        net.kind().name().toLowerCase(java.util.Locale.ROOT) + " " + names.get(net) + " of "
                                + module.kind() + " has no driver",
                        "Set it in the constructor, or remove it");
            }
        }
        for (Module child : module.description.instances) {
            for (Net net : child.description.nets) {
                if (net.kind() == Net.Kind.INPUT && !drivers.containsKey(net)) {
                    throw new ElaborationException(
                            module.description.sources.get(child),
                            "input " + Naming.known(child, net) + " of instance " + names.get(child) + " in "
                                    + module.kind() + " has no driver",
                            "Set it after instance(...)");
                }
            }
        }
        module.description.memories.forEach(memory -> {
            if (memory.writable() && !module.description.writes.containsKey(memory)) {
                throw new ElaborationException(
                        memory.source(),
                        "RAM " + names.get(memory) + " is never written",
                        "Describe its write, or make it a ROM");
            }
        });
    }

    /** Every expression reads only this module's signals and its instances' ports, and no branch leaves a wire without a value. */
    private void checkScope(Module module, Map<Object, String> names, Map<Net, Node> drivers) {
        Set<Node> visible = Collections.newSetFromMap(new IdentityHashMap<>());
        visible.addAll(module.description.nets);
        visible.addAll(module.description.reads);
        for (Module child : module.description.instances) {
            child.description.nets.stream()
                    .filter(net -> net.kind() == Net.Kind.INPUT || net.kind() == Net.Kind.OUTPUT)
                    .forEach(visible::add);
        }
        Map<Net, Net> holes = new IdentityHashMap<>();
        module.description.unset.forEach((net, hole) -> holes.put(hole, net));
        List<Node> roots = new ArrayList<>(drivers.values());
        for (SynchronousRead read : module.description.reads) {
            roots.add(read.address());
            roots.add(read.enable());
        }
        for (MemoryWrite write : module.description.writes.values()) {
            roots.addAll(List.of(write.address(), write.data(), write.enable()));
        }
        module.description.checks.forEach(check -> roots.add(check.condition()));
        names.keySet().forEach(part -> {
            if (part instanceof Operation || part instanceof AsynchronousRead) {
                roots.add((Node) part);
            }
        });
        Set<MemoryBlock> memories = Collections.newSetFromMap(new IdentityHashMap<>());
        memories.addAll(module.description.memories);
        List<Node> reached = Reach.all(roots);
        for (Node node : reached) {
            if (node instanceof Operation) {
                continue;
            }
            switch (node) {
                case Net net when holes.containsKey(net) -> throw hole(module, names, holes.get(net));
                case Net net when !visible.contains(net) -> throw outside(module, "signal", net.source());
                case SynchronousRead read
                when !visible.contains(read) ->
                    throw outside(module, "memory", read.memory().source());
                case AsynchronousRead read
                when !memories.contains(read.memory()) ->
                    throw outside(module, "memory", read.memory().source());
                default -> {}
            }
        }
        if (module.description.blackBox.isEmpty()) {
            warnOfUnread(module, names, reached);
        }
    }

    private void warnOfUnread(Module module, Map<Object, String> names, List<Node> reached) {
        Set<Node> unread = Collections.newSetFromMap(new IdentityHashMap<>());
        unread.addAll(module.description.nets);
        for (Node node : reached) {
            if (node instanceof Net) {
                unread.remove(node);
            }
        }
        for (Net net : module.description.nets) {
            if (net.kind() == Net.Kind.INPUT && unread.contains(net) && !module.description.spare.contains(net)) {
                warnings.add(new Warning(
                        net.source(), "input " + names.get(net) + " of " + module.kind() + " is read by nothing"));
            }
        }
    }

    private static ElaborationException hole(Module module, Map<Object, String> names, Net net) {
        String name = names.get(net);
        for (Module child : module.description.instances) {
            if (child.description.nets.contains(net)) {
                name = names.get(child) + "." + Naming.known(child, net);
            }
        }
        return new ElaborationException(
                net.source(),
                "signal " + name + " in " + module.kind() + " has no value in some cases",
                "Set a default before the when(...), or add an otherwise(...)");
    }

    private static ElaborationException outside(Module module, String part, SourceLine source) {
        return new ElaborationException(
                source,
                "an internal " + part + " is read from " + module.kind() + ", outside its module",
                "Give its module an output");
    }
}
