package narrowband.training.data;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import narrowband.accel.InvalidInputException;

/**
 * Pictures in files, a folder for each class as ImageNet has them: {@code train/CLASS/*.jpg} and {@code val/CLASS/*.jpg}.
 * Each is decoded when it is asked for, so that a set may be larger than the memory.
 */
public final class ImageFolder implements Images {
    /** The endings of pictures that are read; other files are passed over. */
    private static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".png");

    private static final int CHANNELS = 3;

    /** When judged, a picture's short side is brought to 256/224 of the side that is cut from its middle (He et al. 2016). */
    private static final double SHORT_SIDE = 256.0 / 224;

    private static final double LEAST_AREA = 0.08;
    private static final double WIDEST = 4.0 / 3;
    private static final int ATTEMPTS = 10;

    private final int side;
    private final int classes;
    private final Path[] files;
    private final int[] labels;

    private ImageFolder(int side, int classes, Path[] files, int[] labels) {
        this.side = side;
        this.classes = classes;
        this.files = files;
        this.labels = labels;
    }

    /** A rectangle of a picture. */
    private record Part(int x, int y, int width, int height) {}

    /**
     * Lists the pictures of a folder, sorted by class and name.
     *
     * @param folder holds a folder for each class
     * @param names the classes, in the order of their labels
     * @param side rows and columns that the network sees
     * @throws InvalidInputException if the folder has another class, or no picture
     */
    static ImageFolder of(Path folder, List<String> names, int side) {
        List<Path> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (String name : folders(folder)) {
            int label = names.indexOf(name);
            if (label < 0) {
                throw new InvalidInputException(
                        "%s has a class %s that the training images lack.".formatted(folder, name));
            }
            for (Path file : pictures(folder.resolve(name))) {
                files.add(file);
                labels.add(label);
            }
        }
        if (files.isEmpty()) {
            throw new InvalidInputException("%s holds no pictures (%s) in folders of their classes."
                    .formatted(folder, String.join(", ", ENDINGS)));
        }
        return new ImageFolder(
                side,
                names.size(),
                files.toArray(Path[]::new),
                labels.stream().mapToInt(label -> label).toArray());
    }

    /**
     * The names of the folders in a folder, sorted.
     *
     * @throws InvalidInputException if it cannot be read
     */
    static List<String> folders(Path folder) {
        return list(folder).stream()
                .filter(Files::isDirectory)
                .map(path -> path.getFileName().toString())
                .toList();
    }

    private static List<Path> pictures(Path folder) {
        return list(folder).stream()
                .filter(path ->
                        ENDINGS.stream().anyMatch(path.getFileName().toString().toLowerCase(Locale.ROOT)::endsWith))
                .toList();
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.sorted().toList();
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The folder %s cannot be read (%s).".formatted(folder, InvalidInputException.reason(e)), e);
        }
    }

    @Override
    public int height() {
        return side;
    }

    @Override
    public int width() {
        return side;
    }

    @Override
    public int channels() {
        return CHANNELS;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public int size() {
        return files.length;
    }

    @Override
    public int label(int i) {
        return labels[i];
    }

    @Override
    public void write(int i, byte[] out, int offset) {
        BufferedImage picture = decoded(files[i]);
        double cut = Math.min(picture.getWidth(), picture.getHeight()) / SHORT_SIDE;
        int part = (int) Math.max(1, Math.round(cut));
        write(
                picture,
                new Part((picture.getWidth() - part) / 2, (picture.getHeight() - part) / 2, part, part),
                false,
                out,
                offset);
    }

    @Override
    public void writeVaried(int i, Augmentation augmentation, long seed, byte[] out, int offset) {
        switch (augmentation) {
            case NONE -> write(i, out, offset);
            case CROP_AND_FLIP -> throw new IllegalArgumentException("pictures are cropped before they are resized");
            case RESIZED_CROP_AND_FLIP -> {
                BufferedImage picture = decoded(files[i]);
                SplittableRandom random = new SplittableRandom(seed);
                Part part = part(picture, random);
                write(picture, part, random.nextBoolean(), out, offset);
            }
        }
    }

    private static Part part(BufferedImage picture, SplittableRandom random) {
        double area = (double) picture.getWidth() * picture.getHeight();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            double wanted = area * random.nextDouble(LEAST_AREA, 1);
            double ratio = Math.exp(random.nextDouble(-Math.log(WIDEST), Math.log(WIDEST)));
            int width = (int) Math.round(Math.sqrt(wanted * ratio));
            int height = (int) Math.round(Math.sqrt(wanted / ratio));
            if (width >= 1 && height >= 1 && width <= picture.getWidth() && height <= picture.getHeight()) {
                return new Part(
                        random.nextInt(picture.getWidth() - width + 1),
                        random.nextInt(picture.getHeight() - height + 1),
                        width,
                        height);
            }
        }
        int least = Math.min(picture.getWidth(), picture.getHeight());
        return new Part((picture.getWidth() - least) / 2, (picture.getHeight() - least) / 2, least, least);
    }

    private static BufferedImage decoded(Path file) {
        BufferedImage picture;
        try {
            picture = ImageIO.read(file.toFile());
        } catch (IOException | RuntimeException e) {
            throw new InvalidInputException(
                    "The picture %s cannot be read (%s); replace or remove it.".formatted(file, e.getMessage()), e);
        }
        if (picture == null) {
            throw new InvalidInputException(
                    "The picture %s is neither JPEG nor PNG; replace or remove it.".formatted(file));
        }
        return picture;
    }

    private void write(BufferedImage picture, Part part, boolean flip, byte[] out, int offset) {
        BufferedImage seen = resized(picture.getSubimage(part.x, part.y, part.width, part.height));
        int[] row = new int[side];
        for (int y = 0; y < side; y++) {
            seen.getRGB(0, y, side, 1, row, 0, side);
            for (int x = 0; x < side; x++) {
                int rgb = row[flip ? side - 1 - x : x];
                int to = offset + (y * side + x) * CHANNELS;
                out[to] = (byte) (rgb >> 16);
                out[to + 1] = (byte) (rgb >> 8);
                out[to + 2] = (byte) rgb;
            }
        }
    }

    /** Halved while it is more than twice too large, so that no pixel is passed over; then interpolated. */
    private BufferedImage resized(BufferedImage part) {
        BufferedImage image = part;
        while (image.getWidth() > 2 * side || image.getHeight() > 2 * side) {
            image = drawn(image, halved(image.getWidth()), halved(image.getHeight()));
        }
        return drawn(image, side, side);
    }

    private int halved(int length) {
        return length > 2 * side ? (length + 1) / 2 : length;
    }

    private static BufferedImage drawn(BufferedImage image, int width, int height) {
        BufferedImage target = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = target.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, 0, 0, width, height, null);
        graphics.dispose();
        return target;
    }

    @Override
    public ImageFolder select(int[] indices) {
        return new ImageFolder(
                side,
                classes,
                Arrays.stream(indices).mapToObj(i -> files[i]).toArray(Path[]::new),
                Arrays.stream(indices).map(i -> labels[i]).toArray());
    }

    @Override
    public ImageFolder range(int from, int to) {
        return new ImageFolder(
                side, classes, Arrays.copyOfRange(files, from, to), Arrays.copyOfRange(labels, from, to));
    }
}
