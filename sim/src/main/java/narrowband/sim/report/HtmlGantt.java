package narrowband.sim.report;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import narrowband.sim.cycle.Timeline.State;
import narrowband.sim.report.Schedule.Lane;
import narrowband.sim.report.Schedule.Stretch;

/** One image's way through the units as a Gantt chart: a row for each process, time from left to right. */
final class HtmlGantt {
    /** Rows that are shown at once; of more, those of each layer that work for the image longest, and all behind a fold. */
    private static final int ROWS = 48;

    private static final int WIDTH = 1000;

    /** Per cent of the width, beyond which a label may not fit behind its stroke. */
    private static final double LATE = 75;

    private HtmlGantt() {}

    static String section(Schedule schedule, double clockMegahertz) {
        StringBuilder body = new StringBuilder();
        boolean folded = schedule.lanes().size() > ROWS;
        body.append(chart(
                passes(schedule) + lanes(schedule, folded ? longest(schedule) : schedule.lanes()),
                schedule,
                clockMegahertz));
        if (folded) {
            body.append("<details><summary>All %d processes of all units</summary>"
                            .formatted(schedule.lanes().size()))
                    .append(chart(lanes(schedule, schedule.lanes()), schedule, clockMegahertz))
                    .append("</details>");
        }
        body.append(keys(schedule));
        long cycles = schedule.until() - schedule.from();
        return Markup.section(
                "schedule",
                "One image on its way",
                "Image %d of the stream, from its first word in to the last word of its result out: %s cycles, %s. Images before"
                                .formatted(
                                        schedule.image() + 1,
                                        Quantity.count(cycles),
                                        Quantity.time(cycles / clockMegahertz))
                        + " and behind it are under way too, so that it may queue and take longer than the latency of an image"
                        + " that finds the design empty."
                        + (schedule.grain() == 1
                                ? ""
                                : " Each %s cycles are drawn as what they were most of."
                                        .formatted(Quantity.count(schedule.grain()))),
                body.toString());
    }

    /** Keys of the states that there are. */
    private static String keys(Schedule schedule) {
        StringBuilder keys =
                new StringBuilder("<ul class=\"keys\">").append(Markup.key("busy", "works for this image"));
        for (State state : State.values()) {
            boolean occurs = schedule.lanes().stream()
                    .flatMap(lane -> lane.stretches().stream())
                    .anyMatch(stretch -> stretch.state() == state && !stretch.own());
            if (occurs && !style(state).isEmpty()) {
                keys.append(Markup.key(style(state), name(state)));
            }
        }
        return keys.append("</ul>").toString();
    }

    private static String name(State state) {
        return switch (state) {
            case BUSY -> "works for images before or behind it";
            case WAITING_FOR_INPUT -> "waits for input";
            case WAITING_FOR_COUNTER -> "waits inside the unit";
            case BLOCKED_BY_OUTPUT -> "blocked by a full output";
            case IDLE_BEFORE, IDLE_AFTER -> "idle";
        };
    }

    private static String chart(String rows, Schedule schedule, double clockMegahertz) {
        long cycles = schedule.until() - schedule.from();
        StringBuilder ticks = new StringBuilder();
        double step = LogAxis.round(cycles / clockMegahertz / 4);
        for (double time = 0; time <= cycles / clockMegahertz; time += step) {
            double place = 100 * time * clockMegahertz / cycles;
            String label = time == 0 ? "0" : Quantity.time(time);
            // Labels stand behind their stroke where they fit, else before it.
            ticks.append(
                    place < LATE
                            ? "<i style=\"left:%s%%\">%s</i>".formatted(LogAxis.pixel(place), label)
                            : "<i class=\"late\" style=\"right:%s%%\">%s</i>"
                                    .formatted(LogAxis.pixel(100 - place), label));
        }
        return "<div class=\"bars gantt\">%s<div class=\"item axis\"><div class=\"name\"></div><div class=\"ticks\">%s</div></div></div>\n"
                .formatted(rows, ticks);
    }

