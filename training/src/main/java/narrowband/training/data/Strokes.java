package narrowband.training.data;

import java.util.List;
import java.util.SplittableRandom;

/**
 * The embedded data set: ten figures of strokes, drawn by this class in 28x28 grey pixels.
 *
 * <p>Each image has a random place, size, rotation, shear, thickness, brightness and jitter of the figure's corners, a few
 * distracting dashes, a small covered square and noise; so a linear classifier fails where a small convolutional network
 * does well. Image {@code i} of a stream depends on the seed, the stream and {@code i} only; training and test images
 * come from different streams.
 */
public final class Strokes {
    /** Rows and columns. */
    public static final int SIZE = 28;
    /** What is drawn, by label. */
    public static final List<String> FIGURES =
            List.of("ring", "triangle", "square", "plus", "zigzag", "tee", "arc", "aitch", "wye", "arrow");

    private static final int TRAIN_STREAM = 1;
    private static final int TEST_STREAM = 2;

    private final long seed;

    public Strokes(long seed) {
        this.seed = seed;
    }

    /** The first {@code count} training images. */
    public ImageSet train(int count) {
        return draw(TRAIN_STREAM, count);
    }

    /** The first {@code count} test images. */
    public ImageSet test(int count) {
        return draw(TEST_STREAM, count);
    }

    private ImageSet draw(int stream, int count) {
        byte[] pixels = new byte[count * SIZE * SIZE];
        int[] labels = new int[count];
        StrokeCanvas canvas = new StrokeCanvas(SIZE);
        for (int i = 0; i < count; i++) {
            SplittableRandom random = new SplittableRandom(mix(mix(mix(seed) + stream) + i));
            labels[i] = random.nextInt(FIGURES.size());
            canvas.clear();
            draw(canvas, labels[i], random);
            double noise = 0.02 + 0.06 * random.nextDouble();
            for (int p = 0; p < SIZE * SIZE; p++) {
                double light = canvas.light(p) + noise * random.nextGaussian();
                pixels[i * SIZE * SIZE + p] = (byte) Math.round(255 * Math.max(0, Math.min(1, light)));
            }
        }
        return new ImageSet(SIZE, SIZE, 1, FIGURES.size(), pixels, labels);
    }

    /** The finaliser of SplitMix64: neighbouring numbers become unrelated seeds. */
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private static void draw(StrokeCanvas canvas, int label, SplittableRandom random) {
        for (int dashes = random.nextInt(3); dashes > 0; dashes--) {
            double x = random.nextDouble(SIZE);
            double y = random.nextDouble(SIZE);
            double angle = random.nextDouble(2 * Math.PI);
            double length = 1 + 3 * random.nextDouble();
            canvas.line(
                    x, y, x + length * Math.cos(angle), y + length * Math.sin(angle), 1.2, random.nextDouble(0.3, 0.8));
        }
        double radius = random.nextDouble(6, 10);
        Placement placement = new Placement(
                SIZE / 2.0 - 0.5 + random.nextDouble(-5, 5) * (1 - (radius - 6) / 8),
                SIZE / 2.0 - 0.5 + random.nextDouble(-5, 5) * (1 - (radius - 6) / 8),
                radius,
                radius * random.nextDouble(0.8, 1.2),
                Math.toRadians(random.nextDouble(-25, 25)),
                random.nextDouble(-0.15, 0.15));
        double thickness = random.nextDouble(1.4, 3);
        double intensity = random.nextDouble(0.5, 1);
        for (double[] stroke : figure(label)) {
            double fromX = 0;
            double fromY = 0;
            for (int corner = 0; corner < stroke.length; corner += 2) {
                // A curve has many corners; their jitter must not make it a scribble.
                double jitter = stroke.length > 12 ? 0.02 : 0.07;
                double u = stroke[corner] + jitter * random.nextGaussian();
                double v = stroke[corner + 1] + jitter * random.nextGaussian();
                double x = placement.x(u, v);
                double y = placement.y(u, v);
                if (corner > 0) {
                    canvas.line(fromX, fromY, x, y, thickness, intensity);
                }
                fromX = x;
                fromY = y;
            }
        }
        if (random.nextInt(3) == 0) {
            canvas.cover(random.nextInt(SIZE), random.nextInt(SIZE), 3 + random.nextInt(2));
        }
    }

    /** Where a figure of the unit square lies on the canvas. */
    private record Placement(
            double centreX, double centreY, double radiusX, double radiusY, double rotation, double shear) {
        double x(double u, double v) {
            return centreX + radiusX * (u + shear * v) * Math.cos(rotation) - radiusY * v * Math.sin(rotation);
        }

        double y(double u, double v) {
            return centreY + radiusX * (u + shear * v) * Math.sin(rotation) + radiusY * v * Math.cos(rotation);
        }
    }

    /** The strokes of a figure: poly-lines {@code x0, y0, x1, y1, ...} within {@code -1..1}, y downwards. */
    private static double[][] figure(int label) {
        return switch (FIGURES.get(label)) {
            case "ring" -> new double[][] {arc(0, 360)};
            case "triangle" -> new double[][] {{0, -1, 0.95, 0.8, -0.95, 0.8, 0, -1}};
            case "square" -> new double[][] {{-0.8, -0.8, 0.8, -0.8, 0.8, 0.8, -0.8, 0.8, -0.8, -0.8}};
            case "plus" -> new double[][] {{0, -1, 0, 1}, {-1, 0, 1, 0}};
            case "zigzag" -> new double[][] {{-0.8, -0.9, 0.8, -0.9, -0.8, 0.9, 0.8, 0.9}};
            case "tee" -> new double[][] {{-0.95, -0.9, 0.95, -0.9}, {0, -0.9, 0, 1}};
            case "arc" -> new double[][] {arc(50, 310)};
            case "aitch" -> new double[][] {{-0.75, -1, -0.75, 1}, {0.75, -1, 0.75, 1}, {-0.75, 0, 0.75, 0}};
            case "wye" -> new double[][] {{-0.85, -1, 0, 0, 0.85, -1}, {0, 0, 0, 1}};
            case "arrow" -> new double[][] {{-1, 0, 1, 0}, {0.25, -0.7, 1, 0, 0.25, 0.7}};
            default -> throw new IllegalStateException("no figure " + label);
        };
    }

    private static double[] arc(double fromDegrees, double toDegrees) {
        int pieces = 18;
        double[] points = new double[2 * (pieces + 1)];
        for (int i = 0; i <= pieces; i++) {
            double angle = Math.toRadians(fromDegrees + (toDegrees - fromDegrees) * i / pieces);
            points[2 * i] = 0.9 * Math.cos(angle);
            points[2 * i + 1] = 0.9 * Math.sin(angle);
        }
        return points;
    }
}
