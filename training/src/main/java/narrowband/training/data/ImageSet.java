package narrowband.training.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Images in memory as they come from outside. The arrays are shared, not copied; nobody writes to them.
 *
 * @param height rows
 * @param width columns
 * @param channels 1 or 3
 * @param classes number of classes; labels are {@code 0..classes-1}
 * @param pixels unsigned 8-bit codes {@code [N, H, W, C]}
 * @param labels {@code [N]}
 */
public record ImageSet(int height, int width, int channels, int classes, byte[] pixels, int[] labels)
        implements Images {
    private static final int PADDING = 4;

    public ImageSet {
        if ((long) labels.length * height * width * channels != pixels.length) {
            throw new IllegalArgumentException("%d images of %dx%dx%d do not have %d pixels"
                    .formatted(labels.length, height, width, channels, pixels.length));
        }
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public int label(int i) {
        return labels[i];
    }

    @Override
    public void write(int i, byte[] out, int offset) {
        System.arraycopy(pixels, i * imageSize(), out, offset, imageSize());
    }

    @Override
    public void writeVaried(int i, Augmentation augmentation, long seed, byte[] out, int offset) {
        switch (augmentation) {
            case NONE -> write(i, out, offset);
            case CROP_AND_FLIP -> writeCropped(i, new SplittableRandom(seed), out, offset);
            case RESIZED_CROP_AND_FLIP ->
                throw new IllegalArgumentException("images in memory have no more pixels than are seen");
        }
    }

    private void writeCropped(int i, SplittableRandom random, byte[] out, int offset) {
        int down = random.nextInt(2 * PADDING + 1) - PADDING;
        int right = random.nextInt(2 * PADDING + 1) - PADDING;
        boolean flip = random.nextBoolean();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int row = y + down;
                int column = (flip ? width - 1 - x : x) + right;
                boolean inside = row >= 0 && row < height && column >= 0 && column < width;
                int to = offset + (y * width + x) * channels;
                int from = i * imageSize() + (row * width + column) * channels;
                for (int c = 0; c < channels; c++) {
                    out[to + c] = inside ? pixels[from + c] : 0;
                }
            }
        }
    }

    @Override
    public ImageSet range(int from, int to) {
        return new ImageSet(
                height,
                width,
                channels,
                classes,
                Arrays.copyOfRange(pixels, from * imageSize(), to * imageSize()),
                Arrays.copyOfRange(labels, from, to));
    }

    @Override
    public ImageSet select(int[] indices) {
        byte[] chosen = new byte[indices.length * imageSize()];
        int[] chosenLabels = new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(pixels, indices[i] * imageSize(), chosen, i * imageSize(), imageSize());
            chosenLabels[i] = labels[indices[i]];
        }
        return new ImageSet(height, width, channels, classes, chosen, chosenLabels);
    }
}
