package narrowband.hdlgen;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import narrowband.accel.design.Accelerator;
import narrowband.hdlgen.synthesis.Template;

/**
 * The waves of both streams in a run of the test bench: reset and the first words in, the end of the first image, its result.
 * The picture is an SVG that suits light and dark pages.
 */
final class WavePicture {
    private static final int CYCLE = 52;
    private static final int GAP = 26;
    private static final int ROW = 34;
    private static final int HIGH = 20;
    private static final int LEFT = 130;
    private static final int TOP = 34;
    private static final int SLOPE = 3;

    /** Cycles before the first; the reset is released at 0. */
    private static final int RESET = 2;

    /** The value of a signal in a cycle: a level, or a word that is valid or not. */
    private record Value(boolean level, String word, boolean isWord) {
        static Value of(boolean level) {
            return new Value(level, "", false);
        }

        static Value word(String word) {
            return new Value(false, word, true);
        }
    }

    private interface Signal {
        Value at(long cycle);
    }

    private record Row(String name, Signal signal) {}

    private final Accelerator accelerator;
    private final long[] entered;
    private final List<BigInteger> images;
    private final List<BigInteger> results;
    private final long[] left;

    private WavePicture(TestBench bench) {
        accelerator = bench.accelerator();
        entered = bench.entered().get(accelerator.input().name());
        images = Words.pack(bench.images(), accelerator.input().type());
        results = Words.pack(
                bench.codes().stream()
                        .map(codes -> codes.get(accelerator.network().output().name()))
                        .toList(),
                accelerator.output().type());
        left = bench.resultCycles().stream()
                .flatMapToLong(java.util.Arrays::stream)
                .toArray();
    }

    /** The picture's text. */
    static String svg(TestBench bench) {
        return new WavePicture(bench).svg();
    }

    /** The cycles that are shown, in pieces without a break. */
    private List<List<Long>> pieces() {
        long lastIn = entered[Math.toIntExact(accelerator.input().type().words()) - 1];
        long first = left[0];
        long last = left[Math.toIntExact(accelerator.output().type().words()) - 1];
        List<List<Long>> pieces = new ArrayList<>();
        piece(pieces, -RESET, 4);
        piece(pieces, lastIn - 1, lastIn + 1);
        piece(pieces, first - 1, Math.min(first + 1, last));
        piece(pieces, last - 1, last + 1);
        return pieces;
    }

    /** Adds cycles that are not shown yet, to the last piece where they follow it. */
    private static void piece(List<List<Long>> pieces, long from, long to) {
        long next = pieces.isEmpty() ? Long.MIN_VALUE : pieces.getLast().getLast() + 1;
        List<Long> cycles = new ArrayList<>();
        for (long cycle = Math.max(from, next); cycle <= to; cycle++) {
            cycles.add(cycle);
        }
        if (!cycles.isEmpty() && cycles.getFirst() == next) {
            pieces.getLast().addAll(cycles);
        } else if (!cycles.isEmpty()) {
            pieces.add(cycles);
        }
    }

    private List<Row> rows() {
        return List.of(
                new Row("rst", cycle -> Value.of(cycle < 0)),
                new Row("s_axis_tvalid", cycle -> Value.of(cycle >= 0 && sent(cycle) < images.size())),
                new Row("s_axis_tready", cycle -> Value.of(cycle >= 0 && contains(entered, cycle))),
                new Row(
                        "s_axis_tdata",
                        cycle -> Value.word(
                                cycle >= 0 && sent(cycle) < images.size() ? hex(images.get(sent(cycle))) : "")),
                new Row("m_axis_tvalid", cycle -> Value.of(contains(left, cycle))),
                new Row("m_axis_tready", cycle -> Value.of(cycle >= 0)),
                new Row(
                        "m_axis_tdata",
                        cycle -> Value.word(contains(left, cycle) ? hex(results.get(taken(cycle))) : "")),
                new Row(
                        "m_axis_tlast",
                        cycle -> Value.of(contains(left, cycle)
                                && (taken(cycle) + 1)
                                                % accelerator.output().type().words()
                                        == 0)));
    }

