package narrowband.hdl;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.SourceLine;
import narrowband.hdl.ir.SynchronousRead;

/**
 * Gives everything in a module its name: what the author said, else the field that holds it, else something derived from what it belongs to. No name depends on a counter
 * that runs through the design, so that a change renames nothing else.
 */
final class Naming {
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Module module;
    private final Map<Object, String> names;
    private final Map<String, Object> holders = new HashMap<>();

    private Naming(Module module) {
        this.module = module;
        this.names = new LinkedHashMap<>(module.description.names);
    }

    /** Names of nets, memories, read ports, instances and author-named expressions of {@code module}. */
    static Map<Object, String> of(Module module) {
        Naming naming = new Naming(module);
        naming.hold("clk", naming, null);
        naming.hold("rst", naming, null);
        naming.fromFields();
        naming.claim();
        return naming.names;
    }

    static void check(String name) {
        if (!IDENTIFIER.matcher(name).matches()) {
            throw new ElaborationException(
                    "name \"" + name + "\" is no identifier", "Use letters, digits and _, and start with a letter");
        }
        if (Keywords.verilog(name)) {
            throw new ElaborationException("name \"" + name + "\" is reserved in Verilog", "Choose another name");
        }
    }

    /** The name of a signal while its module is still being described, for messages. */
    static String known(Module module, Net net) {
        String name = module.description.names.get(net);
        if (name != null) {
            return name;
        }
        Naming naming = new Naming(module);
        naming.fromFields();
        return naming.names.getOrDefault(net, "declared at " + net.source());
    }

    private void fromFields() {
        List<Class<?>> classes = new ArrayList<>();
        for (Class<?> type = module.getClass(); type != Module.class; type = type.getSuperclass()) {
            classes.addFirst(type);
        }
        for (Class<?> type : classes) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
                    name(value(field), field.getName());
                }
            }
        }
    }

    private Object value(Field field) {
        try {
            field.setAccessible(true);
            return field.get(module);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("field " + field + " cannot be read", e);
        }
    }

    private void name(Object value, String name) {
        switch (value) {
            case null -> {}
            case Data<?> data -> suggest(data.node(), name);
            case Stream<?> stream -> {
                suggest(stream.valid.node(), name + "_valid");
                suggest(stream.ready.node(), name + "_ready");
                suggest(stream.data.node(), name + "_data");
            }
            case Memory memory -> suggest(memory.block(), name);
            case Module instance -> suggest(instance, name);
            case Object[] elements -> {
                for (int i = 0; i < elements.length; i++) {
                    name(elements[i], name + "_" + i);
                }
            }
            case List<?> elements -> {
                for (int i = 0; i < elements.size(); i++) {
                    name(elements.get(i), name + "_" + i);
                }
            }
            default -> {}
        }
    }

    private void suggest(Object part, String name) {
        boolean nameable = switch (part) {
            case Net net -> module.description.nets.contains(net);
            case MemoryBlock memory -> module.description.memories.contains(memory);
            case Module instance -> module.description.instances.contains(instance);
            case Operation operation -> true;
            case SynchronousRead read -> true;
            default -> false;
        };
        if (nameable) {
            names.putIfAbsent(part, name);
        }
    }

    private void claim() {
        Module.Description parts = module.description;
        for (Net net : parts.nets) {
            String name = names.get(net);
            if (name == null && (net.kind() == Net.Kind.INPUT || net.kind() == Net.Kind.OUTPUT)) {
                throw new ElaborationException(
                        net.source(),
                        "a port of " + module.kind() + " has no name",
                        "Keep it in a field, or say .named(...)");
            }
            if (name != null) {
                hold(name, net, net.source());
            }
        }
        parts.memories.forEach(memory -> ownOrFree(memory, "memory", memory.source()));
        parts.instances.forEach(instance -> ownOrFree(instance, decapitalised(instance.kind()), null));
        parts.reads.forEach(read -> ownOrFree(
                read, names.get(read.memory()) + "_word", read.memory().source()));
        names.forEach((part, name) -> {
            if (part instanceof Operation) {
                hold(name, part, null);
            }
        });
        for (Net net : parts.nets) {
            if (!names.containsKey(net)) {
                names.put(net, free(derived(net), net));
            }
        }
    }

    /** An unnamed wire or register is called after the first named signal that it feeds. */
    private String derived(Net net) {
        String suffix = net.kind() == Net.Kind.REGISTER ? "_register" : "_wire";
        for (Map.Entry<Net, Node> entry : module.drivers().entrySet()) {
            String name = names.get(entry.getKey());
            if (name != null
                    && entry.getKey() != net
                    && Reach.leaves(entry.getValue()).contains(net)) {
                return name + suffix;
            }
        }
        return "local" + suffix;
    }

    private void ownOrFree(Object part, String fallback, SourceLine source) {
        String name = names.get(part);
        if (name == null) {
            names.put(part, free(fallback, part));
        } else {
            hold(name, part, source);
        }
    }

    private String free(String base, Object part) {
        String name = base;
        for (int i = 2; holders.containsKey(name) || Keywords.verilog(name); i++) {
            name = base + "_" + i;
        }
        holders.put(name, part);
        return name;
    }

    private void hold(String name, Object part, SourceLine source) {
        SourceLine where = source == null ? new SourceLine(module.getClass().getName(), 0) : source;
        if (Keywords.verilog(name)) {
            throw new ElaborationException(
                    where, "name \"" + name + "\" is reserved in Verilog", "Rename the field or say .named(...)");
        }
        if (!IDENTIFIER.matcher(name).matches()) {
            throw new ElaborationException(where, "name \"" + name + "\" is no identifier", "Rename the field");
        }
        Object holder = holders.putIfAbsent(name, part);
        if (holder != null && holder != part) {
            throw new ElaborationException(
                    where,
                    "name \"" + name + "\" is used twice in " + module.kind(),
                    holder == this ? "clk and rst are the clock and the reset; rename it" : "Rename one of the two");
        }
    }

    private static String decapitalised(String name) {
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }
}
