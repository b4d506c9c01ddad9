package narrowband.hdl.verilog;

import static narrowband.hdl.verilog.ModuleText.range;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes the function that counts the ones of a word.
 *
 * <p>As a heap (Dadda 1965), the function turns columns of bits of one weight into fewer bits, level by level, until two or three are left of each weight, which are added. All
 * counters of a level that stand in one column are written as operations on words, which simulators run as fast as one counter.
 */
final class CountingFunction {
    private final int bits;
    private final String name;
    private final String argument;
    private final List<String> declarations = new ArrayList<>();
    private final List<String> statements = new ArrayList<>();

    private CountingFunction(int bits, String name, String argument) {
        this.bits = bits;
        this.name = name;
        this.argument = argument;
    }

    /** Neighbouring bits of a variable. */
    private record Slice(String variable, int size, int low, int width) {
        Slice part(int from, int count) {
            return new Slice(variable, size, low + from, count);
        }

        @Override
        public String toString() {
            if (width == size) {
                return variable;
            }
            return variable + (width == 1 ? "[" + low + "]" : "[" + (low + width - 1) + ":" + low + "]");
        }
    }

    /** The bits of one weight. */
    private static final class Column {
        private final List<Slice> slices = new ArrayList<>();

        void add(Slice slice) {
            if (slice.width > 0) {
                slices.add(slice);
            }
        }

        int height() {
            return slices.stream().mapToInt(Slice::width).sum();
        }

        /** Takes bits out of the column, in as few pieces as it has them. */
        List<Slice> take(int count) {
            List<Slice> taken = new ArrayList<>();
            int missing = count;
            while (missing > 0) {
                Slice first = slices.removeFirst();
                int width = Math.min(missing, first.width);
                taken.add(first.part(0, width));
                if (width < first.width) {
                    slices.addFirst(first.part(width, first.width - width));
                }
                missing -= width;
            }
            return taken;
        }
    }

    /**
     * Adds the declaration of the function {@code name} of {@code bits} bits to {@code text}.
     *
     * @param products whether each bit is the AND of two, for which three fit a counter where six do otherwise
     * @param argument what the function calls its word
     * @param index what the function calls the variable of its loop
     */
    static void write(
            StringBuilder text,
            Counting counting,
            int bits,
            boolean products,
            String name,
            String argument,
            String index) {
        CountingFunction function = new CountingFunction(bits, name, argument);
        if (counting == Counting.LOOP) {
            function.loop(index);
        } else {
            function.heap(counting, products);
        }
        function.append(text);
    }

    private int resultBits() {
        return Integer.SIZE - Integer.numberOfLeadingZeros(bits);
    }

    private void append(StringBuilder text) {
        text.append("    // The number of ones among ").append(bits).append(" bits.\n");
        text.append("    function ").append(range(resultBits())).append(name).append(";\n");
        text.append("        input ").append(range(bits)).append(argument).append(";\n");
        declarations.forEach(line -> text.append("        ").append(line).append(";\n"));
        text.append("        begin\n");
        statements.forEach(line -> text.append("            ").append(line).append('\n'));
        text.append("        end\n    endfunction\n");
    }

    private void loop(String index) {
        declarations.add("integer " + index);
        String bit = argument + "[" + index + "]";
        int result = resultBits();
        statements.add(name + " = " + result + "'d0;");
        statements.add("for (%s = 0; %s < %d; %s = %s + 1)".formatted(index, index, bits, index, index));
        statements.add("    %s = %s + %s;"
                .formatted(name, name, result == 1 ? bit : "{" + (result - 1) + "'d0, " + bit + "}"));
    }

    private void heap(Counting counting, boolean products) {
        List<Column> columns = columns();
        columns.getFirst().add(new Slice(argument, bits, 0, bits));
        boolean sixes = counting == Counting.SIX_BIT_COUNTERS && !products;
        while (!isLow(columns)) {
            columns = level(columns, sixes);
            sixes = counting == Counting.SIX_BIT_COUNTERS;
        }
        sum(columns);
    }

