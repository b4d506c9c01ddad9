package narrowband.sim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A chart of points on two logarithmic axes, as SVG. */
final class HtmlScatter {
    private static final int WIDTH = 520;
    private static final int HEIGHT = 320;
    private static final int LEFT = 62;
    private static final int BOTTOM = 44;
    private static final int EDGE = 26;

    private HtmlScatter() {}

    /**
     * A design as a point.
     *
     * @param best whether it stands out
     * @param description shown when pointed at
     */
    record Dot(double cells, double rate, boolean best, String description) {}

    /** An axis: from one number to another, in pixels of the picture from one place to another. */
    private record Axis(double least, double most, double from, double to) {
        static Axis of(List<Dot> dots, ToDoubleFunction<Dot> value, double from, double to) {
            double least = dots.stream().mapToDouble(value).min().orElseThrow();
            double most = dots.stream().mapToDouble(value).max().orElseThrow();
            return new Axis(least / 1.15, most * 1.15, from, to);
        }

        double place(double value) {
            return from + (to - from) * Math.log(value / least) / Math.log(most / least);
        }

        /** 1, 2 and 5 times the powers of ten that lie between. */
        List<Double> ticks() {
            List<Double> ticks = new ArrayList<>();
            for (double power = Math.pow(10, Math.floor(Math.log10(least))); power <= most; power *= 10) {
                for (int digit : new int[] {1, 2, 5}) {
                    double tick = digit * power;
                    if (tick >= least && tick <= most) {
                        ticks.add(tick);
                    }
                }
            }
            return ticks;
        }
    }

    static String figure(String heading, List<Dot> dots) {
        Axis x = Axis.of(dots, Dot::cells, LEFT, WIDTH - EDGE);
        Axis y = Axis.of(dots, Dot::rate, HEIGHT - BOTTOM, EDGE);
        StringBuilder svg = new StringBuilder();
        for (double tick : x.ticks()) {
            svg.append(
                    "<path class=\"grid\" d=\"M%1$s %2$d V%3$d\"/><text x=\"%1$s\" y=\"%4$d\" text-anchor=\"middle\">%5$s</text>"
                            .formatted(
                                    pixel(x.place(tick)),
                                    EDGE,
                                    HEIGHT - BOTTOM,
                                    HEIGHT - BOTTOM + 16,
                                    Quantity.significant(tick)));
        }
        for (double tick : y.ticks()) {
            svg.append(
                    "<path class=\"grid\" d=\"M%1$d %2$s H%3$d\"/><text x=\"%4$d\" y=\"%2$s\" dy=\"4\" text-anchor=\"end\">%5$s</text>"
                            .formatted(LEFT, pixel(y.place(tick)), WIDTH - EDGE, LEFT - 6, Quantity.significant(tick)));
        }
        // Those that stand out lie on top.
        for (boolean best : new boolean[] {false, true}) {
            for (Dot dot : dots) {
                if (dot.best() == best) {
                    svg.append("<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"%s\"><title>%s</title></circle>"
                            .formatted(
                                    best ? "busy" : "fill",
                                    pixel(x.place(dot.cells())),
                                    pixel(y.place(dot.rate())),
                                    best ? "5" : "4",
                                    Markup.escape(dot.description())));
                }
            }
        }
        return """
                <figure><h3>%s</h3>
                <svg class="scatter" viewBox="0 0 %d %d" role="img" aria-label="%d designs on %s: images per second against logic cells">%s\
                <text x="%d" y="%d" text-anchor="middle">logic cells</text>\
                <text transform="translate(12 %d) rotate(-90)" text-anchor="middle">images/s</text></svg></figure>
                """.formatted(
                        Markup.escape(heading),
                        WIDTH,
                        HEIGHT,
                        dots.size(),
                        Markup.escape(heading),
                        svg,
                        (LEFT + WIDTH - EDGE) / 2,
                        HEIGHT - 8,
                        (HEIGHT - BOTTOM + EDGE) / 2);
    }

    private static String pixel(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
