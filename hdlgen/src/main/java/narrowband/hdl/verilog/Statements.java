package narrowband.hdl.verilog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

/** What a module's signals, memories and instances do: assignments, clocked blocks, instances. */
final class Statements {
    private final ModuleNetlist module;
    private final Layout layout;
    private final Phrases phrases;
    private final StringBuilder text = new StringBuilder();

    Statements(ModuleNetlist module, Layout layout, Phrases phrases) {
        this.module = module;
        this.layout = layout;
        this.phrases = phrases;
    }

    /** Everything behind the declarations. */
    StringBuilder text() {
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
        return text;
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
        StringBuilder choices = new StringBuilder("assign " + target + " =\n        ");
        Node rest = operation;
        while (choice(rest) && rest instanceof Operation step) {
            choices.append(phrases.operand(step.operand(0))).append(" ? ").append(phrases.operand(step.operand(1)));
            choices.append("\n        : ");
            rest = step.operand(2);
        }
        line(choices.append(phrases.of(rest)).append(';').toString());
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
            line("    if (" + module.resetPort(net.clock()) + ") begin");
            line("        " + layout.name(net) + " <= " + phrases.of(net.initialConstant()) + ";");
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
                condition = phrases.unless(step.operand(0));
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
        if (!memory.contents().isEmpty() && memory.style() != MemoryBlock.Style.LOGIC) {
            line("initial $readmemh(\"" + ModuleText.OWN_NAME + "_" + memoryName + ".mem\", " + memoryName + ");");
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
                layout.place(port).readAll();
            }
            connections.add("." + child.name(port) + "(" + net + ")");
        }
        String kind = child.blackBox().isPresent() ? child.kind() : String.valueOf(ModuleText.INSTANCE_KIND);
        line(kind + parameters(child) + " " + instance.name() + " (");
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

    private void line(String line) {
        text.append("    ").append(line).append('\n');
    }
}
