package narrowband.sim.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import narrowband.sim.report.Roofline.Point;

/** The roofline as a chart on two logarithmic axes, beside its numbers. */
final class HtmlRoofline {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 380;
    private static final int LEFT = 66;
    private static final int TOP = 18;
    private static final int RIGHT = 544;
    private static final int BOTTOM = 334;
    private static final int LETTER = 6;
    private static final int LINE = 12;

    private HtmlRoofline() {}

    static String section(Report report) {
        Roofline roofline = report.roofline();
        boolean shared = !report.passes().isEmpty();
        String lead =
                "Bit operations for each byte moved, and what bounds their rate. A bit operation is one bit of a weight times"
                        + " one bit of an activation, so that layers of all widths stand under one roof. "
                        + (shared
                                ? "Bytes: of a layer's pass over the streams of weights, image and result. Each layer has the array to itself, for the time of its pass, or of its weights on the stream where this is longer."
                                : "Bytes: of a layer over the FIFOs into and out of its units; of the whole design, over the streams of image and"
                                        + " result. All layers work at once, each below a roof of its own (the stroke above it): its unit, or"
                                        + " its busiest FIFO at a word in each cycle.");
        return Markup.section(
                "roofline",
                "Roofline",
                lead,
                "<div class=\"charts\"><figure>%s%s</figure>%s</div>"
                        .formatted(chart(roofline), keys(), table(roofline)));
    }

    private static String keys() {
        return "<ul class=\"keys\">"
                + Markup.key("busy", "a layer, as simulated")
                + Markup.key("energy", "the whole design")
                + Markup.key("roof", "peak of the arrays, and of the streams to the outside")
                + "</ul>";
    }

    private static String chart(Roofline roofline) {
        List<Point> all = new ArrayList<>(roofline.layers());
        all.add(roofline.design());
        double ridge = roofline.bitOperationsPerSecond() / roofline.bytesPerSecond();
        LogAxis x = LogAxis.of(
                DoubleStream.concat(DoubleStream.of(ridge), all.stream().mapToDouble(Point::bitOperationsPerByte)),
                2,
                LEFT,
                RIGHT);
        LogAxis y = LogAxis.of(
                DoubleStream.concat(
                        DoubleStream.of(roofline.bitOperationsPerSecond()),
                        all.stream().flatMapToDouble(point -> DoubleStream.of(point.attained(), point.roof()))),
                1.6,
                BOTTOM,
                TOP);
        StringBuilder svg = new StringBuilder();
        for (double tick : x.ticks()) {
            String at = LogAxis.pixel(x.place(tick));
            svg.append("<path class=\"grid\" d=\"M" + at + " " + TOP + "V" + BOTTOM + "\"/>")
                    .append(text(x.place(tick), BOTTOM + 16, "middle", Quantity.significant(tick)));
        }
        for (double tick : y.ticks()) {
            String at = LogAxis.pixel(y.place(tick));
            svg.append("<path class=\"grid\" d=\"M" + LEFT + " " + at + "H" + RIGHT + "\"/>")
                    .append(text(LEFT - 6, y.place(tick) + 4, "end", Quantity.prefixed(tick, "")));
        }
        svg.append(roof(roofline, ridge, x, y));
        for (Point point : roofline.layers()) {
            svg.append(point(point, x, y, "busy"));
        }
        svg.append(point(roofline.design(), x, y, "energy"))
                .append(labels(all, x, y, y.place(roofline.bitOperationsPerSecond())));
        String description = "%d layers below the roof of the design, %s"
                .formatted(
                        roofline.layers().size(),
                        Quantity.prefixed(roofline.bitOperationsPerSecond(), "bit operations/s"));
        return """
                <svg class="scatter" viewBox="0 0 %d %d" role="img" aria-label="%s"><title>%3$s</title>%s\
                <text x="%d" y="%d" text-anchor="middle">bit operations / byte</text>\
                <text transform="translate(12 %d) rotate(-90)" text-anchor="middle">bit operations / s</text></svg>
                """.formatted(
                WIDTH, HEIGHT, Markup.escape(description), svg, (LEFT + RIGHT) / 2, HEIGHT - 10, (TOP + BOTTOM) / 2);
    }

