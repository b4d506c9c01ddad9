package narrowband.training.onnx;

import java.util.Collections;
import java.util.List;
import narrowband.accel.network.Shape;
import narrowband.training.onnx.Activation.Padding;

/**
 * Square windows that walk over an image, as our layers have them.
 *
 * @param size rows and columns of a window
 * @param stride from one window to the next
 * @param padding rows and columns around the image
 */
record Window(int size, int stride, int padding) {
    /** Beyond this, no attribute is believed. */
    private static final int MOST = 1 << 12;

    private static final int SIDES = 2;

    /** Whether they are single places, each of them. */
    boolean isNothing() {
        return size == 1 && stride == 1 && padding == 0;
    }

    /** What the windows of a shape yield. */
    Shape over(Shape in, int channels) {
        return in.windows(size, size, stride, padding, channels);
    }

    /**
     * The windows of a convolution or pooling.
     *
     * @param kernel their rows and columns
     * @param in what they walk over
     * @param around zeros that were put around it before
     * @throws narrowband.accel.InvalidInputException if they are not square, dilated, or not padded alike on all sides
     */
    static Window of(OnnxOperation operation, List<Integer> kernel, Shape in, Padding around) {
        List<Integer> strides = pair(operation, "strides");
        requireSquare(operation, "its kernel", kernel);
        requireSquare(operation, "its stride", strides);
        if (pair(operation, "dilations").stream().anyMatch(dilation -> dilation != 1)) {
            throw operation.refused("its kernel is dilated; only kernels without gaps are supported");
        }
        int size = kernel.getFirst();
        int stride = strides.getFirst();
        Padding pads = around.plus(pads(operation, size, stride, in));
        long top = pads.top();
        if (top < 0 || pads.left() != top || top > MOST || !isIn(pads.bottom()) || !isIn(pads.right())) {
            throw operation.refused(unlike(pads));
        }
        if (in.height() + top + pads.bottom() < size || in.width() + top + pads.right() < size) {
            throw operation.refused("a window of %dx%d does not fit into %s".formatted(size, size, in));
        }
        boolean ceiling = operation.integer("ceil_mode", 0) != 0;
        for (int[] side : new int[][] {{in.height(), pads.bottom()}, {in.width(), pads.right()}}) {
            long theirs = count(side[0] + top + side[1] - size, stride, ceiling, side[0] + top);
            if (theirs != count(side[0] + 2 * top - size, stride, false, 0)) {
                throw operation.refused(
                        ceiling && pads.bottom() == top && pads.right() == top
                                ? "with ceil_mode its last windows stick out of the image %s; only whole windows are supported"
                                        .formatted(in)
                                : unlike(pads));
            }
        }
        return new Window(size, stride, (int) top);
    }

    private static String unlike(Padding pads) {
        return "it pads %d rows above, %d below, %d columns on the left and %d on the right; padding must be alike on all sides"
                .formatted(pads.top(), pads.bottom(), pads.left(), pads.right());
    }

    private static boolean isIn(int padding) {
        return padding >= 0 && padding <= MOST;
    }

    /** How many windows there are along a side; PyTorch leaves out one that would begin behind the image. */
    private static long count(long room, int stride, boolean ceiling, long end) {
        if (room < 0) {
            return 0;
        }
        long count = (ceiling ? room + stride - 1 : room) / stride + 1;
        return ceiling && (count - 1) * stride >= end ? count - 1 : count;
    }

    private static List<Integer> pair(OnnxOperation operation, String attribute) {
        return operation.has(attribute) ? operation.integers(attribute) : Collections.nCopies(SIDES, 1);
    }

    private static void requireSquare(OnnxOperation operation, String what, List<Integer> sides) {
        if (sides.size() != SIDES) {
            throw operation.refused("%s is %s; only images of rows and columns are supported".formatted(what, sides));
        }
        if (!sides.get(0).equals(sides.get(1)) || sides.getFirst() < 1 || sides.getFirst() > MOST) {
            throw operation.refused("%s is %s; rows and columns must be alike, 1 to %d".formatted(what, sides, MOST));
        }
    }

    private static Padding pads(OnnxOperation operation, int size, int stride, Shape in) {
        String automatic = operation.text("auto_pad", "NOTSET");
        return switch (automatic) {
            case "NOTSET" -> {
                List<Integer> pads = operation.has("pads") ? operation.integers("pads") : List.of(0, 0, 0, 0);
                if (pads.size() != 2 * SIDES || !pads.stream().allMatch(Window::isIn)) {
                    throw operation.refused("its pads are %s; expected four, 0 to %d".formatted(pads, MOST));
                }
                yield new Padding(pads.get(0), pads.get(1), pads.get(2), pads.get(3));
            }
            case "VALID" -> Padding.NONE;
            case "SAME_UPPER", "SAME_LOWER" -> {
                int rows = same(in.height(), size, stride);
                int columns = same(in.width(), size, stride);
                int more = automatic.equals("SAME_LOWER") ? 1 : 0;
                int top = (rows + more) / 2;
                int left = (columns + more) / 2;
                yield new Padding(top, left, rows - top, columns - left);
            }
            default -> throw operation.refused("its auto_pad is \"%s\", which is not known".formatted(automatic));
        };
    }

    /** What must be added to a side so that every stride-th place has a window. */
    private static int same(int length, int size, int stride) {
        return Math.max(0, ((length + stride - 1) / stride - 1) * stride + size - length);
    }
}
