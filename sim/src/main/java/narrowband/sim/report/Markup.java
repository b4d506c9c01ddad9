package narrowband.sim.report;

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
                <div class="item"><div class="name">%1$s</div>\
                <svg viewBox="0 0 1000 16" preserveAspectRatio="none" role="img" aria-label="%2$s"><title>%2$s</title>%3$s</svg>\
                <div class="value">%4$s</div></div>
                """.formatted(name, escape(description), svgBody, value);
    }

    /** A filled part of a bar, from and to as shares of its length. */
    static String part(String style, double from, double to, String title) {
        return "<rect class=\"%s\" x=\"%s\" y=\"0\" width=\"%s\" height=\"16\"><title>%s</title></rect>"
                .formatted(style, thousandth(from), thousandth(to - from), escape(title));
    }

    /** An interval across a bar: a line with a stroke at either end, and a longer one in between. */
    static String whisker(double from, double middle, double to) {
        return "<path class=\"whisker\" fill=\"none\" d=\"M%1$s 4V12M%1$s 8H%3$sM%2$s 1V15M%3$s 4V12\"/>"
                .formatted(thousandth(from), thousandth(middle), thousandth(to));
    }

    private static String thousandth(double share) {
        return LogAxis.pixel(1000 * Math.clamp(share, 0, 1));
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