    private int sent(long cycle) {
        return before(entered, cycle);
    }

    private int taken(long cycle) {
        return before(left, cycle);
    }

    private static int before(long[] cycles, long cycle) {
        int at = java.util.Arrays.binarySearch(cycles, cycle);
        return at < 0 ? -at - 1 : at;
    }

    private static boolean contains(long[] cycles, long cycle) {
        return java.util.Arrays.binarySearch(cycles, cycle) >= 0;
    }

    private static String hex(BigInteger word) {
        String digits = word.toString(16).toUpperCase(Locale.ROOT);
        return digits.length() > 6 ? "…" + digits.substring(digits.length() - 5) : digits;
    }

    private String svg() {
        List<List<Long>> pieces = pieces();
        List<Row> rows = rows();
        StringBuilder body = new StringBuilder();
        int x = LEFT;
        for (List<Long> piece : pieces) {
            if (x > LEFT) {
                body.append("<text class=\"number\" x=\"%d\" y=\"%d\">…</text>\n".formatted(x + GAP / 2, TOP - 12));
                x += GAP;
            }
            for (long cycle : piece) {
                body.append("<text class=\"number\" x=\"%d\" y=\"%d\">%d</text>\n"
                        .formatted(x + CYCLE / 2, TOP - 12, cycle));
                body.append("<path class=\"edge\" d=\"M%d,%dV%d\"/>\n".formatted(x, TOP - 6, TOP + ROW * rows.size()));
                x += CYCLE;
            }
        }
        for (int row = 0; row < rows.size(); row++) {
            int top = TOP + row * ROW;
            body.append("<text class=\"name\" x=\"%d\" y=\"%d\">%s</text>\n"
                    .formatted(LEFT - 12, top + HIGH - 4, rows.get(row).name()));
            wave(body, rows.get(row).signal(), pieces, top);
        }
        int width = x + 12;
        int height = TOP + ROW * rows.size() + 6;
        return Template.beside(WavePicture.class, "waves.svg")
                .filled(Map.of(
                        "width", Integer.toString(width),
                        "height", Integer.toString(height),
                        "title", "Streams of " + TestBench.design(accelerator),
                        "body", body.toString().lines().map("  "::concat).collect(Collectors.joining("\n"))));
    }

    private static void wave(StringBuilder body, Signal signal, List<List<Long>> pieces, int top) {
        int x = LEFT;
        for (List<Long> piece : pieces) {
            x += x > LEFT ? GAP : 0;
            StringBuilder line = new StringBuilder();
            Boolean level = null;
            for (int i = 0; i < piece.size(); ) {
                Value value = signal.at(piece.get(i));
                int same = 1;
                while (value.isWord() && i + same < piece.size() && value.equals(signal.at(piece.get(i + same)))) {
                    same++;
                }
                int end = x + same * CYCLE;
                if (value.isWord()) {
                    word(body, value.word(), x, end, top);
                } else {
                    int y = top + (value.level() ? 0 : HIGH);
                    line.append(level == null ? "M%d,%d".formatted(x, y) : "L%d,%d".formatted(x + SLOPE, y));
                    line.append("H%d".formatted(end));
                    level = value.level();
                }
                x = end;
                i += same;
            }
            if (!line.isEmpty()) {
                body.append("<path class=\"wave\" d=\"%s\"/>\n".formatted(line));
            }
        }
    }

    private static void word(StringBuilder body, String word, int from, int to, int top) {
        int middle = top + HIGH / 2;
        body.append("<path class=\"%s\" d=\"M%d,%dL%d,%dH%dL%d,%dL%d,%dH%dZ\"/>\n"
                .formatted(
                        word.isEmpty() ? "idle" : "word",
                        from,
                        middle,
                        from + SLOPE,
                        top,
                        to - SLOPE,
                        to,
                        middle,
                        to - SLOPE,
                        top + HIGH,
                        from + SLOPE));
        if (!word.isEmpty()) {
            body.append("<text class=\"number\" x=\"%d\" y=\"%d\">%s</text>\n"
                    .formatted((from + to) / 2, top + HIGH - 6, word));
        }
    }
}
