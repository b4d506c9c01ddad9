package narrowband.sim.report;

import java.util.List;
import narrowband.sim.bottleneck.Explanation;
import narrowband.sim.bottleneck.Sensitivity;
import narrowband.sim.bottleneck.Way;

/** Why a design is not faster: the critical paths by process, and what each thing would be worth without a limit. */
final class HtmlWhy {
    /** A gain that is worth a bar. */
    private static final double GAIN = 1.005;

    /** Bars of a chart at most. */
    private static final int BARS = 12;

    private HtmlWhy() {}

    static String section(Explanation why) {
        List<Sensitivity> worth = why.sensitivities().stream()
                .filter(row -> row.gain() >= GAIN)
                .limit(BARS)
                .toList();
        return Markup.section(
                "why",
                "Why it is not faster",
                worth.isEmpty()
                        ? "Simulated again with one thing at a time without limit, nothing made it faster: several bound it alike."
                        : "Simulated again with one thing at a time without limit: what makes it faster bounds it.",
                (worth.isEmpty() ? "" : gains(worth))
                        + numbers("All of them in numbers", HtmlTables.sensitivities(why.sensitivities()))
                        + way("What decides how soon the next result is out", why.interval())
                        + numbers("The same in numbers", HtmlTables.way(why.interval()))
                        + way("What an image alone takes its way through", why.latency())
                        + numbers("The same in numbers", HtmlTables.way(why.latency())));
    }

    /** A bar for each thing: the longer, the more it is worth. */
    private static String gains(List<Sensitivity> rows) {
        double most = rows.stream().mapToDouble(Sensitivity::gain).max().orElseThrow() - 1;
        StringBuilder bars = new StringBuilder("<h3>What each would be worth</h3><div class=\"bars\">\n");
        for (Sensitivity row : rows) {
            String what = WhyText.without(row);
            String rate = WhyText.times(row.intervalGain());
            String latency = WhyText.times(row.latencyGain());
            bars.append(Markup.bar(
                    Markup.escape(what),
                    bar("busy", row.intervalGain() - 1, most, 0, rate + " as many images per second")
                            + bar("input", row.latencyGain() - 1, most, 8, latency + " as soon"),
                    "%s without limit: %s as many images per second, the first %s as soon"
                            .formatted(what, rate, latency),
                    WhyText.times(row.gain())));
        }
        return bars
                + "</div><ul class=\"keys\">%s%s</ul>"
                        .formatted(
                                Markup.key("busy", "times as many images per second"),
                                Markup.key("input", "times as soon"));
    }

    /** Half of a row's height. */
    private static String bar(String style, double gain, double most, int top, String title) {
        return "<rect class=\"%s\" x=\"0\" y=\"%d\" width=\"%s\" height=\"7\"><title>%s</title></rect>"
                .formatted(style, top, LogAxis.pixel(1000 * Math.max(0, gain) / most), Markup.escape(title));
    }

    private static String way(String heading, Way way) {
        StringBuilder bars = new StringBuilder(
                "<h3>%s: %s cycles</h3><div class=\"bars dense\">\n".formatted(heading, Quantity.count(way.cycles())));
        for (Way.Share share : way.largest(BARS)) {
            String name = share.name().isEmpty() ? share.layer() : share.layer() + ": " + share.name();
            bars.append(Markup.bar(
                    Markup.escape(name),
                    Markup.part("busy", 0, share.share(), name),
                    "%s: %s of the way".formatted(name, Quantity.percent(share.share())),
                    Quantity.percent(share.share())));
        }
        return bars.append("</div>").toString();
    }

    private static String numbers(String summary, String table) {
        return "<details><summary>%s</summary>%s</details>".formatted(summary, table);
    }
}
