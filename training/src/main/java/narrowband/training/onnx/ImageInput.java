package narrowband.training.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import narrowband.accel.network.Shape;

/**
 * The image as a file takes it in.
 *
 * @param layout the file's dimensions
 * @param perCode what one step of a pixel's code adds, 1/256 where the file has floats, and 1 where it has bytes
 */
record ImageInput(Layout layout, double perCode) {
    private static final double PIXEL = 1.0 / 256;
    private static final int CHANNELS_FIRST = 4;

    /** A side longer than this is taken for damage. */
    private static final int LONGEST = 1 << 16;

    /**
     * What the file says of its input.
     *
     * @param given the shape of images, for lengths that the file leaves open
     * @throws narrowband.accel.InvalidInputException if it is no image, or one of another shape
     */
    static ImageInput of(OnnxFile file, ValueInfoProto input, Optional<Shape> given) {
        TensorProto.DataType type =
                TensorProto.DataType.forNumber(input.getType().getTensorType().getElemType());
        boolean bytes = type == TensorProto.DataType.UINT8;
        boolean floats = type == TensorProto.DataType.FLOAT
                || type == TensorProto.DataType.DOUBLE
                || type == TensorProto.DataType.FLOAT16;
        if (!bytes && !floats) {
            throw file.refused("its input %s is of type %s; expected floats, or bytes without sign."
                    .formatted(input.getName(), type));
        }
        List<Integer> lengths = lengths(file, input);
        int batch = lengths.isEmpty() ? 1 : Math.max(1, lengths.getFirst());
        Layout layout = switch (lengths.size()) {
            case CHANNELS_FIRST -> {
                boolean last = isChannelsLast(file, input.getName(), lengths, given);
                Shape shape = last
                        ? shape(file, lengths.get(1), lengths.get(2), lengths.get(3), given)
                        : shape(file, lengths.get(2), lengths.get(3), lengths.get(1), given);
                yield last ? Layout.channelsLast(batch, shape) : Layout.channelsFirst(batch, shape);
            }
            case 3 -> Layout.rows(batch, shape(file, lengths.get(1), lengths.get(2), 1, given));
            case 2 -> Layout.flat(batch, flat(file, lengths.get(1), given));
            default ->
                throw file.refused("its input %s has %d dimensions; expected images, channels, rows and columns."
                        .formatted(input.getName(), lengths.size()));
        };
        return new ImageInput(layout, bytes ? 1 : PIXEL);
    }

    /** The lengths of the input's dimensions, -1 where they are open. */
    private static List<Integer> lengths(OnnxFile file, ValueInfoProto input) {
        List<Integer> lengths = new ArrayList<>();
        for (TensorShapeProto.Dimension dimension :
                input.getType().getTensorType().getShape().getDimList()) {
            long length = dimension.hasDimValue() ? dimension.getDimValue() : -1;
            if (length > LONGEST || length < -1) {
                throw file.refused("a dimension of its input %s is %d.".formatted(input.getName(), length));
            }
            lengths.add(length == 0 ? -1 : (int) length);
        }
        return lengths;
    }

    /**
     * Whether channels are behind rows and columns: the first thing that happens is that they are brought to the front, or the
     * images that were given have them there, or there is one, which no image has in columns.
     */
    private static boolean isChannelsLast(OnnxFile file, String input, List<Integer> lengths, Optional<Shape> given) {
        List<NodeProto> readers = file.graph().getNodeList().stream()
                .filter(node -> node.getInputList().contains(input))
                .toList();
        boolean turned = !readers.isEmpty()
                && readers.stream()
                        .allMatch(node -> node.getOpType().equals("Transpose")
                                && new OnnxOperation(file, node)
                                        .integers("perm")
                                        .equals(List.of(0, 3, 1, 2)));
        List<Integer> sides = lengths.subList(1, lengths.size());
        boolean asGiven = given.map(shape -> sides.equals(List.of(shape.height(), shape.width(), shape.channels()))
                        && !sides.equals(List.of(shape.channels(), shape.height(), shape.width())))
                .orElse(false);
        return turned || asGiven || sides.get(2) == 1 && sides.get(0) > 1 && sides.get(1) > 1;
    }

    private static Shape shape(OnnxFile file, int rows, int columns, int channels, Optional<Shape> given) {
        int[] lengths = {rows, columns, channels};
        if (given.isEmpty() && Arrays.stream(lengths).anyMatch(length -> length < 0)) {
            throw file.refused(
                    "it leaves the image's rows, columns or channels open; say which images it is for, such as 32x32x3.");
        }
        if (given.isPresent()) {
            int[] asked = {
                given.get().height(), given.get().width(), given.get().channels()
            };
            for (int i = 0; i < lengths.length; i++) {
                if (lengths[i] >= 0 && lengths[i] != asked[i]) {
                    throw file.refused("it takes images of %dx%dx%d rows, columns and channels, but these are %s."
                            .formatted(rows, columns, channels, given.get())
                            .replace("-1", "?"));
                }
                lengths[i] = asked[i];
            }
        }
        return checked(file, new Shape(lengths[0], lengths[1], lengths[2]));
    }

    private static Shape flat(OnnxFile file, int features, Optional<Shape> given) {
        if (given.isPresent() && features >= 0 && given.get().size() != features) {
            throw file.refused("it takes images of %d numbers, but these are %s.".formatted(features, given.get()));
        }
        if (given.isEmpty() && features < 0) {
            throw file.refused("it leaves open how many numbers an image has; say which images it is for.");
        }
        return checked(file, given.orElseGet(() -> Shape.vector(features)));
    }

    private static Shape checked(OnnxFile file, Shape shape) {
        if ((long) shape.height() * shape.width() * shape.channels() > Integer.MAX_VALUE) {
            throw file.refused("its images are %s, more than a tensor can hold.".formatted(shape));
        }
        return shape;
    }

    /** What the image's values, {@code p / 256}, are multiplied by. */
    ChannelNorm scaled(ChannelNorm pixels) {
        if (perCode == PIXEL) {
            return pixels;
        }
        double[] factors = new double[pixels.channels()];
        Arrays.fill(factors, perCode / PIXEL);
        return pixels.then(factors, new double[factors.length]);
    }
}
