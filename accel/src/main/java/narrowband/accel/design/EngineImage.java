package narrowband.accel.design;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Tensor;

/**
 * How an image comes into a {@link SharedEngine}: the words from outside, and the units that make of them what its first
 * pass takes in.
 *
 * @param outside words of the image
 * @param units each behind the one before
 */
record EngineImage(StreamType outside, List<Unit> units) {
    EngineImage {
        units = List.copyOf(units);
    }

    /** The words that the engine takes in. */
    StreamType inside() {
        return units.isEmpty() ? outside : units.getLast().outputs().getFirst();
    }

    /** The same behind a unit that takes the words from outside. */
    EngineImage behind(Unit unit) {
        List<Unit> all = new ArrayList<>(List.of(unit));
        all.addAll(units);
        return new EngineImage(unit.inputs().getFirst(), all);
    }

    /** A position in a word. */
    static EngineImage positions(Tensor image) {
        return new EngineImage(words(image, image.shape().channels()), List.of());
    }

    /**
     * A vector, in words of as many codes as fit the lanes.
     *
     * @param layer whose tensor it is
     */
    static EngineImage vector(String layer, Tensor image, int lanes) {
        int size = image.shape().size();
        int channels = image.shape().channels();
        int widest = divisor(size, 1, lanes);
        int gathered = channels > lanes ? 0 : divisor(size, channels, lanes);
        if (gathered == 0) {
            return new EngineImage(words(image, widest), List.of());
        }
        EngineImage pixels = positions(image);
        return gathered == channels
                ? pixels
                : new EngineImage(
                        pixels.outside(),
                        List.of(new WidthConverter(layer + "_join", layer, pixels.outside(), gathered)));
    }

    /** The largest multiple of a number that divides the size and is no larger than the lanes. */
    private static int divisor(int size, int multipleOf, int lanes) {
        return IntStream.rangeClosed(1, Math.min(lanes, size) / multipleOf)
                .map(n -> n * multipleOf)
                .filter(n -> size % n == 0)
                .max()
                .orElseThrow();
    }

    /** The windows of a convolution, in as few words as hold them; of equals, those that come in the fewest steps. */
    static EngineImage windows(Tensor image, Layer.Convolution convolution, int lanes) {
        int channels = image.shape().channels();
        int row = channels * convolution.kernelWidth();
        int whole = row * convolution.kernelHeight();
        int simd = IntStream.of(whole, row, channels)
                .filter(n -> n <= lanes)
                .boxed()
                .min(Comparator.comparingInt(n -> Math.ceilDiv(whole / n, lanes / n)))
                .orElseThrow();
        EngineImage pixels = positions(image);
        List<Unit> units = new ArrayList<>();
        SlidingWindow.of(convolution, image, simd).ifPresent(units::add);
        StreamType narrow = new EngineImage(pixels.outside(), units).inside();
        int narrowWords = whole / simd;
        int packedWords = Math.ceilDiv(narrowWords, lanes / simd);
        if (packedWords < narrowWords) {
            units.add(new WordPacker(
                    convolution.name() + "_packer",
                    convolution.name(),
                    narrow,
                    narrowWords,
                    Math.ceilDiv(narrowWords, packedWords)));
        }
        return new EngineImage(pixels.outside(), units);
    }

    private static StreamType words(Tensor image, int lanes) {
        return new StreamType(lanes, image.type(), image.shape().size() / lanes);
    }
}
