package narrowband.hdl.verilog;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.ExternalModule;
import narrowband.hdl.ir.Instance;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.MemoryWrite;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.Operator;
import narrowband.hdl.ir.SynchronousRead;

/** The Verilog of one module. */
final class ModuleText {
    private final ModuleNetlist module;
    private final String name;
    private final Function<ModuleNetlist, String> kindOf;
    private final Layout layout;
    private final Phrases phrases;
    private final StringBuilder declarations = new StringBuilder();
    private final StringBuilder body = new StringBuilder();

    ModuleText(ModuleNetlist module, String name, Function<ModuleNetlist, String> kindOf) {
        this.module = module;
        this.name = name;
        this.kindOf = kindOf;
        this.layout = new Layout(module);
        this.phrases = new Phrases(module, layout);
    }

    String text() {
        body();
        declarations();
        StringBuilder text = new StringBuilder();
        header(text);
        text.append("`default_nettype none\n\nmodule ").append(name);
        ports(text);
        section(text, declarations);
        section(text, functions());
        section(text, body);
        section(text, unused());
        return text.append("\nendmodule\n\n`default_nettype wire\n").toString();
    }

    private static void section(StringBuilder text, CharSequence section) {
        if (!section.isEmpty()) {
            text.append('\n').append(section);
        }
    }

    private void header(StringBuilder text) {
        text.append("// ").append(name).append('\n');
        if (!module.description().isEmpty()) {
            module.description()
                    .lines()
                    .forEach(line -> text.append("// ").append(line).append('\n'));
        }
        module.parameters()
                .forEach((parameter, value) -> text.append("//   ")
                        .append(parameter)
                        .append(" = ")
                        .append(value.replace('\n', ' '))
                        .append('\n'));
    }

    private void ports(StringBuilder text) {
        List<String> lines = new ArrayList<>();
        for (Clock clock : module.clocks().keySet()) {
            if (module.clocked(clock)) {
                lines.add("input wire " + module.clockPort(clock));
            }
            if (module.resettable(clock)) {
                lines.add("input wire " + module.resetPort(clock));
            }
        }
        List<String> comments = new ArrayList<>(lines.stream().map(line -> "").toList());
        for (Net port : module.ports()) {
            String direction = port.kind() == Net.Kind.INPUT ? "input wire " : "output wire ";
            lines.add(direction + range(port.width()) + layout.name(port));
            comments.add(comment(port));
        }
        if (lines.isEmpty()) {
            text.append(";\n");
            return;
        }
        text.append(" (\n");
        for (int i = 0; i < lines.size(); i++) {
            text.append("    ").append(lines.get(i)).append(i + 1 < lines.size() ? "," : "");
            text.append(comments.get(i)).append('\n');
        }
        text.append(");\n");
    }

    private String comment(Node node) {
        String comment = module.comments().get(node);
        return comment == null ? "" : "  // " + comment.replace('\n', ' ');
    }

    static String range(int width) {
        return width == 1 ? "" : "[" + (width - 1) + ":0] ";
    }

    private void declarations() {
        for (Net net : module.nets()) {
            if (net.kind() == Net.Kind.WIRE) {
                declare("wire ", net, "");
            } else if (net.kind() == Net.Kind.REGISTER) {
                if (net.synchronizing()) {
                    declarations.append("    (* ASYNC_REG = \"TRUE\" *)\n");
                }
                declare("reg ", net, " = " + Phrases.constant(new Constant(net.width(), net.initial())));
            }
        }
        for (SynchronousRead read : module.reads()) {
            declare("reg ", read, " = " + Phrases.constant(new Constant(read.width(), BigInteger.ZERO)));
        }
        layout.derived().forEach(node -> declare("wire ", node, ""));
        for (Instance instance : module.instances()) {
            for (Net port : instance.module().ports()) {
                declarations
                        .append("    wire ")
                        .append(range(port.width()))
                        .append(layout.name(port))
                        .append(";\n");
            }
        }
        module.memories().forEach((memory, memoryName) -> {
            String style = memory.writable() ? "ram_style" : "rom_style";
            if (memory.style() != MemoryBlock.Style.AUTO) {
                declarations.append("    (* ").append(style).append(" = \"");
                declarations
                        .append(memory.style().name().toLowerCase(Locale.ROOT))
                        .append("\" *)\n");
            }
            declarations.append("    reg ").append(range(memory.width())).append(memoryName);
            declarations.append(" [0:").append(memory.depth() - 1).append("];\n");
        });
    }

