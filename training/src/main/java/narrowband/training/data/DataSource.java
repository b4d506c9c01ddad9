package narrowband.training.data;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import narrowband.accel.InvalidInputException;

/** Where images come from, as named on the command line. */
public sealed interface DataSource {
    /** The forms that {@link #parse} knows. */
    String FORMS = "strokes, cifar10:DIR, cifar100:DIR, idx:DIR, folder:DIR or folder:SIDE:DIR";

    /**
     * Reads, or draws, the images.
     *
     * @param seed decides the drawing and the held-out split
     * @throws InvalidInputException if a file is missing, truncated or not what it should be
     */
    DataSet load(long seed);

    /**
     * Reads, or draws, the test images alone, the same as those of {@link #load}.
     *
     * @throws InvalidInputException if one of their files is missing, truncated or not what it should be
     */
    default Images test(long seed) {
        return load(seed).test();
    }

    /** @throws InvalidInputException if the text is of none of the {@link #FORMS} */
    static DataSource parse(String text) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        String folder = colon < 0 ? "" : text.substring(colon + 1);
        if (kind.equals("strokes") && colon < 0) {
            return new Drawn(10_000, 2_000);
        }
        if (kind.equals("folder")) {
            Matcher sized = Pattern.compile("([1-9]\\d{0,3}):(.+)").matcher(folder);
            int side = sized.matches() ? Integer.parseInt(sized.group(1)) : Pictures.SIDE;
            return new Pictures(path(text, sized.matches() ? sized.group(2) : folder), side);
        }
        boolean known = kind.equals("cifar10") || kind.equals("cifar100") || kind.equals("idx");
        if (!known) {
            throw new InvalidInputException("Unknown data \"%s\": expected %s.".formatted(text, FORMS));
        }
        Path path = path(text, folder);
        return switch (kind) {
            case "cifar10" -> new Cifar10(path);
            case "cifar100" -> new Cifar100(path);
            default -> new Idx(path);
        };
    }

    private static Path path(String text, String folder) {
        if (folder.isEmpty()) {
            throw new InvalidInputException("Unknown data \"%s\": expected %s.".formatted(text, FORMS));
        }
        try {
            return Path.of(folder);
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

        @Override
        public Images test(long seed) {
            return new Strokes(seed).test(test);
        }
    }

    /** CIFAR-10's five training batches and its test batch. */
    record Cifar10(Path folder) implements DataSource {
        @Override
        public DataSet load(long seed) {
            return cifar("cifar10", folder, CifarReader.Kind.CIFAR10, seed);
        }

        @Override
        public Images test(long seed) {
            return CifarReader.test(folder, CifarReader.Kind.CIFAR10);
        }
    }

    /** CIFAR-100's {@code train.bin} and {@code test.bin}, with the fine labels. */
    record Cifar100(Path folder) implements DataSource {
        @Override
        public DataSet load(long seed) {
            return cifar("cifar100", folder, CifarReader.Kind.CIFAR100, seed);
        }

        @Override
        public Images test(long seed) {
            return CifarReader.test(folder, CifarReader.Kind.CIFAR100);
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

        @Override
        public Images test(long seed) {
            return IdxReader.read(folder, "t10k");
        }
    }

    /**
     * Pictures in files, a folder for each class in {@code train} and in {@code val}, {@code validation} or {@code test}.
     *
     * @param side rows and columns that the network sees
     */
    record Pictures(Path folder, int side) implements DataSource {
        /** As networks for ImageNet see pictures. */
        static final int SIDE = 224;

        private static final List<String> TESTS = List.of("val", "validation", "test");

        @Override
        public DataSet load(long seed) {
            Path train = folder.resolve("train");
            Path test = TESTS.stream()
                    .map(folder::resolve)
                    .filter(Files::isDirectory)
                    .findFirst()
                    .orElse(folder.resolve(TESTS.getFirst()));
            for (Path needed : List.of(train, test)) {
                if (!Files.isDirectory(needed)) {
                    throw new InvalidInputException(
                            "There is no folder %s; expected %s/train/CLASS/ and one of %s beside train, with pictures in them."
                                    .formatted(needed, folder, String.join(", ", TESTS)));
                }
            }
            List<String> classes = ImageFolder.folders(train);
            if (classes.size() < 2) {
                throw new InvalidInputException("%s must hold a folder for each of two classes or more, not %d."
                        .formatted(train, classes.size()));
            }
            ImageFolder all = ImageFolder.of(train, classes, side);
            return DataSet.holdingOut(
                    "folder",
                    all,
                    all.size() / 20,
                    ImageFolder.of(test, classes, side),
                    Augmentation.RESIZED_CROP_AND_FLIP,
                    seed);
        }
    }

    private static DataSet cifar(String name, Path folder, CifarReader.Kind kind, long seed) {
        ImageSet train = CifarReader.train(folder, kind);
        return DataSet.holdingOut(
                name, train, train.size() / 20, CifarReader.test(folder, kind), Augmentation.CROP_AND_FLIP, seed);
    }
}
