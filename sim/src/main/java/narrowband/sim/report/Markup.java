package narrowband.sim.report;

import java.util.Locale;

/** Small pieces of HTML. Whatever comes from outside goes through {@link #escape}. */
final class Markup {
    private Markup() {}

    /** Text as it may stand between tags and in quoted attributes. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** JSON as it may stand in a script element: no {@code <} in it can end the element or open a comment. */
    static String json(String json) {
        return json.replace("<", "\\u003c");
    }

    static String section(String id, String heading, String lead, String body) {
        return """
                <section id="%s">
                <h2>%s</h2>
                <p class="lead">%s</p>
                %s
                </section>
                """.formatted(id, heading, lead, body);
    }

    /** A row of a bar chart: name, bar, value; the texts are HTML. */
    static String bar(String name, String svgBody, String description, String value) {
        return """
                <div class="item"><div class="name">%s</div>\
                <svg viewBox="0 0 1000 16" preserveAspectRatio="none" role="img" aria-label="%s">%s</svg>\
                <div class="value">%s</div></div>
                """.formatted(name, escape(description), svgBody, value);
    }

    /** A filled part of a bar, from and to as shares of its length. */
    static String part(String style, double from, double to, String title) {
        return "<rect class=\"%s\" x=\"%s\" y=\"0\" width=\"%s\" height=\"16\"><title>%s</title></rect>"
                .formatted(style, thousandth(from), thousandth(to - from), escape(title));
    }

    /** An interval across a bar: a line with a stroke at either end. */
    static String whisker(double from, double to) {
        return "<path class=\"whisker\" fill=\"none\" d=\"M%1$s 3V13M%1$s 8H%2$sM%2$s 3V13\"/>"
                .formatted(thousandth(from), thousandth(to));
    }

    private static String thousandth(double share) {
        return String.format(Locale.ROOT, "%.1f", 1000 * Math.clamp(share, 0, 1));
    }

    /** A key of a chart's colours. */
    static String key(String style, String meaning) {
        return "<li><i class=\"%s\"></i>%s</li>".formatted(style, escape(meaning));
    }

    /** A table cell; the label stands before it where the table is shown as cards. */
    static String cell(String label, boolean number, String html) {
        return "<td data-label=\"%s\"%s><span>%s</span></td>"
                .formatted(escape(label), number ? " class=\"number\"" : "", html);
    }
}
