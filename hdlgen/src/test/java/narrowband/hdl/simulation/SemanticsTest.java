package narrowband.hdl.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongBinaryOperator;
import narrowband.hdl.Data;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.SInt;
import narrowband.hdl.UInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each operator means and how wide its result is: all values of all widths from 1 to 4 bits, against whole-number arithmetic, in the interpreter and in the compiled simulator. */
class SemanticsTest {
    private static final int WIDEST = 4;

    @TempDir
    Path folder;

    /** One operator: what it builds, the width that its documentation promises, and the number that it stands for. */
    private record Law(String name, Data<?> hardware, int width, LongBinaryOperator meaning) {}

    private static final class Table extends Module {
        final UInt a;
        final UInt b;
        final SInt c;
        final SInt d;
        final List<Law> laws = new ArrayList<>();

        /** Two unsigned operands of {@code m} and {@code n} bits, and two signed ones. */
        Table(int m, int n) {
            a = input(m);
            b = input(n);
            c = signedInput(m);
            d = signedInput(n);
        }

        void law(String name, Data<?> hardware, int width, LongBinaryOperator meaning) {
            laws.add(new Law(name, hardware, width, meaning));
            outputOf(hardware, name);
        }

        private void outputOf(Data<?> value, String name) {
            output(value.width()).named(name).set(value.asUInt());
        }
    }

    private static void unsigned(Table t) {
        int m = t.a.width();
        int n = t.b.width();
        int wide = Math.max(m, n);
        t.law("plus", t.a.plus(t.b), wide + 1, (a, b) -> a + b);
        t.law("plus_3", t.a.plus(3), Math.max(m, 2) + 1, (a, b) -> a + 3);
        t.law("wrapping_plus", t.a.wrappingPlus(t.b), wide, (a, b) -> mod(a + b, wide));
        t.law("minus", t.a.minus(t.b), wide + 1, (a, b) -> a - b);
        t.law("minus_1", t.a.minus(1), m + 1, (a, b) -> a - 1);
        t.law("wrapping_minus", t.a.wrappingMinus(t.b), wide, (a, b) -> mod(a - b, wide));
        t.law("times", t.a.times(t.b), m + n, (a, b) -> a * b);
        t.law("less", t.a.lt(t.b), 1, (a, b) -> truth(a < b));
        t.law("at_most", t.a.le(t.b), 1, (a, b) -> truth(a <= b));
        t.law("more", t.a.gt(t.b), 1, (a, b) -> truth(a > b));
        t.law("at_least", t.a.ge(t.b), 1, (a, b) -> truth(a >= b));
        t.law("equal", t.a.eq(t.b), 1, (a, b) -> truth(a == b));
        t.law("differs", t.a.ne(t.b), 1, (a, b) -> truth(a != b));
        for (int k = 0; k < 1 << WIDEST; k++) {
            int value = k;
            t.law("less_" + k, t.a.lt(k), 1, (a, b) -> truth(a < value));
            t.law("at_most_" + k, t.a.le(k), 1, (a, b) -> truth(a <= value));
            t.law("more_" + k, t.a.gt(k), 1, (a, b) -> truth(a > value));
            t.law("at_least_" + k, t.a.ge(k), 1, (a, b) -> truth(a >= value));
            t.law("equal_" + k, t.a.eq(k), 1, (a, b) -> truth(a == value));
            t.law("differs_" + k, t.a.ne(k), 1, (a, b) -> truth(a != value));
        }
        t.law("both", t.a.and(t.b), wide, (a, b) -> a & b);
        t.law("either", t.a.or(t.b), wide, (a, b) -> a | b);
        t.law("one", t.a.xor(t.b), wide, (a, b) -> a ^ b);
        t.law("inverted", t.a.not(), m, (a, b) -> mod(~a, m));
        t.law("any", t.a.any(), 1, (a, b) -> truth(a != 0));
        t.law("all", t.a.all(), 1, (a, b) -> truth(a == (1 << m) - 1));
        t.law("parity", t.a.parity(), 1, (a, b) -> Long.bitCount(a) & 1);
        t.law("ones", t.a.countOnes(), 32 - Integer.numberOfLeadingZeros(m), (a, b) -> Long.bitCount(a));
        t.law("joined", t.a.concat(t.b), m + n, (a, b) -> (a << n) + b);
        t.law("lanes", Module.pack(List.of(t.a, t.b)), m + n, (a, b) -> (b << m) + a);
        t.law("bit_at", t.a.bit(t.b), 1, (a, b) -> a >> b & 1);
        t.law("shifted_left", t.a.shiftLeft(t.b), m + (1 << n) - 1, (a, b) -> a << b);
        t.law("shifted_right", t.a.shiftRight(t.b), m, (a, b) -> a >> b);
        t.law("shifted_far", t.a.shiftRight(t.b.concat(UInt.of(60, 0))), m, (a, b) -> b == 0 ? a : 0);
        for (int k = 0; k <= WIDEST; k++) {
            int by = k;
            t.law("left_" + k, t.a.shiftLeft(k), m + k, (a, b) -> a << by);
            if (k < m) {
                t.law("right_" + k, t.a.shiftRight(k), m - k, (a, b) -> a >> by);
                t.law("bit_" + k, t.a.bit(k), 1, (a, b) -> a >> by & 1);
            }
        }
        for (int k = 1; k <= m + 2; k++) {
            int bits = k;
            t.law("saturated_" + k, t.a.sat(k), k, (a, b) -> Math.min(a, (1L << bits) - 1));
            if (k <= m) {
                t.law("cut_" + k, t.a.trunc(k), k, (a, b) -> mod(a, bits));
            }
            if (k >= m) {
                t.law("extended_" + k, t.a.extend(k), k, (a, b) -> a);
            }
        }
        t.law("chosen", Module.mux(t.a.any(), t.a, t.b), wide, (a, b) -> a != 0 ? a : b);
        for (int options = 1; options <= 6; options++) {
            List<UInt> values = new ArrayList<>();
            for (int i = 0; i < options; i++) {
                values.add(UInt.of(5, 17 + i));
            }
            int last = options - 1;
            t.law("option_of_" + options, Module.select(t.a, values), 5, (a, b) -> 17 + Math.min(a, last));
        }
        t.law("as_signed", t.a.asSInt(), m, (a, b) -> signed(a, m));
    }

