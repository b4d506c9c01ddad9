package narrowband.hdlgen.synthesis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with places, {@code {{name}}}, that are filled in.
 *
 * @param text with the places
 */
public record Template(String text) {
    private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

    /** The template that lies beside this class. */
    static Template named(String name) {
        return beside(Template.class, name);
    }

    /** The template that lies beside a class. */
    public static Template beside(Class<?> type, String name) {
        try (InputStream in = type.getResourceAsStream(name)) {
            return new Template(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalArgumentException if a place has no value */
    public String filled(Map<String, String> values) {
        return PLACE.matcher(text)
                .replaceAll(place -> Matcher.quoteReplacement(Optional.ofNullable(values.get(place.group(1)))
                        .orElseThrow(() -> new IllegalArgumentException("no value for " + place.group()))));
    }
}
