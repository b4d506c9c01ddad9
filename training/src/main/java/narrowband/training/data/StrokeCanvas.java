package narrowband.training.data;

import java.util.Arrays;

/**
 * A grey canvas on which anti-aliased round strokes are drawn: the coverage of a pixel falls linearly over one pixel at the
 * distance of half the thickness from the stroke's axis. Coordinates are in pixels, {@code (0, 0)} the centre of the first.
 */
final class StrokeCanvas {
    private final int size;
    private final float[] light;

    StrokeCanvas(int size) {
        this.size = size;
        this.light = new float[size * size];
    }

    void clear() {
        Arrays.fill(light, 0);
    }

    /** Draws a line; where strokes cross, the lighter one shows. */
    void line(double x0, double y0, double x1, double y1, double thickness, double intensity) {
        double reach = thickness / 2 + 0.5;
        int top = (int) Math.max(0, Math.ceil(Math.min(y0, y1) - reach));
        int bottom = (int) Math.min(size - 1.0, Math.floor(Math.max(y0, y1) + reach));
        int left = (int) Math.max(0, Math.ceil(Math.min(x0, x1) - reach));
        int right = (int) Math.min(size - 1.0, Math.floor(Math.max(x0, x1) + reach));
        double dx = x1 - x0;
        double dy = y1 - y0;
        double length2 = Math.max(1e-9, dx * dx + dy * dy);
        for (int y = top; y <= bottom; y++) {
            for (int x = left; x <= right; x++) {
                double along = ((x - x0) * dx + (y - y0) * dy) / length2;
                along = Math.max(0, Math.min(1, along));
                double awayX = x - x0 - along * dx;
                double awayY = y - y0 - along * dy;
                double coverage = reach - Math.sqrt(awayX * awayX + awayY * awayY);
                if (coverage > 0) {
                    float value = (float) (Math.min(1, coverage) * intensity);
                    light[y * size + x] = Math.max(light[y * size + x], value);
                }
            }
        }
    }

    /** Darkens a square, as if something lay over the picture. */
    void cover(int centreX, int centreY, int side) {
        for (int y = Math.max(0, centreY - side / 2); y < Math.min(size, centreY - side / 2 + side); y++) {
            for (int x = Math.max(0, centreX - side / 2); x < Math.min(size, centreX - side / 2 + side); x++) {
                light[y * size + x] = 0;
            }
        }
    }

    /** The light at a pixel, 0 dark to 1. */
    float light(int pixel) {
        return light[pixel];
    }
}
