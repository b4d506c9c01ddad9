package narrowband.training.data;

import java.util.Arrays;

/**
 * Labelled images as they come from outside. The arrays are shared, not copied; nobody writes to them.
 *
 * @param height rows
 * @param width columns
 * @param channels 1 or 3
 * @param classes number of classes; labels are {@code 0..classes-1}
 * @param pixels unsigned 8-bit codes {@code [N, H, W, C]}
 * @param labels {@code [N]}
 */
public record ImageSet(int height, int width, int channels, int classes, byte[] pixels, int[] labels) {
    public ImageSet {
        if ((long) labels.length * height * width * channels != pixels.length) {
            throw new IllegalArgumentException("%d images of %dx%dx%d do not have %d pixels"
                    .formatted(labels.length, height, width, channels, pixels.length));
        }
    }

    /** The number of images. */
    public int size() {
        return labels.length;
    }

    /** Codes of one image. */
    public int imageSize() {
        return height * width * channels;
    }

    /** The codes of image {@code i} as integers {@code 0..255}, {@code [H, W, C]}. */
    public int[] image(int i) {
        int[] image = new int[imageSize()];
        for (int p = 0; p < image.length; p++) {
            image[p] = pixels[i * image.length + p] & 0xff;
        }
        return image;
    }

    /** The images {@code from..to-1}. */
    public ImageSet range(int from, int to) {
        return new ImageSet(
                height,
                width,
                channels,
                classes,
                Arrays.copyOfRange(pixels, from * imageSize(), to * imageSize()),
                Arrays.copyOfRange(labels, from, to));
    }

    /** The images at the given indices, in that order. */
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
