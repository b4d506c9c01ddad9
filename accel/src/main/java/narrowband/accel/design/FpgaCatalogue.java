package narrowband.accel.design;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The known FPGAs, read once. */
final class FpgaCatalogue {
    static final List<Fpga> FPGAS = read();

    private FpgaCatalogue() {}

    private static List<Fpga> read() {
        JsonMapper json = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .build();
        try (InputStream in = Fpga.class.getResourceAsStream("fpgas.json")) {
            return List.of(json.readValue(in, Fpga[].class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
