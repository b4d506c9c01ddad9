package narrowband.training.data;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import narrowband.accel.InvalidInputException;

/** Reads IDX files (LeCun): big-endian magic {@code 00 00 08 dimensions}, sizes, then bytes; images and labels lie apart. */
final class IdxReader {
    private static final int IMAGES_MAGIC = 0x0803;
    private static final int LABELS_MAGIC = 0x0801;
    private static final int CLASSES = 10;
    /** Far more than any file of the MNIST family holds. */
    private static final int LIMIT = 1 << 29;

    private IdxReader() {}

    /** @param part {@code train} or {@code t10k}, the first word of the file names */
    static ImageSet read(Path folder, String part) {
        Path imageFile = ArchiveFile.find(folder, part + "-images-idx3-ubyte", "images in IDX form");
        Path labelFile = ArchiveFile.find(folder, part + "-labels-idx1-ubyte", "labels in IDX form");
        return parse(imageFile, ArchiveFile.read(imageFile, LIMIT), labelFile, ArchiveFile.read(labelFile, LIMIT));
    }

    static ImageSet parse(Path imageFile, byte[] imageBytes, Path labelFile, byte[] labelBytes) {
        ByteBuffer images = checked(imageFile, imageBytes, IMAGES_MAGIC, "images", 3);
        ByteBuffer labels = checked(labelFile, labelBytes, LABELS_MAGIC, "labels", 1);
        int count = images.getInt(4);
        if (labels.getInt(4) != count) {
            throw new InvalidInputException("%s holds %d labels but %s holds %d images; the two do not belong together."
                    .formatted(labelFile, labels.getInt(4), imageFile, count));
        }
        byte[] pixels = new byte[imageBytes.length - 16];
        images.get(16, pixels);
        int[] classes = new int[count];
        for (int i = 0; i < count; i++) {
            classes[i] = labels.get(8 + i) & 0xff;
            if (classes[i] >= CLASSES) {
                throw new InvalidInputException(
                        "%s: label %d is %d; expected 0 to %d. The file is damaged or of another data set."
                                .formatted(labelFile, i, classes[i], CLASSES - 1));
            }
        }
        return new ImageSet(images.getInt(8), images.getInt(12), 1, CLASSES, pixels, classes);
    }

    private static ByteBuffer checked(Path file, byte[] bytes, int magic, String what, int dimensions) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int header = 4 + 4 * dimensions;
        if (bytes.length < header) {
            throw new InvalidInputException(
                    "%s has %d bytes, too few for the header of %d; it is truncated: download it again."
                            .formatted(file, bytes.length, header));
        }
        if (buffer.getInt(0) != magic) {
            throw new InvalidInputException(
                    "%s starts with the magic number 0x%08x; IDX %s start with 0x%08x. It is damaged or another file."
                            .formatted(file, buffer.getInt(0), what, magic));
        }
        long size = 1;
        for (int d = 0; d < dimensions; d++) {
            int length = buffer.getInt(4 + 4 * d);
            if (length < 1 || length > LIMIT) {
                throw new InvalidInputException(
                        "%s: dimension %d of its header is %d, which no data set has. The file is damaged: download it again."
                                .formatted(file, d, length));
            }
            size = Math.min(LIMIT, size * length);
        }
        if (bytes.length != header + size) {
            throw new InvalidInputException(
                    "%s has %d bytes; its header promises %d. It is truncated or damaged: download it again."
                            .formatted(file, bytes.length, header + size));
        }
        return buffer;
    }
}