    private static void signed(Table t) {
        int m = t.c.width();
        int n = t.d.width();
        int wide = Math.max(m, n);
        t.law("plus", t.c.plus(t.d), wide + 1, (c, d) -> c + d);
        t.law("plus_1", t.c.plus(1), Math.max(m, 2) + 1, (c, d) -> c + 1);
        t.law("minus", t.c.minus(t.d), wide + 1, (c, d) -> c - d);
        t.law("minus_1", t.c.minus(1), Math.max(m, 2) + 1, (c, d) -> c - 1);
        t.law("wrapping_plus", t.c.wrappingPlus(t.d), wide, (c, d) -> signed(c + d, wide));
        t.law("wrapping_minus", t.c.wrappingMinus(t.d), wide, (c, d) -> signed(c - d, wide));
        t.law("times", t.c.times(t.d), m + n, (c, d) -> c * d);
        t.law("negated", t.c.negate(), m + 1, (c, d) -> -c);
        t.law("negative", t.c.isNegative(), 1, (c, d) -> truth(c < 0));
        t.law("less", t.c.lt(t.d), 1, (c, d) -> truth(c < d));
        t.law("at_most", t.c.le(t.d), 1, (c, d) -> truth(c <= d));
        t.law("more", t.c.gt(t.d), 1, (c, d) -> truth(c > d));
        t.law("at_least", t.c.ge(t.d), 1, (c, d) -> truth(c >= d));
        t.law("equal", t.c.eq(t.d), 1, (c, d) -> truth(c == d));
        t.law("differs", t.c.ne(t.d), 1, (c, d) -> truth(c != d));
        for (int k = -(1 << WIDEST - 1); k < 1 << WIDEST - 1; k++) {
            int value = k;
            String name = k < 0 ? "minus_" + -k : String.valueOf(k);
            t.law("less_" + name, t.c.lt(k), 1, (c, d) -> truth(c < value));
            t.law("at_most_" + name, t.c.le(k), 1, (c, d) -> truth(c <= value));
            t.law("more_" + name, t.c.gt(k), 1, (c, d) -> truth(c > value));
            t.law("at_least_" + name, t.c.ge(k), 1, (c, d) -> truth(c >= value));
            t.law("equal_" + name, t.c.eq(k), 1, (c, d) -> truth(c == value));
        }
        t.law("both", t.c.and(t.d), wide, (c, d) -> c & d);
        t.law("either", t.c.or(t.d), wide, (c, d) -> c | d);
        t.law("one", t.c.xor(t.d), wide, (c, d) -> c ^ d);
        t.law("inverted", t.c.not(), m, (c, d) -> ~c);
        t.law("any", t.c.any(), 1, (c, d) -> truth(c != 0));
        t.law("all", t.c.all(), 1, (c, d) -> truth(c == -1));
        t.law("parity", t.c.parity(), 1, (c, d) -> Long.bitCount(mod(c, m)) & 1);
        t.law("ones", t.c.countOnes(), 32 - Integer.numberOfLeadingZeros(m), (c, d) -> Long.bitCount(mod(c, m)));
        t.law("joined", t.c.concat(t.d), m + n, (c, d) -> (mod(c, m) << n) + mod(d, n));
        t.law("shifted_left", t.c.shiftLeft(t.d.asUInt()), m + (1 << n) - 1, (c, d) -> c << mod(d, n));
        t.law("shifted_right", t.c.shiftRight(t.d.asUInt()), m, (c, d) -> c >> mod(d, n));
        t.law(
                "shifted_far",
                t.c.shiftRight(t.d.asUInt().concat(UInt.of(60, 0))),
                m,
                (c, d) -> d == 0 ? c : c < 0 ? -1 : 0);
        for (int k = 0; k <= WIDEST; k++) {
            int by = k;
            t.law("left_" + k, t.c.shiftLeft(k), m + k, (c, d) -> c << by);
            if (k < m) {
                t.law("right_" + k, t.c.shiftRight(k), m - k, (c, d) -> Math.floorDiv(c, 1L << by));
            }
        }
        for (int k = 1; k <= m + 2; k++) {
            int bits = k;
            long bound = 1L << k - 1;
            t.law("saturated_" + k, t.c.sat(k), k, (c, d) -> Math.clamp(c, -bound, bound - 1));
            if (k <= m) {
                t.law("cut_" + k, t.c.trunc(k), k, (c, d) -> signed(c, bits));
            }
            if (k >= m) {
                t.law("extended_" + k, t.c.extend(k), k, (c, d) -> c);
            }
        }
        t.law("chosen", Module.mux(t.c.isNegative(), t.c, t.d), wide, (c, d) -> c < 0 ? c : d);
        t.law("as_unsigned", t.c.asUInt(), m, (c, d) -> mod(c, m));
    }

