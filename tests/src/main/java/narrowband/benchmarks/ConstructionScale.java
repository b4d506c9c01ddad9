package narrowband.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.UInt;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;

/**
 * How long a design takes from Java objects to Verilog text, for growing designs of three shapes: one flat module, many modules that are alike, many that differ. A program
 * rather than a JMH benchmark because the first design that a process builds is the one that a user waits for: {@code ./benchmark --scale}
 * starts one for each line, with a limited heap.
 */
public final class ConstructionScale {
    private static final int CELLS_PER_MODULE = 20;
    private static final int MODULES_PER_BRANCH = 50;

    private ConstructionScale() {}

    /** A cell of ten operators and one register, as accumulators with a bound have them. */
    private static UInt cell(Cells module, UInt value, UInt other, int salt) {
        UInt kept = module.register();
        UInt sum = kept.plus(value);
        UInt bounded = Module.mux(sum.gt(0xf000 + (salt & 0xff)), other, sum.trunc(16));
        UInt mixed = bounded.xor(other).and(value.or(kept)).wrappingPlus(salt & 0xffff);
        module.update(kept, value.lt(other).and(sum.bit(3)), mixed);
        return kept;
    }

    private abstract static class Cells extends Module {
        private final List<UInt> state = new ArrayList<>();

        UInt register() {
            UInt register = reg(16, 0);
            state.add(register);
            return register;
        }

        void update(UInt register, narrowband.hdl.Bool enable, UInt value) {
            when(enable, () -> register.set(value));
        }
    }

    private static final class Row extends Cells {
        final UInt left = input(16);
        final UInt top = input(16);
        final UInt result = output(16);

        Row(int cells, int salt) {
            parameter("salt", salt);
            UInt value = left;
            UInt other = top;
            for (int i = 0; i < cells; i++) {
                UInt next = cell(this, value, other, salt + i);
                other = value;
                value = next;
            }
            result.set(value);
        }
    }

    private static final class Array extends Module {
        final UInt left = input(16);
        final UInt top = input(16);
        final UInt result = output(16);
        private final List<Module> rows = new ArrayList<>();

        /** A chain of {@code modules}, in branches so that no module has very many instances. */
        Array(int modules, boolean alike, int salt) {
            parameter("salt", salt);
            parameter("modules", modules);
            UInt value = left;
            int branch = Math.max(1, modules / MODULES_PER_BRANCH);
            int made = 0;
            while (made < modules) {
                if (branch == 1) {
                    Row row = instance(new Row(CELLS_PER_MODULE, alike ? 0 : salt + made * 7));
                    rows.add(row);
                    row.left.set(value);
                    row.top.set(top);
                    value = row.result;
                    made++;
                } else {
                    int part = Math.min(branch, modules - made);
                    Array array = instance(new Array(part, alike, alike ? 0 : salt + made * 7));
                    rows.add(array);
                    array.left.set(value);
                    array.top.set(top);
                    value = array.result;
                    made += part;
                }
            }
            result.set(value);
        }
    }

    /** Makes designs of a shape ({@code flat}, {@code alike} or {@code different}) from the number of cells. */
    static IntFunction<Module> shape(String name) {
        return switch (name) {
            case "flat" -> size -> new Row(size, 0);
            case "alike" -> size -> new Array(size / CELLS_PER_MODULE, true, 0);
            case "different" -> size -> new Array(size / CELLS_PER_MODULE, false, 0);
            default -> throw new IllegalArgumentException("flat, alike or different, not " + name);
        };
    }

    /**
     * Builds one design and prints a line: shape, operators, files, seconds to describe, to elaborate, to emit and in all (in parentheses the thread's processor time), and
     * millions of characters.
     *
     * @param arguments the shape ({@code flat}, {@code alike} or {@code different}) and the number of cells, ten operators each
     */
    public static void main(String[] arguments) {
        int cells = Integer.parseInt(arguments[1]);
        IntFunction<Module> shape = shape(arguments[0]);
        Instant start = Instant.now();
        Module module = shape.apply(cells);
        Instant described = Instant.now();
        Design design = Design.of(module);
        Instant elaborated = Instant.now();
        VerilogFiles files = VerilogEmitter.emit(design);
        Instant emitted = Instant.now();
        long characters =
                files.files().values().stream().mapToLong(String::length).sum();
        System.out.printf(
                Locale.ROOT,
                "| %s | %,d | %,d | %s | %s | %s | %s | %.1f |%n",
                arguments[0],
                design.flat().order().size(),
                files.files().size(),
                start.to(described),
                described.to(elaborated),
                elaborated.to(emitted),
                start.to(emitted),
                characters / 1e6);
    }

    /** A point in time: on the wall, and of processor time that this thread has had, which other processes disturb less. */
    record Instant(long wall, long processor) {
        static Instant now() {
            return new Instant(
                    System.nanoTime(), ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
        }

        String to(Instant end) {
            return String.format(
                    Locale.ROOT, "%.2f (%.2f)", (end.wall - wall) / 1e9, (end.processor - processor) / 1e9);
        }
    }
}