    private static List<Lane> longest(Schedule schedule) {
        Map<String, Lane> byLayer = new LinkedHashMap<>();
        for (Lane lane : schedule.lanes()) {
            byLayer.merge(lane.layer(), lane, (one, other) -> own(other) > own(one) ? other : one);
        }
        return List.copyOf(byLayer.values());
    }

    private static long own(Lane lane) {
        return lane.stretches().stream()
                .filter(Stretch::own)
                .mapToLong(stretch -> stretch.until() - stretch.from())
                .sum();
    }

    private static String lanes(Schedule schedule, List<Lane> lanes) {
        StringBuilder rows = new StringBuilder();
        for (Lane lane : lanes) {
            String name = lane.unit() + "." + lane.process();
            rows.append(row(
                    name,
                    "%s works for this image from cycle %s to %s"
                            .formatted(
                                    name,
                                    Quantity.count(lane.workFrom() - schedule.from()),
                                    Quantity.count(lane.workUntil() - schedule.from())),
                    paths(schedule, lane)));
        }
        return rows.toString();
    }

    /** A path for each colour, which keeps the page small. */
    private static String paths(Schedule schedule, Lane lane) {
        Map<State, StringBuilder> paths = new EnumMap<>(State.class);
        StringBuilder own = new StringBuilder();
        for (Stretch stretch : lane.stretches()) {
            StringBuilder path = stretch.own() ? own : paths.computeIfAbsent(stretch.state(), _ -> new StringBuilder());
            path.append(box(schedule, stretch.from(), stretch.until(), stretch.state() == State.BUSY));
        }
        StringBuilder svg = new StringBuilder();
        paths.forEach((state, path) -> {
            String style = style(state);
            if (!style.isEmpty()) {
                svg.append("<path class=\"%s\" d=\"%s\"/>".formatted(style, path));
            }
        });
        return own.isEmpty()
                ? svg.toString()
                : svg.append("<path class=\"busy\" d=\"%s\"/>".formatted(own)).toString();
    }

    private static String style(State state) {
        return switch (state) {
            case BUSY -> "other";
            case WAITING_FOR_INPUT -> "input";
            case WAITING_FOR_COUNTER -> "rows";
            case BLOCKED_BY_OUTPUT -> "output";
            case IDLE_BEFORE, IDLE_AFTER -> "";
        };
    }

    private static String passes(Schedule schedule) {
        StringBuilder rows = new StringBuilder();
        for (Schedule.Pass pass : schedule.passes()) {
            rows.append(row(
                    pass.layers().getFirst(),
                    "%s: the array works on it from cycle %s to %s"
                            .formatted(
                                    String.join(", ", pass.layers()),
                                    Quantity.count(pass.from() - schedule.from()),
                                    Quantity.count(pass.until() - schedule.from())),
                    "<path class=\"busy\" d=\"%s\"/>".formatted(box(schedule, pass.from(), pass.until(), true))));
        }
        return rows.toString();
    }

    private static String row(String name, String description, String svg) {
        return """
                <div class="item"><div class="name">%s</div>\
                <svg viewBox="0 0 %d 10" preserveAspectRatio="none" role="img" aria-label="%s"><title>%s</title>%s</svg></div>
                """.formatted(Markup.escape(name), WIDTH, Markup.escape(description), Markup.escape(description), svg);
    }

    /** Work is as high as the row, waiting a line. */
    private static String box(Schedule schedule, long from, long until, boolean works) {
        double scale = (double) WIDTH / (schedule.until() - schedule.from());
        // What is shorter than a pixel is drawn as half of one, so that it is seen at all.
        String left = LogAxis.pixel((from - schedule.from()) * scale);
        String width = LogAxis.pixel(Math.max(0.5, (until - from) * scale));
        return "M" + left + (works ? " 0h" + width + "v10H" : " 4h" + width + "v2H") + left + "z";
    }
}
