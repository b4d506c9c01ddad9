package narrowband.hdl.verilog;

import java.util.List;
import java.util.Locale;
import narrowband.hdl.ir.Check;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.ir.Node;

/** A module's checks as immediate assertions, which tools see that define {@code FORMAL}; no hardware comes of them. */
final class Properties {
    private static final int LONGEST_LABEL = 48;

    private final ModuleNetlist module;
    private final Layout layout;
    private final Phrases phrases;
    private final VerilogOptions options;

    Properties(ModuleNetlist module, Layout layout, Phrases phrases, VerilogOptions options) {
        this.options = options;
        this.module = module;
        this.layout = layout;
        this.phrases = phrases;
    }

    /** What a check is called in the Verilog, before it is told apart from other names: the first words of its message. */
    static String label(Check check) {
        String words = check.message().replaceAll("[^A-Za-z0-9]+", "_").toLowerCase(Locale.ROOT);
        String label = words.replaceAll("^_+|_+$", "");
        if (label.length() > LONGEST_LABEL) {
            int end = label.lastIndexOf('_', LONGEST_LABEL);
            label = label.substring(0, end > 0 ? end : LONGEST_LABEL);
        }
        return label.isEmpty() || Character.isDigit(label.charAt(0)) ? "check_" + label : label;
    }

    /** The section of the module's text, or nothing. */
    StringBuilder text() {
        StringBuilder text = new StringBuilder();
        if (module.checks().isEmpty()) {
            return text;
        }
        text.append("`ifdef FORMAL\n");
        for (Node node : layout.derivedByChecks()) {
            text.append("    wire ").append(ModuleText.range(node.width())).append(layout.name(node));
            text.append(";\n    assign ").append(layout.name(node)).append(" = ");
            text.append(phrases.definition(node)).append(";\n");
        }
        List<Check> checks = module.checks();
        for (int i = 0; i < checks.size(); i++) {
            check(text, checks.get(i), layout.labels().get(i));
        }
        return text.append("`endif\n");
    }

    private void check(StringBuilder text, Check check, String label) {
        String keyword = check.kind().name().toLowerCase(Locale.ROOT);
        String claim = label + ": " + keyword + " (" + phrases.of(check.condition()) + ");\n";
        text.append("    // ").append(ModuleText.oneLine(check.message()));
        text.append(options.sourceLines() ? " (" + check.source() + ")\n" : "\n");
        text.append("    always @(posedge ")
                .append(module.clockPort(check.clock()))
                .append(") begin\n");
        if (module.resettable(check.clock())) {
            text.append("        if (!").append(module.resetPort(check.clock())).append(") begin\n");
            text.append("            ").append(claim).append("        end\n");
        } else {
            text.append("        ").append(claim);
        }
        text.append("    end\n");
    }
}