    private List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        for (int weight = 0; weight < resultBits(); weight++) {
            columns.add(new Column());
        }
        return columns;
    }

    /** Whether one adder, with a carry into the lowest weight that has several bits, adds up what is left. */
    private static boolean isLow(List<Column> columns) {
        int first = lowestSeveral(columns);
        for (int weight = 0; weight < columns.size(); weight++) {
            if (columns.get(weight).height() > (weight == first ? 3 : 2)) {
                return false;
            }
        }
        return true;
    }

    private static int lowestSeveral(List<Column> columns) {
        int weight = 0;
        while (weight < columns.size() && columns.get(weight).height() < 2) {
            weight++;
        }
        return weight;
    }

    private List<Column> level(List<Column> columns, boolean sixes) {
        List<Column> next = columns();
        for (int weight = 0; weight < columns.size(); weight++) {
            Column column = columns.get(weight);
            if (sixes && column.height() >= 5 && weight + 1 < columns.size()) {
                six(column, Math.max(1, column.height() / 6), next, weight);
            }
            if (column.height() >= 3) {
                three(column, column.height() / 3, next, weight);
            }
            column.slices.forEach(next.get(weight)::add);
        }
        return next;
    }

    /** Counters of three bits, each with a bit in all of three words. What the last column carries is always 0. */
    private void three(Column column, int counters, List<Column> next, int weight) {
        Slice a = word(column, counters);
        Slice b = word(column, counters);
        Slice c = word(column, counters);
        next.get(weight).add(variable(counters, sum(a, b, c)));
        if (weight + 1 < next.size()) {
            next.get(weight + 1).add(variable(counters, carry(a, b, c)));
        }
    }

    private void six(Column column, int counters, List<Column> next, int weight) {
        Slice a = word(column, counters);
        Slice b = word(column, counters);
        Slice c = word(column, counters);
        Slice d = word(column, counters);
        Slice e = word(column, counters);
        Slice f = column.height() == 0 ? variable(1, "1'b0") : word(column, counters);
        Slice low1 = variable(counters, sum(a, b, c));
        Slice low2 = variable(counters, sum(d, e, f));
        Slice high1 = variable(counters, carry(a, b, c));
        Slice high2 = variable(counters, carry(d, e, f));
        Slice high3 = variable(counters, low1 + " & " + low2);
        next.get(weight).add(variable(counters, low1 + " ^ " + low2));
        next.get(weight + 1).add(variable(counters, sum(high1, high2, high3)));
        if (weight + 2 < next.size()) {
            next.get(weight + 2).add(variable(counters, carry(high1, high2, high3)));
        }
    }

    /** Bits of a column as one word. */
    private Slice word(Column column, int width) {
        List<Slice> parts = column.take(width);
        return parts.size() == 1 ? parts.getFirst() : variable(width, joined(parts));
    }

    private static String joined(List<?> lowestFirst) {
        List<String> parts =
                lowestFirst.reversed().stream().map(Object::toString).toList();
        return parts.size() == 1 ? parts.getFirst() : "{" + String.join(", ", parts) + "}";
    }

    /** Adds up what is left: bits below the lowest weight that has several are the result's own. */
    private void sum(List<Column> columns) {
        int first = lowestSeveral(columns);
        List<Object> result = new ArrayList<>();
        for (Column column : columns.subList(0, first)) {
            result.add(bit(column));
        }
        if (first < columns.size()) {
            List<String> a = new ArrayList<>();
            List<String> b = new ArrayList<>();
            for (Column column : columns.subList(first, columns.size())) {
                a.add(bit(column));
                b.add(bit(column));
            }
            int width = a.size();
            Column lowest = columns.get(first);
            String carry = lowest.height() == 0
                    ? ""
                    : " + " + (width == 1 ? "" : "{" + (width - 1) + "'d0, ") + bit(lowest) + (width == 1 ? "" : "}");
            result.add(variable(width, joined(a) + " + " + joined(b) + carry));
        }
        statements.add(name + " = " + joined(result) + ";");
    }

    private static String bit(Column column) {
        return column.height() == 0 ? "1'b0" : column.take(1).getFirst().toString();
    }

    private static String sum(Slice a, Slice b, Slice c) {
        return a + " ^ " + b + " ^ " + c;
    }

    private static String carry(Slice a, Slice b, Slice c) {
        return "(%s & %s) | (%s & %s) | (%s & %s)".formatted(a, b, a, c, b, c);
    }

    private Slice variable(int width, String value) {
        String variable = argument + "_" + declarations.size();
        declarations.add("reg " + range(width) + variable);
        statements.add(variable + " = " + value + ";");
        return new Slice(variable, width, 0, width);
    }
}
