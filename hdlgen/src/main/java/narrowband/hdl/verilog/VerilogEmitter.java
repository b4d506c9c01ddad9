package narrowband.hdl.verilog;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import narrowband.hdl.Design;
import narrowband.hdl.ir.Instance;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.ModuleNetlist;

/** Emits a design. Modules that come out alike are written once; kinds of one class that differ are told apart by their parameters. */
public final class VerilogEmitter {
    private final Map<ModuleNetlist, String> shapes = new IdentityHashMap<>();
    private final Map<String, String> nameOfShape = new HashMap<>();
    private final Map<String, ModuleNetlist> firstOfShape = new LinkedHashMap<>();

    private VerilogEmitter() {}

    /** The Verilog of {@code design} and the contents of its memories. */
    public static VerilogFiles emit(Design design) {
        return new VerilogEmitter().files(design.top());
    }

    private VerilogFiles files(ModuleNetlist top) {
        shape(top);
        nameShapes();
        Map<String, String> files = new LinkedHashMap<>();
        firstOfShape.forEach((shape, module) -> {
            String kind = nameOfShape.get(shape);
            files.put(kind + ".v", new ModuleText(module, kind, this::kindOf).text());
            module.memories().forEach((memory, name) -> {
                if (!memory.contents().isEmpty()) {
                    files.put(kind + "_" + name + ".mem", contents(memory));
                }
            });
        });
        return new VerilogFiles(kindOf(top), files);
    }

    private String kindOf(ModuleNetlist module) {
        return module.blackBox().isPresent() ? module.kind() : nameOfShape.get(shapes.get(module));
    }

    /** The text of a module without its own name, and with its instances' shapes for their names: equal shapes are equal hardware. */
    private String shape(ModuleNetlist module) {
        Map<ModuleNetlist, String> inner = new IdentityHashMap<>();
        for (Instance instance : module.instances()) {
            inner.put(instance.module(), shape(instance.module()));
        }
        if (module.blackBox().isPresent()) {
            shapes.put(module, module.kind());
            return module.kind();
        }
        StringBuilder text = new StringBuilder(module.kind()).append('\n');
        text.append(new ModuleText(module, module.kind(), child -> Digest.of(inner.get(child))).text());
        module.memories()
                .keySet()
                .forEach(memory -> memory.contents()
                        .forEach(word -> text.append(word.toString(16)).append('\n')));
        String shape = text.toString();
        shapes.put(module, shape);
        firstOfShape.putIfAbsent(shape, module);
        return shape;
    }

    private void nameShapes() {
        Map<String, List<String>> byKind = new LinkedHashMap<>();
        firstOfShape.forEach((shape, module) ->
                byKind.computeIfAbsent(module.kind(), kind -> new ArrayList<>()).add(shape));
        Map<String, String> taken = new HashMap<>();
        shapes.forEach((module, shape) ->
                module.blackBox().ifPresent(box -> taken.put(module.kind().toLowerCase(Locale.ROOT), shape)));
        byKind.forEach((kind, variants) -> {
            for (String shape : variants) {
                String base = variants.size() == 1 ? kind : kind + suffix(firstOfShape.get(shape));
                String name = base;
                for (int i = 2; taken.putIfAbsent(name.toLowerCase(Locale.ROOT), shape) != null; i++) {
                    name = base + "_" + i;
                }
                nameOfShape.put(shape, name);
            }
        });
    }

    private static String suffix(ModuleNetlist module) {
        StringBuilder suffix = new StringBuilder();
        module.parameters().forEach((name, value) -> {
            String word = value.replaceAll("[^A-Za-z0-9]+", "_").toLowerCase(Locale.ROOT);
            suffix.append('_')
                    .append(name.toLowerCase(Locale.ROOT))
                    .append(word.length() > 24 ? Digest.of(value) : word);
        });
        return suffix.toString();
    }

    private static String contents(MemoryBlock memory) {
        int digits = (memory.width() + 3) / 4;
        StringBuilder text = new StringBuilder();
        for (BigInteger word : memory.contents()) {
            String hex = word.toString(16);
            text.append("0".repeat(digits - hex.length())).append(hex).append('\n');
        }
        return text.toString();
    }
}
