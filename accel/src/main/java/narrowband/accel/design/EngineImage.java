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

    /** A position in a word. */
    static EngineImage positions(Layer.Input input) {
        return new EngineImage(words(input, input.shape().channels()), List.of());
    }

    /** A vector, in words of as many codes as fit the lanes. */
    static EngineImage vector(Layer.Input input, int lanes) {
        int size = input.shape().size();
        int channels = input.shape().channels();
        int widest = divisor(size, 1, lanes);
        int gathered = channels > lanes ? 0 : divisor(size, channels, lanes);
        if (gathered == 0) {
            return new EngineImage(words(input, widest), List.of());
        }
        EngineImage pixels = positions(input);
        return gathered == channels
                ? pixels
                : new EngineImage(
                        pixels.outside(),
                        List.of(new WidthConverter(input.name() + "_join", input.name(), pixels.outside(), gathered)));
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
    static EngineImage windows(Layer.Input input, Layer.Convolution convolution, int lanes) {
        int channels = input.shape().channels();
        int row = channels * convolution.kernelWidth();
        int whole = row * convolution.kernelHeight();
        int simd = IntStream.of(whole, row, channels)
                .filter(n -> n <= lanes)
                .boxed()
                .min(Comparator.comparingInt(n -> Math.ceilDiv(whole / n, lanes / n)))
                .orElseThrow();
        EngineImage pixels = positions(input);
        List<Unit> units = new ArrayList<>();
        Tensor from = new Tensor(input.shape(), input.type(), input.scale());
        SlidingWindow.of(convolution, from, simd).ifPresent(units::add);
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

    private static StreamType words(Layer.Input input, int lanes) {
        return new StreamType(lanes, input.type(), input.shape().size() / lanes);
    }
}
