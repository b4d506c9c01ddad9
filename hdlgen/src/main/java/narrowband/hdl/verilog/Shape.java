package narrowband.hdl.verilog;

import java.math.BigInteger;
import java.util.List;
import narrowband.hdl.ir.ModuleNetlist;

/**
 * What makes two modules the same hardware.
 *
 * @param template the module's text, with marks where its own name and the kinds of its instances stand
 * @param instances the number of the shape of each instance that is no black box, in the order of the marks
 * @param contents the words of its memories
 */
record Shape(String kind, String template, List<Integer> instances, List<List<BigInteger>> contents) {
    static Shape of(ModuleNetlist module, List<Integer> instances, VerilogOptions options) {
        return new Shape(
                module.kind(),
                new ModuleText(module, options).text(),
                instances,
                module.memories().keySet().stream()
                        .map(memory -> memory.contents())
                        .toList());
    }

    /** The module's text. */
    String text(String name, List<String> nameOfShape) {
        StringBuilder text = new StringBuilder(template.length() + 1024);
        int from = 0;
        int instance = 0;
        for (int i = 0; i < template.length(); i++) {
            char mark = template.charAt(i);
            if (mark == ModuleText.OWN_NAME || mark == ModuleText.INSTANCE_KIND) {
                text.append(template, from, i);
                text.append(mark == ModuleText.OWN_NAME ? name : nameOfShape.get(instances.get(instance++)));
                from = i + 1;
            }
        }
        return text.append(template, from, template.length()).toString();
    }
}
