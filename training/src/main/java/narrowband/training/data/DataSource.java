package narrowband.training.data;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import narrowband.accel.InvalidInputException;

/** Where images come from, as named on the command line. */
public sealed interface DataSource {
    /** The forms that {@link #parse} knows. */
    String FORMS = "strokes, cifar10:DIR, cifar100:DIR or idx:DIR";

    /**
     * Reads, or draws, the images.
     *
     * @param seed decides the drawing and the held-out split
     * @throws InvalidInputException if a file is missing, truncated or not what it should be
     */
    DataSet load(long seed);

    /** @throws InvalidInputException if the text is of none of the {@link #FORMS} */
    static DataSource parse(String text) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        String folder = colon < 0 ? "" : text.substring(colon + 1);
        if (kind.equals("strokes") && colon < 0) {
            return new Drawn(10_000, 2_000);
        }
        boolean known = kind.equals("cifar10") || kind.equals("cifar100") || kind.equals("idx");
        if (!known || folder.isEmpty()) {
            throw new InvalidInputException("Unknown data \"%s\": expected %s.".formatted(text, FORMS));
        }
        try {
            Path path = Path.of(folder);
            return switch (kind) {
                case "cifar10" -> new Cifar10(path);
                case "cifar100" -> new Cifar100(path);
                default -> new Idx(path);
            };
        } catch (InvalidPathException e) {
            throw new InvalidInputException("Data \"%s\": %s is not a path.".formatted(text, folder), e);
        }
    }

    /** {@link Strokes}; a twentieth of the training images is held out. */
    record Drawn(int train, int test) implements DataSource {
        @Override
        public DataSet load(long seed) {
            Strokes strokes = new Strokes(seed);
            return DataSet.holdingOut(
                    "strokes", strokes.train(train), train / 20, strokes.test(test), Augmentation.NONE, seed);
        }
    }

    /** CIFAR-10's five training batches and its test batch. */
    record Cifar10(Path folder) implements DataSource {
        @Override
        public DataSet load(long seed) {
            return cifar("cifar10", folder, CifarReader.Kind.CIFAR10, seed);
        }
    }

    /** CIFAR-100's {@code train.bin} and {@code test.bin}, with the fine labels. */
    record Cifar100(Path folder) implements DataSource {
        @Override
        public DataSet load(long seed) {
            return cifar("cifar100", folder, CifarReader.Kind.CIFAR100, seed);
        }
    }

    /** MNIST and its relatives. */
    record Idx(Path folder) implements DataSource {
        @Override
        public DataSet load(long seed) {
            ImageSet train = IdxReader.read(folder, "train");
            ImageSet test = IdxReader.read(folder, "t10k");
            if (train.height() != test.height() || train.width() != test.width()) {
                throw new InvalidInputException(
                        "%s: training images are %dx%d but test images %dx%d; they must be alike."
                                .formatted(folder, train.height(), train.width(), test.height(), test.width()));
            }
            return DataSet.holdingOut("idx", train, train.size() / 20, test, Augmentation.NONE, seed);
        }
    }

    private static DataSet cifar(String name, Path folder, CifarReader.Kind kind, long seed) {
        ImageSet train = CifarReader.train(folder, kind);
        return DataSet.holdingOut(
                name, train, train.size() / 20, CifarReader.test(folder, kind), Augmentation.CROP_AND_FLIP, seed);
    }
}