    private void declare(String kind, Node node, String initial) {
        declarations.append("    ").append(kind).append(range(node.width())).append(layout.name(node));
        declarations.append(initial).append(';').append(comment(node)).append('\n');
    }

    private StringBuilder functions() {
        StringBuilder text = new StringBuilder();
        if (phrases.counters().isEmpty()) {
            return text;
        }
        String bits = layout.free("bits");
        String index = layout.free("i");
        phrases.counters().forEach((width, function) -> {
            int result = 32 - Integer.numberOfLeadingZeros(width);
            String bit = bits + "[" + index + "]";
            text.append("""
                        // The number of ones among %d bits.
                        function %s%s;
                            input %s%s;
                            integer %s;
                            begin
                                %s = %d'd0;
                                for (%s = 0; %s < %d; %s = %s + 1)
                                    %s = %s + %s;
                            end
                        endfunction
                    """.formatted(
                            width,
                            range(result),
                            function,
                            range(width),
                            bits,
                            index,
                            function,
                            result,
                            index,
                            index,
                            width,
                            index,
                            index,
                            function,
                            function,
                            result == 1 ? bit : "{" + (result - 1) + "'d0, " + bit + "}"));
        });
        return text;
    }

    private void body() {
        for (Net net : module.nets()) {
            if (net.kind() == Net.Kind.INPUT) {
                continue;
            }
            derived(layout.name(net));
            if (net.kind() == Net.Kind.REGISTER) {
                register(net);
            } else {
                assign(layout.name(net), module.drivers().get(net));
            }
        }
        module.memories().forEach(this::memory);
        module.instances().forEach(this::instance);
        module.names().forEach((node, nodeName) -> {
            if (!Layout.operands(node).isEmpty()) {
                derived(nodeName);
            }
        });
    }

    private void derived(String root) {
        for (Node node : layout.derivedFor(root)) {
            line("assign " + layout.name(node) + " = " + phrases.definition(node) + ";");
        }
    }

    private void assign(String target, Node driver) {
        if (!choice(driver) || !(driver instanceof Operation operation)) {
            line("assign " + target + " = " + phrases.of(driver) + ";");
            return;
        }
        StringBuilder text = new StringBuilder("assign " + target + " =\n        ");
        Node rest = operation;
        while (choice(rest) && rest instanceof Operation step) {
            text.append(phrases.operand(step.operand(0))).append(" ? ").append(phrases.operand(step.operand(1)));
            text.append("\n        : ");
            rest = step.operand(2);
        }
        line(text.append(phrases.of(rest)).append(';').toString());
    }

    private boolean choice(Node node) {
        return layout.name(node) == null
                && node instanceof Operation operation
                && operation.operator() == Operator.SELECT;
    }

    private String edge(Clock clock) {
        return "always @(posedge " + module.clockPort(clock) + ") begin";
    }

    private void register(Net net) {
        line(edge(net.clock()));
        Node driver = module.drivers().get(net);
        if (net.resettable()) {
            String initial = Phrases.constant(new Constant(net.width(), net.initial()));
            line("    if (" + module.resetPort(net.clock()) + ") begin");
            line("        " + layout.name(net) + " <= " + initial + ";");
            if (choice(driver)) {
                branch(net, driver, "    end else ");
            } else if (driver != net) {
                line("    end else begin");
                line("        " + layout.name(net) + " <= " + phrases.of(driver) + ";");
                line("    end");
            } else {
                line("    end");
            }
        } else if (choice(driver)) {
            branch(net, driver, "    ");
        } else {
            line("    " + layout.name(net) + " <= " + phrases.of(driver) + ";");
        }
        line("end");
    }

    /** {@code if} chains; {@code lead} is what stands before the first {@code if} and gives the indentation. */
    private void branch(Net net, Node node, String lead) {
        String indent = " ".repeat(lead.length() - lead.stripLeading().length());
        if (lead.isBlank()) {
            indent = lead;
        }
        String start = lead;
        Node rest = node;
        while (choice(rest) && rest instanceof Operation step) {
            Node taken = step.operand(1);
            Node other = step.operand(2);
            String condition = phrases.of(step.operand(0));
            if (taken == net) {
                condition = "!" + phrases.operand(step.operand(0));
                taken = other;
                other = net;
            }
            line(start + "if (" + condition + ") begin");
            statement(net, taken, indent + "    ");
            start = indent + "end else ";
            rest = other;
        }
        if (rest != net) {
            line(indent + "end else begin");
            statement(net, rest, indent + "    ");
        }
        line(indent + "end");
    }

