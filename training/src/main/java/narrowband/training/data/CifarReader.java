package narrowband.training.data;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.stream.IntStream;
import narrowband.accel.InvalidInputException;

/**
 * Reads the binary form of CIFAR-10 and CIFAR-100 (Krizhevsky 2009): records of label bytes followed by 32x32 red, green and
 * blue planes. Strict: a file must hold exactly the records that the format promises.
 */
final class CifarReader {
    private static final int SIDE = 32;
    private static final int CHANNELS = 3;
    private static final int IMAGE = SIDE * SIDE * CHANNELS;

    /** The two data sets of the format. */
    enum Kind {
        CIFAR10("CIFAR-10", 10, 1, 10_000, 10_000),
        CIFAR100("CIFAR-100", 100, 2, 50_000, 10_000);

        private final String title;
        private final int classes;
        /** Label bytes of a record; the last is the class. */
        private final int labelBytes;

        private final int trainRecords;
        private final int testRecords;

        Kind(String title, int classes, int labelBytes, int trainRecords, int testRecords) {
            this.title = title;
            this.classes = classes;
            this.labelBytes = labelBytes;
            this.trainRecords = trainRecords;
            this.testRecords = testRecords;
        }
    }

    private CifarReader() {}

    static ImageSet train(Path folder, Kind kind) {
        if (kind == Kind.CIFAR100) {
            return file(folder, "train.bin", kind, kind.trainRecords);
        }
        byte[] pixels = new byte[5 * kind.trainRecords * IMAGE];
        int[] labels = new int[5 * kind.trainRecords];
        // Side by side: where the files are compressed, unpacking them takes longest.
        List<ForkJoinTask<ImageSet>> parts = IntStream.rangeClosed(1, 5)
                .mapToObj(batch -> ForkJoinPool.commonPool()
                        .submit(() -> file(folder, "data_batch_" + batch + ".bin", kind, kind.trainRecords)))
                .toList();
        for (int batch = 0; batch < parts.size(); batch++) {
            ImageSet part = parts.get(batch).join();
            System.arraycopy(part.pixels(), 0, pixels, batch * kind.trainRecords * IMAGE, part.pixels().length);
            System.arraycopy(part.labels(), 0, labels, batch * kind.trainRecords, part.size());
        }
        return new ImageSet(SIDE, SIDE, CHANNELS, kind.classes, pixels, labels);
    }

    static ImageSet test(Path folder, Kind kind) {
        return file(folder, kind == Kind.CIFAR10 ? "test_batch.bin" : "test.bin", kind, kind.testRecords);
    }

    private static ImageSet file(Path folder, String name, Kind kind, int records) {
        Path file = ArchiveFile.find(folder, name, kind.title + " in its binary form");
        int expected = records * (kind.labelBytes + IMAGE);
        byte[] bytes = ArchiveFile.read(file, expected + 1);
        return parse(file, bytes, kind, records);
    }

    static ImageSet parse(Path file, byte[] bytes, Kind kind, int records) {
        int record = kind.labelBytes + IMAGE;
        if (bytes.length != records * record) {
            throw new InvalidInputException(
                    "%s holds %s bytes; %s needs exactly %d (%d records of %d). It is truncated or another file: download it again."
                            .formatted(
                                    file,
                                    bytes.length > records * record ? "more than " + records * record : bytes.length,
                                    kind.title,
                                    records * record,
                                    records,
                                    record));
        }
        byte[] pixels = new byte[records * IMAGE];
        int[] labels = new int[records];
        for (int r = 0; r < records; r++) {
            labels[r] = bytes[r * record + kind.labelBytes - 1] & 0xff;
            if (labels[r] >= kind.classes) {
                throw new InvalidInputException(
                        "%s: record %d has label %d; %s has labels 0 to %d. It is damaged or another file: download it again."
                                .formatted(file, r, labels[r], kind.title, kind.classes - 1));
            }
            for (int c = 0; c < CHANNELS; c++) {
                int plane = r * record + kind.labelBytes + c * SIDE * SIDE;
                for (int p = 0; p < SIDE * SIDE; p++) {
                    pixels[r * IMAGE + p * CHANNELS + c] = bytes[plane + p];
                }
            }
        }
        return new ImageSet(SIDE, SIDE, CHANNELS, kind.classes, pixels, labels);
    }
}
