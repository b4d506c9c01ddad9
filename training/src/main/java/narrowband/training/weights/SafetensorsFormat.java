package narrowband.training.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The format safetensors: the header's length in 8 bytes, the header as JSON, then the tensors' bytes. */
final class SafetensorsFormat {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String METADATA = "__metadata__";

    private SafetensorsFormat() {}

    static List<NamedTensor> read(ByteBuffer file) throws IOException {
        long length = file.getLong(0);
        if (length < 2 || length > file.limit() - 8) {
            throw new IOException("its header should have %d bytes".formatted(length));
        }
        byte[] header = new byte[(int) length];
        file.get(8, header);
        ByteBuffer data =
                file.slice(8 + header.length, file.limit() - 8 - header.length).order(file.order());
        List<NamedTensor> tensors = new ArrayList<>();
        try {
            for (Map.Entry<String, JsonNode> entry : JSON.readTree(header).properties()) {
                if (!entry.getKey().equals(METADATA)) {
                    tensors.add(tensor(entry.getKey(), entry.getValue(), data));
                }
            }
        } catch (JacksonException e) {
            throw new IOException("its header is not JSON: " + e.getOriginalMessage(), e);
        }
        return tensors;
    }

    private static NamedTensor tensor(String name, JsonNode entry, ByteBuffer data) throws IOException {
        JsonNode type = entry.path("dtype");
        JsonNode offsets = entry.path("data_offsets");
        if (!type.isString() || !entry.path("shape").isArray() || offsets.size() != 2) {
            throw new IOException("tensor %s lacks dtype, shape or data_offsets".formatted(name));
        }
        ElementType element = ElementType.ofSafetensors(type.asString())
                .orElseThrow(() -> new IOException("tensor %s has the unknown type %s".formatted(name, type)));
        List<Integer> shape = new ArrayList<>();
        long size = 1;
        for (JsonNode side : entry.path("shape")) {
            shape.add(side.asInt());
            size *= side.asInt();
        }
        long from = offsets.get(0).asLong();
        long to = offsets.get(1).asLong();
        if (from < 0 || to > data.limit() || size < 0 || to - from != size * element.bytes()) {
            throw new IOException("tensor %s does not fill the bytes %d to %d".formatted(name, from, to));
        }
        float[] values = new float[(int) size];
        for (int i = 0; i < values.length; i++) {
            values[i] = element.at(data, (int) from + i * element.bytes());
        }
        return new NamedTensor(name, shape, values);
    }
}