    private void statement(Net net, Node value, String indent) {
        if (choice(value)) {
            branch(net, value, indent);
        } else if (value != net) {
            line(indent + layout.name(net) + " <= " + phrases.of(value) + ";");
        }
    }

    private void memory(MemoryBlock memory, String memoryName) {
        if (!memory.contents().isEmpty()) {
            line("initial $readmemh(\"" + name + "_" + memoryName + ".mem\", " + memoryName + ");");
        }
        MemoryWrite write = module.writes().get(memory);
        if (write != null) {
            derived(memoryName + ".write_address");
            derived(memoryName + ".write_data");
            derived(memoryName + ".write_enable");
            line(edge(write.clock()));
            line("    if (" + phrases.of(write.enable()) + ") begin");
            line("        " + memoryName + "[" + phrases.of(write.address()) + "] <= " + phrases.of(write.data())
                    + ";");
            line("    end");
            line("end");
        }
        for (SynchronousRead read : module.reads()) {
            if (read.memory() != memory) {
                continue;
            }
            String target = layout.name(read);
            derived(target + ".address");
            derived(target + ".enable");
            String transfer = target + " <= " + memoryName + "[" + phrases.of(read.address()) + "];";
            line(edge(read.clock()));
            if (read.enable() instanceof Constant constant && constant.isAllOnes()) {
                line("    " + transfer);
            } else {
                line("    if (" + phrases.of(read.enable()) + ") begin");
                line("        " + transfer);
                line("    end");
            }
            line("end");
        }
    }

    private void instance(Instance instance) {
        ModuleNetlist child = instance.module();
        List<String> connections = new ArrayList<>();
        instance.clocks().forEach((inner, outer) -> {
            if (child.clocked(inner)) {
                connections.add("." + child.clockPort(inner) + "(" + module.clockPort(outer) + ")");
            }
            if (child.resettable(inner)) {
                connections.add("." + child.resetPort(inner) + "(" + module.resetPort(outer) + ")");
            }
        });
        for (Net port : child.ports()) {
            String net = layout.name(port);
            if (port.kind() == Net.Kind.INPUT) {
                derived(net);
                assign(net, module.drivers().get(port));
                phrases.bitsRead(port).set(0, port.width());
            }
            connections.add("." + child.name(port) + "(" + net + ")");
        }
        line(kindOf.apply(child) + parameters(child) + " " + instance.name() + " (");
        for (int i = 0; i < connections.size(); i++) {
            line("    " + connections.get(i) + (i + 1 < connections.size() ? "," : ""));
        }
        line(");");
    }

    private static String parameters(ModuleNetlist child) {
        Map<String, String> values =
                child.blackBox().map(ExternalModule::parameters).orElse(Map.of());
        return values.isEmpty()
                ? ""
                : values.entrySet().stream()
                        .map(value -> "." + value.getKey() + "(" + value.getValue() + ")")
                        .collect(Collectors.joining(", ", " #(", ")"));
    }

    /** Linters hold unread bits for a mistake; here the netlist is known, so they are named as unused on purpose. */
    private String unused() {
        List<String> parts = new ArrayList<>();
        for (Net net : module.nets()) {
            if (net.kind() != Net.Kind.OUTPUT) {
                unread(net, parts);
            }
        }
        module.reads().forEach(read -> unread(read, parts));
        layout.derived().forEach(node -> unread(node, parts));
        module.instances()
                .forEach(instance -> instance.module().ports().stream()
                        .filter(port -> port.kind() == Net.Kind.OUTPUT)
                        .forEach(port -> unread(port, parts)));
        if (parts.isEmpty()) {
            return "";
        }
        return "    // Bits that nothing reads.\n    wire " + layout.free("unused") + " = &{1'b0, "
                + String.join(", ", parts) + "};\n";
    }

    private void unread(Node node, List<String> parts) {
        BitSet bits = phrases.bitsRead(node);
        String identifier = layout.name(node);
        if (bits.isEmpty()) {
            parts.add(identifier);
            return;
        }
        for (int low = bits.nextClearBit(0); low < node.width(); ) {
            int next = bits.nextSetBit(low);
            int high = (next < 0 ? node.width() : next) - 1;
            parts.add(identifier + "[" + (high == low ? low : high + ":" + low) + "]");
            low = bits.nextClearBit(high + 1);
        }
    }

    private void line(String text) {
        body.append("    ").append(text).append('\n');
    }
}
