package narrowband.hdl.bits;

import java.math.BigInteger;
import java.util.Arrays;

/** What each operator of the netlist is in gates. A word is an array of literals, the lowest bit first. Plain schoolbook circuits: they are for proofs, not for silicon. */
final class WordGates {
    private final AndInverterGraph graph;

    /** A gate of two inputs. */
    interface Gate {
        int of(int a, int b);
    }

    WordGates(AndInverterGraph graph) {
        this.graph = graph;
    }

    static int[] constant(int width, BigInteger value) {
        int[] word = new int[width];
        for (int i = 0; i < width; i++) {
            word[i] = value.testBit(i) ? AndInverterGraph.TRUE : AndInverterGraph.FALSE;
        }
        return word;
    }

    static int[] not(int[] a) {
        int[] word = new int[a.length];
        for (int i = 0; i < a.length; i++) {
            word[i] = AndInverterGraph.not(a[i]);
        }
        return word;
    }

    static int[] bitwise(int[] a, int[] b, Gate gate) {
        int[] word = new int[a.length];
        for (int i = 0; i < a.length; i++) {
            word[i] = gate.of(a[i], b[i]);
        }
        return word;
    }

    static int[] extend(int[] a, int width, int fill) {
        int[] word = Arrays.copyOf(a, width);
        Arrays.fill(word, a.length, width, fill);
        return word;
    }

    /** a + b + carry, modulo 2^width. */
    int[] add(int[] a, int[] b, int carry) {
        int[] sum = new int[a.length];
        int c = carry;
        for (int i = 0; i < a.length; i++) {
            int half = graph.xor(a[i], b[i]);
            sum[i] = graph.xor(half, c);
            c = graph.or(graph.and(a[i], b[i]), graph.and(half, c));
        }
        return sum;
    }

    int[] subtract(int[] a, int[] b) {
        return add(a, not(b), AndInverterGraph.TRUE);
    }

    /** Long multiplication, modulo 2^width. */
    int[] multiply(int[] a, int[] b) {
        int[] product = new int[a.length];
        for (int i = 0; i < a.length; i++) {
            int[] row = new int[a.length];
            for (int j = i; j < a.length; j++) {
                row[j] = graph.and(a[j - i], b[i]);
            }
            product = add(product, row, AndInverterGraph.FALSE);
        }
        return product;
    }

    int equal(int[] a, int[] b) {
        int same = AndInverterGraph.TRUE;
        for (int i = 0; i < a.length; i++) {
            same = graph.and(same, AndInverterGraph.not(graph.xor(a[i], b[i])));
        }
        return same;
    }

    /** a < b as unsigned numbers: the highest bit in which they differ decides. */
    int less(int[] a, int[] b) {
        int less = AndInverterGraph.FALSE;
        for (int i = 0; i < a.length; i++) {
            less = graph.select(graph.xor(a[i], b[i]), b[i], less);
        }
        return less;
    }

    /** a < b in two's complement: the sign bits count the other way round. */
    int signedLess(int[] a, int[] b) {
        int top = a.length - 1;
        int[] x = a.clone();
        int[] y = b.clone();
        x[top] = b[top];
        y[top] = a[top];
        return less(x, y);
    }

    int[] select(int condition, int[] a, int[] b) {
        return bitwise(a, b, (x, y) -> graph.select(condition, x, y));
    }

    /** Each bit of the distance shifts by its weight or not. */
    int[] shift(int[] a, int[] distance, boolean left, int fill) {
        int[] word = a;
        for (int k = 0; k < distance.length; k++) {
            int[] moved = new int[a.length];
            for (int i = 0; i < a.length; i++) {
                long from = k > 30 ? -1 : left ? i - (1L << k) : i + (1L << k);
                moved[i] = from >= 0 && from < a.length ? word[(int) from] : fill;
            }
            word = select(distance[k], moved, word);
        }
        return word;
    }

    int reduce(int[] a, int start, Gate gate) {
        int all = start;
        for (int bit : a) {
            all = gate.of(all, bit);
        }
        return all;
    }

    int[] countOnes(int[] a, int width) {
        int[] count = new int[width];
        for (int bit : a) {
            count = add(count, new int[width], bit);
        }
        return count;
    }

    /** The word of {@code words} that {@code address} points at; 0 beyond the last. */
    int[] choose(int[][] words, int[] address, int width) {
        int[][] level = words;
        for (int bit : address) {
            int[][] next = new int[(level.length + 1) / 2][];
            for (int i = 0; i < next.length; i++) {
                int[] odd = 2 * i + 1 < level.length ? level[2 * i + 1] : new int[width];
                next[i] = select(bit, odd, level[2 * i]);
            }
            level = next;
        }
        return level[0];
    }
}
