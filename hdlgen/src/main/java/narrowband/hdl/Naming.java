package narrowband.hdl;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.Keywords;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.NodeNumbers;
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
    private final Set<Object> declared = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<String, Object> holders = new HashMap<>();
    /** The last number that told names of one base apart. */
    private final Map<String, Integer> numbers = new HashMap<>();

    private Naming(Module module) {
        this.module = module;
        this.names = new LinkedHashMap<>(module.description.names);
        declared.addAll(module.description.nets);
        declared.addAll(module.description.reads);
        declared.addAll(module.description.memories);
        declared.addAll(module.description.instances);
        declared.addAll(module.description.clocks);
    }

    /** Names of nets, memories, read ports, instances and author-named expressions of {@code module}. */
    static Map<Object, String> of(Module module) {
        Naming naming = new Naming(module);
        checkKind(module, module.description.source);
        naming.holdMainClock();
        naming.fromFields();
        naming.claim();
        return naming.names;
    }

    private void holdMainClock() {
        List<String> ports = module.description
                .blackBox
                .map(box -> List.of(box.clock(), box.reset()))
                .orElse(List.of("clk", "rst"));
        ports.stream().filter(port -> !port.isEmpty()).forEach(port -> hold(port, this, module.description.source));
        names.put(module.description.clocks.getFirst(), "");
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

    /** The kind becomes the name of a Verilog module. */
    static void checkKind(Module module, SourceLine source) {
        String kind = module.kind();
        if (!IDENTIFIER.matcher(kind).matches()) {
            throw new ElaborationException(
                    source, "module name \"" + kind + "\" is no identifier", "Name the class, or override kind()");
        }
        if (Keywords.verilog(kind)) {
            throw new ElaborationException(
                    source, "module name \"" + kind + "\" is reserved in Verilog", "Override kind() otherwise");
        }
    }

    /** {@code WidthConverter} as {@code width_converter}. */
    static String snakeCase(String name) {
        String snake = underscored(name).toLowerCase(Locale.ROOT);
        return Keywords.verilog(snake) ? snake + "_module" : snake;
    }

    /** {@code WidthConverter} as {@code Width_Converter}. */
    static String underscored(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replaceAll("([A-Z])([A-Z][a-z])", "$1_$2");
    }

    /** The name of a signal or a memory while its module is still being described, for messages. */
    static String known(Module module, Object part) {
        String name = module.description.names.get(part);
        if (name != null) {
            return name;
        }
        Naming naming = new Naming(module);
        naming.fromFields();
        return naming.names.getOrDefault(part, "without a name");
    }

    private void fromFields() {
        List<Class<?>> classes = new ArrayList<>();
        for (Class<?> type = module.getClass(); type != Module.class; type = type.getSuperclass()) {
            classes.addFirst(type);
        }
        Map<String, Object> collections = new LinkedHashMap<>();
        for (Class<?> type : classes) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
                    Object value = value(field);
                    if (value instanceof Object[] || value instanceof List<?>) {
                        collections.put(field.getName(), value);
                    } else {
                        name(value, field.getName());
                    }
                }
            }
        }
        // What has a field of its own is called after it, not after a list that holds it too.
        collections.forEach((name, value) -> name(value, name));
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
            case Value<?> hardware -> {
                for (Shape.Leaf leaf : Shape.leaves(hardware)) {
                    if (leaf.scalar().owner() == module) {
                        suggest(leaf.scalar().node(), leaf.name(name));
                    }
                }
            }
            case Stream<?> stream -> {
                suggest(stream.valid.node(), name + "_valid");
                suggest(stream.ready.node(), name + "_ready");
                for (Shape.Leaf leaf : Shape.leaves(stream.data)) {
                    suggest(leaf.scalar().node(), leaf.name(name + "_data"));
                }
            }
            case Memory memory -> suggest(memory.block(), name);
            case Clock clock -> suggest(clock, name);
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
            case Net net -> declared.contains(net);
            case MemoryBlock memory -> declared.contains(memory);
            case Module instance -> declared.contains(instance);
            case Clock clock -> declared.contains(clock);
            case Operation operation -> true;
            case AsynchronousRead read -> true;
            case SynchronousRead read -> declared.contains(read);
            default -> false;
        };
        if (nameable) {
            names.putIfAbsent(part, name);
        }
    }

    private void claim() {
        Description parts = module.description;
        for (Clock clock : parts.clocks.subList(1, parts.clocks.size())) {
            String name = names.get(clock);
            if (name == null) {
                throw new ElaborationException(
                        clock.source(), "a clock of " + module.kind() + " has no name", "Keep it in a field");
            }
            hold(name + "_clk", clock, clock.source());
            hold(name + "_rst", clock, clock.source());
        }
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
        parts.instances.forEach(instance -> ownOrFree(instance, instance.kind(), source(instance)));
        parts.reads.forEach(read -> ownOrFree(
                read, names.get(read.memory()) + "_word", read.memory().source()));
        names.forEach((part, name) -> {
            if (part instanceof Operation || part instanceof AsynchronousRead) {
                hold(name, part, source(part));
            }
        });
        List<Net> unnamed =
                parts.nets.stream().filter(net -> !names.containsKey(net)).toList();
        if (!unnamed.isEmpty()) {
            derive(unnamed);
        }
    }

    /** An unnamed wire or register is called after the first named signal that it feeds, be it through others without a name. */
    private void derive(List<Net> unnamed) {
        Map<Net, Integer> order = new IdentityHashMap<>();
        unnamed.forEach(net -> order.put(net, order.size()));
        Map<Net, String> bases = new IdentityHashMap<>();
        NodeNumbers seen = new NodeNumbers();
        List<Net> targets =
                module.drivers().keySet().stream().filter(names::containsKey).toList();
        while (!targets.isEmpty()) {
            List<Net> found = new ArrayList<>();
            for (Net target : targets) {
                for (Node node : Reach.further(module.drivers().get(target), seen)) {
                    if (node instanceof Net net && order.containsKey(net) && !bases.containsKey(net)) {
                        bases.put(net, bases.getOrDefault(target, names.get(target)));
                        found.add(net);
                    }
                }
            }
            found.sort(Comparator.comparing(order::get));
            found.forEach(net -> nameAfter(bases.get(net), net));
            targets = found;
        }
        unnamed.stream().filter(net -> !bases.containsKey(net)).forEach(net -> nameAfter("local", net));
    }

    private void nameAfter(String base, Net net) {
        names.put(net, free(base + (net.kind() == Net.Kind.REGISTER ? "_register" : "_wire"), net));
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
        while (holders.containsKey(name) || Keywords.verilog(name)) {
            name = base + "_" + numbers.merge(base, 2, (last, first) -> last + 1);
        }
        holders.put(name, part);
        return name;
    }

    private void hold(String name, Object part, SourceLine source) {
        if (Keywords.verilog(name)) {
            throw new ElaborationException(
                    source, "name \"" + name + "\" is reserved in Verilog", "Rename the field or say .named(...)");
        }
        if (!IDENTIFIER.matcher(name).matches()) {
            throw new ElaborationException(source, "name \"" + name + "\" is no identifier", "Rename the field");
        }
        Object holder = holders.putIfAbsent(name, part);
        if (holder != null && holder != part) {
            throw new ElaborationException(
                    source,
                    "name \"" + name + "\" is used twice in " + module.kind(),
                    holder == this
                            ? "clk and rst are the clock and the reset; choose another name"
                            : "Rename one of the two");
        }
    }

    private SourceLine source(Object part) {
        return module.description.sources.getOrDefault(part, module.description.source);
    }
}
