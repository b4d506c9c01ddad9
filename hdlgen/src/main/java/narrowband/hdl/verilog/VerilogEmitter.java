package narrowband.hdl.verilog;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import narrowband.hdl.Design;
import narrowband.hdl.ir.Instance;
import narrowband.hdl.ir.Keywords;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.ModuleNetlist;

/** Emits a design. Modules that come out alike are written once; kinds of one class that differ are told apart by their parameters. */
public final class VerilogEmitter {
    private final Map<Shape, Integer> numbers = new HashMap<>();
    private final List<Shape> shapes = new ArrayList<>();
    /** Names of modules that come from elsewhere. */
    private final Set<String> external = new HashSet<>();

    private final List<ModuleNetlist> firstOfShape = new ArrayList<>();

    private final VerilogOptions options;

    private VerilogEmitter(VerilogOptions options) {
        this.options = options;
    }

    /** The Verilog of {@code design} and the contents of its memories. */
    public static VerilogFiles emit(Design design) {
        return emit(design, VerilogOptions.PLAIN);
    }

    /** The Verilog of {@code design} and the contents of its memories. */
    public static VerilogFiles emit(Design design, VerilogOptions options) {
        return new VerilogEmitter(options).files(design.top());
    }

    /** What the checks of a module are called in its Verilog, in their order. */
    public static List<String> checkLabels(ModuleNetlist module) {
        return new Layout(module).labels();
    }

    private VerilogFiles files(ModuleNetlist top) {
        int outermost = shape(top);
        List<String> names = names();
        Map<String, String> files = new LinkedHashMap<>();
        for (int i = 0; i < shapes.size(); i++) {
            String kind = names.get(i);
            Shape shape = options.sourceLines()
                    ? Shape.of(firstOfShape.get(i), shapes.get(i).instances(), options)
                    : shapes.get(i);
            files.put(kind + ".v", shape.text(kind, names));
            firstOfShape.get(i).memories().forEach((memory, name) -> {
                if (!memory.contents().isEmpty() && memory.style() != MemoryBlock.Style.LOGIC) {
                    files.put(kind + "_" + name + ".mem", contents(memory));
                }
            });
        }
        return new VerilogFiles(names.get(outermost), files);
    }

    /** The number of a module's shape; those of inner modules are lower. */
    private int shape(ModuleNetlist module) {
        List<Integer> instances = new ArrayList<>(module.instances().size());
        for (Instance instance : module.instances()) {
            ModuleNetlist inner = instance.module();
            if (inner.blackBox().isPresent()) {
                external.add(inner.kind().toLowerCase(Locale.ROOT));
            } else {
                instances.add(shape(inner));
            }
        }
        Shape shape = Shape.of(module, instances, options.withSourceLines(false));
        Integer known = numbers.putIfAbsent(shape, shapes.size());
        if (known != null) {
            return known;
        }
        shapes.add(shape);
        firstOfShape.add(module);
        return shapes.size() - 1;
    }

    /** A name for each shape. */
    private List<String> names() {
        Map<String, List<Integer>> byKind = new LinkedHashMap<>();
        for (int i = 0; i < shapes.size(); i++) {
            byKind.computeIfAbsent(shapes.get(i).kind(), kind -> new ArrayList<>())
                    .add(i);
        }
        String[] names = new String[shapes.size()];
        Set<String> taken = new HashSet<>(external);
        byKind.forEach((kind, alternatives) -> {
            Map<String, Integer> last = new HashMap<>();
            for (int shape : alternatives) {
                String base = alternatives.size() == 1 ? kind : kind + suffix(firstOfShape.get(shape));
                String name = base;
                while (Keywords.verilog(name) || !taken.add(name.toLowerCase(Locale.ROOT))) {
                    name = base + "_" + last.merge(base, 2, (number, first) -> number + 1);
                }
                names[shape] = name;
            }
        });
        return List.of(names);
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
