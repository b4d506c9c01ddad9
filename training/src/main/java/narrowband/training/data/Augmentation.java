package narrowband.training.data;

import java.util.SplittableRandom;

/** How a training image is varied each time it is seen. */
public enum Augmentation {
    /** As it is. */
    NONE,
    /** A random crop after zero padding by 4 pixels on every side, and a horizontal flip with probability 1/2. */
    CROP_AND_FLIP;

    private static final int PADDING = 4;

    /**
     * Writes one image, varied, as codes.
     *
     * @param images where the image comes from
     * @param index which image
     * @param seed decides the variation; the same seed gives the same image
     * @param out receives {@code [H, W, C]} codes from {@code offset}
     */
    public void write(ImageSet images, int index, long seed, byte[] out, int offset) {
        int size = images.imageSize();
        if (this == NONE) {
            System.arraycopy(images.pixels(), index * size, out, offset, size);
            return;
        }
        SplittableRandom random = new SplittableRandom(seed);
        int down = random.nextInt(2 * PADDING + 1) - PADDING;
        int right = random.nextInt(2 * PADDING + 1) - PADDING;
        boolean flip = random.nextBoolean();
        int channels = images.channels();
        for (int y = 0; y < images.height(); y++) {
            for (int x = 0; x < images.width(); x++) {
                int row = y + down;
                int column = (flip ? images.width() - 1 - x : x) + right;
                boolean inside = row >= 0 && row < images.height() && column >= 0 && column < images.width();
                int to = offset + (y * images.width() + x) * channels;
                int from = index * size + (row * images.width() + column) * channels;
                for (int c = 0; c < channels; c++) {
                    out[to + c] = inside ? images.pixels()[from + c] : 0;
                }
            }
        }
    }
}
