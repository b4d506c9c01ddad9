package narrowband.training.weights;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import narrowband.training.weights.Unpickler.StoredTensor;

/**
 * What {@code torch.save} writes: since version 1.6 a zip archive with {@code data.pkl} and a file for each storage, before
 * that five pickles (magic number, version, system, object, storage keys) followed by the storages.
 */
final class PyTorchFormat {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long VERSION = 1001;
    private static final int DEEPEST = 16;

    private PyTorchFormat() {}

    static List<NamedTensor> readArchive(byte[] archive) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        String root = null;
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
                if (entry.getName().endsWith("/data.pkl")) {
                    root = entry.getName().substring(0, entry.getName().length() - "data.pkl".length());
                }
            }
        }
        if (root == null) {
            throw new IOException("it is a zip archive without data.pkl, which PyTorch did not write");
        }
        byte[] order = files.getOrDefault(root + "byteorder", "little".getBytes());
        if (!new String(order).equals("little")) {
            throw new IOException("its numbers are big-endian, which is not supported");
        }
        Object object =
                new Unpickler(ByteBuffer.wrap(files.get(root + "data.pkl")).order(ByteOrder.LITTLE_ENDIAN)).load();
        Map<String, ByteBuffer> storages = new HashMap<>();
        String folder = root + "data/";
        files.forEach((name, bytes) -> {
            if (name.startsWith(folder)) {
                storages.put(
                        name.substring(folder.length()), ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
            }
        });
        return tensors(object, storages);
    }

    static List<NamedTensor> readLegacy(ByteBuffer file) throws IOException {
        if (!MAGIC.equals(new Unpickler(file).load())) {
            throw new IOException("it is a pickle that PyTorch did not write");
        }
        Object version = new Unpickler(file).load();
        if (!Long.valueOf(VERSION).equals(version)) {
            throw new IOException("it has PyTorch's old format in version %s, not %d".formatted(version, VERSION));
        }
        new Unpickler(file).load();
        Unpickler unpickler = new Unpickler(file);
        Object object = unpickler.load();
        Object keys = new Unpickler(file).load();
        Map<String, ByteBuffer> storages = new HashMap<>();
        for (Object key : (Collection<?>) keys) {
            ElementType type = unpickler.storageTypes().get(key);
            long bytes = type == null ? -1 : file.getLong() * type.bytes();
            if (bytes < 0 || bytes > file.remaining()) {
                throw new IOException("storage %s is not whole".formatted(key));
            }
            storages.put((String) key, file.slice(file.position(), (int) bytes).order(ByteOrder.LITTLE_ENDIAN));
            file.position(file.position() + (int) bytes);
        }
        return tensors(object, storages);
    }

    /** The tensors of the dictionary that holds most of them, by their names in it. */
    private static List<NamedTensor> tensors(Object object, Map<String, ByteBuffer> storages) throws IOException {
        List<Map<String, StoredTensor>> dictionaries = new ArrayList<>();
        collect(object, dictionaries, 0);
        Map<String, StoredTensor> most = Map.of();
        for (Map<String, StoredTensor> dictionary : dictionaries) {
            most = dictionary.size() > most.size() ? dictionary : most;
        }
        List<NamedTensor> tensors = new ArrayList<>();
        for (Map.Entry<String, StoredTensor> entry : most.entrySet()) {
            tensors.add(tensor(entry.getKey(), entry.getValue(), storages));
        }
        return tensors;
    }

    private static void collect(Object object, List<Map<String, StoredTensor>> found, int depth) {
        if (object instanceof Map<?, ?> map && depth < DEEPEST) {
            Map<String, StoredTensor> tensors = new LinkedHashMap<>();
            map.forEach((key, value) -> {
                if (key instanceof String name && value instanceof StoredTensor tensor) {
                    tensors.put(name, tensor);
                }
                collect(value, found, depth + 1);
            });
            found.add(tensors);
        }
    }

    private static NamedTensor tensor(String name, StoredTensor stored, Map<String, ByteBuffer> storages)
            throws IOException {
        ByteBuffer storage = storages.get(stored.storage().key());
        if (storage == null) {
            throw new IOException("tensor %s has no data".formatted(name));
        }
        ElementType type = stored.storage().type();
        long size = 1;
        for (int side : stored.shape()) {
            size *= side;
        }
        if (size < 0 || size > storage.limit() / type.bytes()) {
            throw new IOException("tensor %s is larger than its data".formatted(name));
        }
        float[] values = new float[(int) size];
        int[] index = new int[stored.shape().size()];
        for (int i = 0; i < values.length; i++) {
            long place = stored.offset();
            for (int d = 0; d < index.length; d++) {
                place += (long) index[d] * stored.strides().get(d);
            }
            values[i] = type.at(storage, Math.toIntExact(place * type.bytes()));
            for (int d = index.length - 1;
                    d >= 0 && ++index[d] == stored.shape().get(d);
                    d--) {
                index[d] = 0;
            }
        }
        return new NamedTensor(name, stored.shape(), values);
    }
}
