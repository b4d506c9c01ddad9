package narrowband.training.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import narrowband.accel.network.Shape;

/**
 * How a layer's tensor lies in an ONNX tensor: which of its axes make up each dimension there, the slowest first. Axes of length 1
 * are left out: reshaping may put them anywhere.
 *
 * @param batch images of the ONNX tensor; 1 where the file leaves it open
 * @param shape of an image's tensor
 * @param dimensions the axes of each dimension; none for a dimension of length 1
 */
record Layout(int batch, Shape shape, List<List<Axis>> dimensions) {
    /** An axis of a batch of tensors. */
    enum Axis {
        BATCH,
        CHANNEL,
        ROW,
        COLUMN
    }

    Layout {
        dimensions = dimensions.stream().map(List::copyOf).toList();
    }

    private Layout(int batch, Shape shape, Axis... axes) {
        this(
                batch,
                shape,
                List.of(axes).stream().map(axis -> onlyLong(axis, batch, shape)).toList());
    }

    /** As convolutions have it: {@code [N, C, H, W]}. */
    static Layout channelsFirst(int batch, Shape shape) {
        return new Layout(batch, shape, Axis.BATCH, Axis.CHANNEL, Axis.ROW, Axis.COLUMN);
    }

    /** {@code [N, H, W, C]}. */
    static Layout channelsLast(int batch, Shape shape) {
        return new Layout(batch, shape, Axis.BATCH, Axis.ROW, Axis.COLUMN, Axis.CHANNEL);
    }

    /** {@code [N, H, W]}, of one channel. */
    static Layout rows(int batch, Shape shape) {
        return new Layout(batch, shape, Axis.BATCH, Axis.ROW, Axis.COLUMN);
    }

    /** {@code [N, features]}, channels slowest. */
    static Layout flat(int batch, Shape shape) {
        return channelsFirst(batch, shape)
                .reshaped(List.of(batch, shape.size()))
                .orElseThrow();
    }

    /** Of another tensor with its axes in the places that they have in convolutions. */
    Layout channelsFirst(Shape other) {
        return channelsFirst(batch, other);
    }

    private static List<Axis> onlyLong(Axis axis, int batch, Shape shape) {
        return length(axis, batch, shape) > 1 ? List.of(axis) : List.of();
    }

    private static int length(Axis axis, int batch, Shape shape) {
        return switch (axis) {
            case BATCH -> batch;
            case CHANNEL -> shape.channels();
            case ROW -> shape.height();
            case COLUMN -> shape.width();
        };
    }

    private int length(Axis axis) {
        return length(axis, batch, shape);
    }

    /** The lengths of the ONNX tensor's dimensions. */
    List<Integer> lengths() {
        return dimensions.stream()
                .map(axes -> axes.stream().map(this::length).reduce(1, (a, b) -> a * b))
                .toList();
    }

    int rank() {
        return dimensions.size();
    }

    /** Whether it is {@code [N, C, H, W]}. */
    boolean isChannelsFirst() {
        return equals(channelsFirst(batch, shape));
    }

    /** Whether it is {@code [N, features]}. */
    boolean isFlat() {
        return rank() == 2 && dimensions.getFirst().equals(onlyLong(Axis.BATCH, batch, shape));
    }

    /** Whether it is {@code [N, C]}, or that with dimensions of length 1 behind. */
    boolean isVector() {
        return rank() >= 2
                && shape.positions() == 1
                && dimensions.get(0).equals(onlyLong(Axis.BATCH, batch, shape))
                && dimensions.get(1).equals(onlyLong(Axis.CHANNEL, batch, shape));
    }

    /** The dimension that is the channels' alone; -1 if there is none. */
    int channelDimension() {
        return dimensions.indexOf(List.of(Axis.CHANNEL));
    }

    /** Dimension {@code i} is then what dimension {@code order[i]} was. */
    Layout transposed(List<Integer> order) {
        return new Layout(batch, shape, order.stream().map(dimensions::get).toList());
    }

    /** The same numbers in the same order with other dimensions; nothing if these cut an axis in pieces. */
    Optional<Layout> reshaped(List<Integer> lengths) {
        List<Axis> axes = dimensions.stream().flatMap(List::stream).toList();
        List<List<Axis>> reshaped = new ArrayList<>();
        int next = 0;
        for (int length : lengths) {
            List<Axis> group = new ArrayList<>();
            int product = 1;
            while (product < length && next < axes.size()) {
                product *= length(axes.get(next));
                group.add(axes.get(next++));
            }
            if (product != length) {
                return Optional.empty();
            }
            reshaped.add(group);
        }
        return next == axes.size() ? Optional.of(new Layout(batch, shape, reshaped)) : Optional.empty();
    }

    /**
     * Where each feature of {@code [N, features]} lies in our tensor, whose rows are slowest and whose channels are fastest.
     *
     * @return by place there, the place here
     */
    int[] features() {
        List<Axis> axes = dimensions.getLast();
        return IntStream.range(0, shape.size())
                .map(feature -> {
                    int rest = feature;
                    int place = 0;
                    for (int i = axes.size() - 1; i >= 0; i--) {
                        place += rest % length(axes.get(i)) * stride(axes.get(i));
                        rest /= length(axes.get(i));
                    }
                    return place;
                })
                .toArray();
    }

    private int stride(Axis axis) {
        return switch (axis) {
            case BATCH -> throw new IllegalStateException("features of several images");
            case ROW -> shape.width() * shape.channels();
            case COLUMN -> shape.channels();
            case CHANNEL -> 1;
        };
    }
}
