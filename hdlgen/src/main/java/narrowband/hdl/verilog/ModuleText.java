package narrowband.hdl.verilog;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.Instance;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.SynchronousRead;

/** The Verilog of one module, with marks where names stand that are known only when the whole design is. */
final class ModuleText {
    /** Stands for the module's own name. */
    static final char OWN_NAME = '\1';
    /** Stands for the name of the kind of the next instance. */
    static final char INSTANCE_KIND = '\2';

    private final ModuleNetlist module;
    private final VerilogOptions options;
    private final Layout layout;
    private final Phrases phrases;
    private final StringBuilder declarations = new StringBuilder();

    ModuleText(ModuleNetlist module, VerilogOptions options) {
        this.module = module;
        this.options = options;
        this.layout = new Layout(module);
        this.phrases = new Phrases(module, layout, options.counting());
    }

    String text() {
        StringBuilder body = new Statements(module, layout, phrases).text();
        declarations();
        StringBuilder text = new StringBuilder();
        header(text);
        text.append("`default_nettype none\n\nmodule ").append(OWN_NAME);
        ports(text);
        section(text, declarations);
        String unused = unused();
        StringBuilder properties = new Properties(module, layout, phrases, options).text();
        section(text, tables());
        section(text, functions());
        section(text, body);
        section(text, unused);
        section(text, properties);
        return text.append("\nendmodule\n\n`default_nettype wire\n").toString();
    }

    private static void section(StringBuilder text, CharSequence section) {
        if (!section.isEmpty()) {
            text.append('\n').append(section);
        }
    }

    private void header(StringBuilder text) {
        text.append("// ").append(OWN_NAME).append('\n');
        if (!module.description().isEmpty()) {
            module.description()
                    .lines()
                    .forEach(line -> text.append("// ").append(oneLine(line)).append('\n'));
        }
        module.parameters()
                .forEach((parameter, value) -> text.append("//   ")
                        .append(oneLine(parameter))
                        .append(" = ")
                        .append(oneLine(value))
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

    /** What stands behind the declaration of {@code node}: the author's remark, and where it comes from. */
    private String comment(Node node) {
        String remark = oneLine(module.comments().getOrDefault(node, ""));
        String line =
                options.sourceLines() && node instanceof Net net ? net.source().toString() : "";
        if (remark.isEmpty() && line.isEmpty()) {
            return "";
        }
        return "  // " + (remark.isEmpty() || line.isEmpty() ? remark + line : remark + " (" + line + ")");
    }

    /** An author's words as a comment takes them: without line ends and other control characters. */
    static String oneLine(String words) {
        return words.replaceAll("\\p{Cntrl}", " ");
    }

    static String range(int width) {
        return width == 1 ? "" : "[" + (width - 1) + ":0] ";
    }

    private void declarations() {
        for (Phrases.Symbol symbol : phrases.symbols()) {
            Constant constant = symbol.constant();
            declarations
                    .append("    localparam ")
                    .append(range(constant.width()))
                    .append(symbol.name());
            declarations.append(" = ").append(Phrases.constant(constant)).append(";\n");
        }
        for (Net net : module.nets()) {
            if (net.kind() == Net.Kind.WIRE) {
                declare("wire ", net, "");
            } else if (net.kind() == Net.Kind.REGISTER) {
                if (net.synchronizing()) {
                    declarations.append("    (* ASYNC_REG = \"TRUE\" *)\n");
                }
                declare("reg ", net, " = " + phrases.of(net.initialConstant()));
            }
        }
        for (SynchronousRead read : module.reads()) {
            String start = " = " + Phrases.constant(new Constant(read.width(), BigInteger.ZERO));
            declare("reg ", read, read.memory().startMatters() ? start : "");
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
            if (memory.style() == MemoryBlock.Style.LOGIC) {
                return;
            }
            declarations.append(style(memory));
            declarations.append("    reg ").append(range(memory.width())).append(memoryName);
            declarations.append(" [0:").append(memory.depth() - 1).append("];");
            declarations
                    .append(options.sourceLines() ? "  // " + memory.source() : "")
                    .append('\n');
        });
    }

    /** What synthesis should know of a memory: whether collisions matter, which Yosys would take care of, and where it belongs. Yosys takes "distributed" for RAM cells only, and a ROM has none: it heeds the first attribute, Vivado the second. */
    private static String style(MemoryBlock memory) {
        if (memory.writable() && !memory.collisionsMatter()) {
            return "    (* no_rw_check *)\n" + place(memory);
        }
        return place(memory);
    }

    private static String place(MemoryBlock memory) {
        if (memory.style() == MemoryBlock.Style.AUTO) {
            return "";
        }
        String style = memory.style().name().toLowerCase(Locale.ROOT);
        if (memory.writable()) {
            return "    (* ram_style = \"" + style + "\" *)\n";
        }
        String logic = memory.style() == MemoryBlock.Style.DISTRIBUTED ? "ram_style = \"registers\", " : "";
        return "    (* " + logic + "rom_style = \"" + style + "\" *)\n";
    }

    private void declare(String kind, Node node, String initial) {
        declarations.append("    ").append(kind).append(range(node.width())).append(layout.name(node));
        declarations.append(initial).append(';').append(comment(node)).append('\n');
    }

    /** Memories in logic, which have no file: a constant with all words, and a loop that lays them out. */
    private StringBuilder tables() {
        StringBuilder text = new StringBuilder();
        Map<MemoryBlock, String> tables = new LinkedHashMap<>(module.memories());
        tables.keySet().removeIf(memory -> memory.style() != MemoryBlock.Style.LOGIC);
        if (!tables.isEmpty()) {
            String word = layout.free("word");
            text.append("    integer ").append(word).append(";\n");
            tables.forEach(
                    (memory, table) -> TruthTable.write(text, memory, table, layout.free(table + "_words"), word));
        }
        return text;
    }

    private StringBuilder functions() {
        StringBuilder text = new StringBuilder();
        if (phrases.counters().isEmpty()) {
            return text;
        }
        String bits = layout.free("bits");
        String index = layout.free("i");
        phrases.counters()
                .forEach((counter, function) -> CountingFunction.write(
                        text, options.counting(), counter.bits(), counter.products(), function, bits, index));
        return text;
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
        module.clocks().keySet().stream()
                .filter(clock -> module.clocked(clock) && !module.drives(clock))
                .forEach(clock -> parts.add(module.clockPort(clock)));
        if (parts.isEmpty()) {
            return "";
        }
        return "    // Bits that nothing reads.\n    wire " + layout.free("unused") + " = &{1'b0, "
                + String.join(", ", parts) + "};\n";
    }

    private void unread(Node node, List<String> parts) {
        Place place = layout.place(node);
        if (place.isWhollyRead()) {
            return;
        }
        BitSet bits = place.bitsRead();
        String identifier = place.name;
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
}
