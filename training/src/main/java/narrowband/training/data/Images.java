package narrowband.training.data;

/** Labelled images of one size. They are not changed by reading; any number of threads may read. */
public sealed interface Images permits ImageSet, ImageFolder {
    int height();

    int width();

    /** 1 or 3. */
    int channels();

    /** Labels are {@code 0..classes-1}. */
    int classes();

    /** The number of images. */
    int size();

    int label(int i);

    /**
     * Writes image {@code i} as it is judged.
     *
     * @param out receives unsigned 8-bit codes {@code [H, W, C]} from {@code offset}
     */
    void write(int i, byte[] out, int offset);

    /**
     * Writes image {@code i} as it is seen in training.
     *
     * @param augmentation how it is varied
     * @param seed decides the variation; the same seed gives the same image
     */
    void writeVaried(int i, Augmentation augmentation, long seed, byte[] out, int offset);

    /** The images at the given indices, in that order. */
    Images select(int[] indices);

    /** The images {@code from..to-1}. */
    Images range(int from, int to);

    /** Codes of one image. */
    default int imageSize() {
        return height() * width() * channels();
    }

    /** The codes of image {@code i} as integers {@code 0..255}, {@code [H, W, C]}. */
    default int[] image(int i) {
        byte[] bytes = new byte[imageSize()];
        write(i, bytes, 0);
        int[] image = new int[bytes.length];
        for (int p = 0; p < image.length; p++) {
            image[p] = bytes[p] & 0xff;
        }
        return image;
    }
}