    /** The streams' slope up to the ridge, then the arrays' peak. */
    private static String roof(Roofline roofline, double ridge, LogAxis x, LogAxis y) {
        double peak = y.place(roofline.bitOperationsPerSecond());
        // The slope leaves the picture on the left or below it, whichever comes first.
        double least = Math.max(x.least(), y.least() / roofline.bytesPerSecond());
        return "<path class=\"roofline\" fill=\"none\" d=\"M%s %sL%s %sH%d\"/>"
                        .formatted(
                                LogAxis.pixel(x.place(least)),
                                LogAxis.pixel(y.place(least * roofline.bytesPerSecond())),
                                LogAxis.pixel(x.place(ridge)),
                                LogAxis.pixel(peak),
                                RIGHT)
                + text(
                        RIGHT,
                        peak - 5,
                        "end",
                        Quantity.prefixed(roofline.bitOperationsPerSecond(), "bit-op/s") + " of the arrays, "
                                + Quantity.prefixed(roofline.bytesPerSecond(), "B/s") + " of the streams");
    }

    private static String point(Point point, LogAxis x, LogAxis y, String style) {
        String at = LogAxis.pixel(x.place(point.bitOperationsPerByte()));
        String attained = LogAxis.pixel(y.place(point.attained()));
        double roof = y.place(point.roof());
        return "<path class=\"stem\" d=\"M%1$s %2$sV%3$sm-4 0h8\"/><circle class=\"%4$s\" cx=\"%1$s\" cy=\"%2$s\" r=\"4.5\"><title>%5$s</title></circle>"
                .formatted(
                        at,
                        attained,
                        LogAxis.pixel(roof),
                        style,
                        Markup.escape("%s: %s bit operations/byte, %s, %s of its roof"
                                .formatted(
                                        point.name(),
                                        Quantity.significant(point.bitOperationsPerByte()),
                                        Quantity.prefixed(point.attained(), "bit operations/s"),
                                        Quantity.percent(point.attained() / point.roof()))));
    }

    /** Names beside the points, as far as there is room; the others have theirs when pointed at, and in the table. */
    private static String labels(List<Point> points, LogAxis x, LogAxis y, double peak) {
        StringBuilder svg = new StringBuilder();
        List<double[]> taken = new ArrayList<>();
        for (Point point : points) {
            double px = x.place(point.bitOperationsPerByte());
            double py = y.place(point.attained());
            taken.add(new double[] {px - 5, py - 5, px + 5, py + 5});
        }
        for (Point point : points.reversed()) {
            double px = x.place(point.bitOperationsPerByte());
            double py = y.place(point.attained());
            double length = point.name().length() * LETTER;
            boolean before = px + 8 + length > RIGHT;
            // The peak's line does not cross a name.
            double middle = Math.abs(py - peak) < LINE ? peak + LINE : py;
            double left = before ? px - 8 - length : px + 8;
            double[] box = {left, middle - LINE / 2.0, left + length, middle + LINE / 2.0};
            boolean free = left > LEFT
                    && taken.stream()
                            .noneMatch(other ->
                                    box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]);
            if (free) {
                taken.add(box);
                svg.append(text(before ? px - 8 : px + 8, middle + 4, before ? "end" : "start", point.name()));
            }
        }
        return svg.toString();
    }

    private static String text(double x, double y, String anchor, String words) {
        return "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>"
                .formatted(LogAxis.pixel(x), LogAxis.pixel(y), anchor, Markup.escape(words));
    }

    private static String table(Roofline roofline) {
        List<Point> points = new ArrayList<>(List.of(roofline.design()));
        roofline.layers().stream()
                .sorted(Comparator.comparingLong(Point::bitOperations).reversed())
                .forEach(points::add);
        return HtmlTables.roofline(points.stream()
                .map(point -> List.of(
                        Markup.escape(point.name()),
                        Quantity.prefixed(point.bitOperations(), ""),
                        Quantity.prefixed(point.bytes(), "B"),
                        Quantity.significant(point.bitOperationsPerByte()),
                        Quantity.prefixed(point.attained(), ""),
                        Quantity.percent(point.attained() / point.roof())))
                .toList());
    }
}
