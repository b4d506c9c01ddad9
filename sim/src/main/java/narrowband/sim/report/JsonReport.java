package narrowband.sim.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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

    /** The JSON Schema that reports of this version obey, as text: {@code report-1.schema.json}. */
    public static String schema() {
        String name = "report-%d.schema.json".formatted(Report.SCHEMA);
        try (InputStream schema = JsonReport.class.getResourceAsStream(name)) {
            return new String(schema.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A report, or a part of one, on one line. */
    static String line(Object value) {
        return JSON.writeValueAsString(value);
    }
}
