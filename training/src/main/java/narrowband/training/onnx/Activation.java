package narrowband.training.onnx;

import java.util.List;
import java.util.Optional;
import narrowband.accel.network.Shape;

/**
 * A tensor that depends on the image: what a layer yields, and what the file does to that which no layer has been made for yet,
 * since the operator behind decides what it becomes.
 *
 * @param layer the layer of ours
 * @param layout how its tensor lies in the file's
 * @param norm factors and addends of its channels; there for layers that a norm can stand behind, and for the image
 * @param padding rows and columns of zeros around it
 * @param shortcut what is left out of it and put around its channels
 * @param pools maxima that are taken behind the ReLU which is to follow, since these two can be exchanged
 */
record Activation(
        String layer, Layout layout, Optional<ChannelNorm> norm, Padding padding, Shortcut shortcut, List<Window> pools)
        implements Value {
    Activation {
        pools = List.copyOf(pools);
    }

    /** Rows and columns of zeros. */
    record Padding(int top, int left, int bottom, int right) {
        static final Padding NONE = new Padding(0, 0, 0, 0);

        boolean isNone() {
            return equals(NONE);
        }

        Padding plus(Padding other) {
            return new Padding(top + other.top, left + other.left, bottom + other.bottom, right + other.right);
        }
    }

    /** Every so manieth row and column, and channels of zeros. */
    record Shortcut(int rowStride, int columnStride, int before, int after) {
        static final Shortcut NONE = new Shortcut(1, 1, 0, 0);

        /** What is left of a tensor, and put around it. */
        Shape of(Shape in) {
            return new Shape(
                    (in.height() - 1) / rowStride + 1,
                    (in.width() - 1) / columnStride + 1,
                    before + in.channels() + after);
        }

        boolean isNone() {
            return equals(NONE);
        }
    }

    /** What a layer yields and nothing besides. */
    static Activation of(String layer, Layout layout) {
        return new Activation(layer, layout, Optional.empty(), Padding.NONE, Shortcut.NONE, List.of());
    }

    /** What a layer yields behind which a norm can stand. */
    static Activation of(String layer, Layout layout, ChannelNorm norm) {
        return new Activation(layer, layout, Optional.of(norm), Padding.NONE, Shortcut.NONE, List.of());
    }

    /** Whether nothing is pending but a norm. */
    boolean isBare() {
        return padding.isNone() && shortcut.isNone() && pools.isEmpty();
    }

    Activation with(Layout other) {
        return new Activation(layer, other, norm, padding, shortcut, pools);
    }

    Activation with(ChannelNorm other) {
        return new Activation(layer, layout, Optional.of(other), padding, shortcut, pools);
    }

    Activation with(Padding other) {
        return new Activation(layer, layout, norm, other, shortcut, pools);
    }

    Activation with(Shortcut other) {
        return new Activation(layer, layout, norm, padding, other, pools);
    }

    Activation with(List<Window> others) {
        return new Activation(layer, layout, norm, padding, shortcut, others);
    }
}
