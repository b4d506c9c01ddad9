package narrowband.sim.report;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

/** The report as {@code report.json}; the keys are those of {@link Report}. */
public final class JsonReport {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private JsonReport() {}

    /** The file's text, indented. */
    public static String text(Report report) {
        return JSON.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(report) + "\n";
    }

    /** The same on one line. */
    static String line(Object value) {
        return JSON.writeValueAsString(value);
    }
}