    private static long mod(long value, int width) {
        return Math.floorMod(value, 1L << width);
    }

    private static long signed(long value, int width) {
        long half = 1L << width - 1;
        return Math.floorMod(value + half, 2 * half) - half;
    }

    private static long truth(boolean value) {
        return value ? 1 : 0;
    }

    @Test
    void unsignedOperatorsMeanWhatTheirNumbersSay() {
        forAllWidths(false);
    }

    @Test
    void signedOperatorsMeanWhatTheirNumbersSay() {
        forAllWidths(true);
    }

    private static void forAllWidths(boolean signed) {
        for (int m = 1; m <= WIDEST; m++) {
            for (int n = 1; n <= WIDEST; n++) {
                Table table = table(signed, m, n);
                for (Law law : table.laws) {
                    assertThat(law.hardware().width())
                            .as("width of %s of %d and %d bits", law.name(), m, n)
                            .isEqualTo(law.width());
                }
                Design design = Design.of(table);
                check(table, signed, new Interpreter(design.flat()));
                check(table, signed, new CompiledSimulator(design.flat()));
            }
        }
    }

    private static Table table(boolean signed, int m, int n) {
        Table table = new Table(m, n);
        if (signed) {
            signed(table);
        } else {
            unsigned(table);
        }
        return table;
    }

    private static void check(Table table, boolean signed, Simulator simulator) {
        int m = table.a.width();
        int n = table.b.width();
        for (int first = 0; first < 1 << m; first++) {
            for (int second = 0; second < 1 << n; second++) {
                long x = signed ? signed(first, m) : first;
                long y = signed ? signed(second, n) : second;
                simulator.poke(signed ? table.c : table.a, x).poke(signed ? table.d : table.b, y);
                for (Law law : table.laws) {
                    assertThat(simulator.peek(law.hardware()))
                            .as(
                                    "%s: %s of %d (%d bits) and %d (%d bits)",
                                    simulator.getClass().getSimpleName(), law.name(), x, m, y, n)
                            .isEqualTo(law.meaning().applyAsLong(x, y));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"false, 4, 3", "false, 1, 4", "true, 3, 4", "true, 4, 1", "true, 1, 2"})
    void icarusReadsTheSameMeaning(boolean signed, int m, int n) throws Exception {
        assumeTrue(VerilogTool.ICARUS.available(), "iverilog is not installed: its comparison is skipped");
        CoSimulation.Stimulus everyPair = (cycle, input, width) -> {
            boolean first = input.equals("a") || input.equals("c");
            return BigInteger.valueOf(first ? cycle >> n : cycle & (1 << n) - 1);
        };
        CoSimulation comparison = new CoSimulation(Design.of(table(signed, m, n)));
        assertThat(comparison.compare(VerilogTool.ICARUS, folder, 1 << m + n, everyPair))
                .isEmpty();
    }
}
