package narrowband.training.device;

/**
 * Images on their way to a device; filled anew for every step.
 *
 * @param pixels unsigned 8-bit codes {@code [N, H, W, C]}
 * @param labels {@code [N]}
 */
public record Batch(byte[] pixels, int[] labels) {
    public Batch(int images, int imageSize) {
        this(new byte[images * imageSize], new int[images]);
    }

    /** How many images there is room for. */
    public int capacity() {
        return labels.length;
    }
}
