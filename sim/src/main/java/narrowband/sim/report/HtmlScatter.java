package narrowband.sim.report;

import java.util.Comparator;
import java.util.List;

/** A chart of designs on two logarithmic axes, as SVG. */
final class HtmlScatter {
    private static final int WIDTH = 520;
    private static final int HEIGHT = 320;
    private static final int LEFT = 66;
    private static final int BOTTOM = 44;
    private static final int EDGE = 26;
    private static final double MARGIN = 1.15;

    private HtmlScatter() {}

    /**
     * A design as a point.
     *
     * @param x above 0, as is y
     * @param best whether it stands out
     * @param description shown when pointed at
     */
    record Dot(double x, double y, boolean best, String description) {}

    /**
     * What an axis says.
     *
     * @param quantity with its unit
     * @param more whether more of it is better
     */
    record Scale(String quantity, boolean more) {}

    static String figure(String heading, Scale across, Scale up, List<Dot> dots) {
        LogAxis x = LogAxis.of(dots.stream().mapToDouble(Dot::x), MARGIN, LEFT, WIDTH - EDGE);
        LogAxis y = LogAxis.of(dots.stream().mapToDouble(Dot::y), MARGIN, HEIGHT - BOTTOM, EDGE);
        StringBuilder svg = new StringBuilder();
        for (double tick : x.ticks()) {
            svg.append(
                    "<path class=\"grid\" d=\"M%1$s %2$d V%3$d\"/><text x=\"%1$s\" y=\"%4$d\" text-anchor=\"middle\">%5$s</text>"
                            .formatted(
                                    LogAxis.pixel(x.place(tick)),
                                    EDGE,
                                    HEIGHT - BOTTOM,
                                    HEIGHT - BOTTOM + 16,
                                    Quantity.significant(tick)));
        }
        for (double tick : y.ticks()) {
            svg.append(
                    "<path class=\"grid\" d=\"M%1$d %2$s H%3$d\"/><text x=\"%4$d\" y=\"%2$s\" dy=\"4\" text-anchor=\"end\">%5$s</text>"
                            .formatted(
                                    LEFT,
                                    LogAxis.pixel(y.place(tick)),
                                    WIDTH - EDGE,
                                    LEFT - 6,
                                    Quantity.significant(tick)));
        }
        svg.append(front(across, up, dots, x, y));
        // Those that stand out lie on top.
        for (boolean best : new boolean[] {false, true}) {
            for (Dot dot : dots) {
                if (dot.best() == best) {
                    svg.append("<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"%s\"><title>%s</title></circle>"
                            .formatted(
                                    best ? "busy" : "fill",
                                    LogAxis.pixel(x.place(dot.x())),
                                    LogAxis.pixel(y.place(dot.y())),
                                    best ? "5" : "4",
                                    Markup.escape(dot.description())));
                }
            }
        }
        String title = "%s: %s against %s".formatted(heading, words(up), words(across));
        String description = Quantity.plural(dots.size(), "design") + " on " + title;
        return """
                <figure><h3>%s</h3>
                <svg class="scatter" viewBox="0 0 %d %d" role="img" aria-label="%s"><title>%4$s</title>%s\
                <text x="%d" y="%d" text-anchor="middle">%s</text>\
                <text transform="translate(12 %d) rotate(-90)" text-anchor="middle">%s</text></svg></figure>
                """.formatted(
                        Markup.escape(title),
                        WIDTH,
                        HEIGHT,
                        Markup.escape(description),
                        svg,
                        (LEFT + WIDTH - EDGE) / 2,
                        HEIGHT - 8,
                        Markup.escape(across.quantity()),
                        (HEIGHT - BOTTOM + EDGE) / 2,
                        Markup.escape(up.quantity()));
    }

    /** A quantity without its unit. */
    private static String words(Scale scale) {
        return scale.quantity().replaceFirst(",.*", "");
    }

    /** A line of steps through the designs that no other beats in these two quantities. */
    private static String front(Scale across, Scale up, List<Dot> dots, LogAxis x, LogAxis y) {
        Comparator<Dot> better = Comparator.comparingDouble(dot -> across.more() ? -dot.x() : dot.x());
        List<Dot> sorted = dots.stream()
                .sorted(better.thenComparingDouble(dot -> up.more() ? -dot.y() : dot.y()))
                .toList();
        StringBuilder line = new StringBuilder();
        double best = up.more() ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        for (Dot dot : sorted) {
            if (up.more() ? dot.y() > best : dot.y() < best) {
                String at = LogAxis.pixel(x.place(dot.x()));
                String height = LogAxis.pixel(y.place(dot.y()));
                line.append(line.isEmpty() ? "M" + at + " " + height : "H" + at + "V" + height);
                best = dot.y();
            }
        }
        return "<path class=\"front\" d=\"%s\"/>".formatted(line);
    }
}
