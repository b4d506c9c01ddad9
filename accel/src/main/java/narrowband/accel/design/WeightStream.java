package narrowband.accel.design;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import narrowband.accel.design.EnginePass.Head;
import narrowband.accel.design.EnginePass.Tail;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.WeightCodes;

/**
 * The words that a {@link SharedEngine} takes in through its weight stream for each image: for each pass that has any, for
 * each tile, first its weights, then its thresholds or biases.
 *
 * <p>Weights: for each plane from the lowest on, for each word of the window, for each row, one bit for each column.
 * Thresholds: for each lane, in the order of a binary search (the middle one, those of the two halves, and so on).
 */
public final class WeightStream {
    private final SharedEngine engine;
    private final IntegerNetwork network;
    private final Map<String, WeightCodes> weights;
    private final List<BigInteger> words = new ArrayList<>();

    private WeightStream(SharedEngine engine, IntegerNetwork network) {
        this.engine = engine;
        this.network = network;
        weights = network.weights();
    }

    /** The words for one image, each of {@code streamBits}. */
    public static List<BigInteger> words(SharedEngine engine, IntegerNetwork network) {
        WeightStream stream = new WeightStream(engine, network);
        for (EnginePass pass : engine.passes()) {
            for (int tile = 0; tile < pass.tiles(); tile++) {
                if (pass.head() == Head.PRODUCT) {
                    stream.weights(pass, tile);
                }
                if (pass.parameters() > 0) {
                    stream.parameters(pass, tile);
                }
            }
        }
        return stream.words;
    }

    private void weights(EnginePass pass, int tile) {
        WeightCodes weights = this.weights.get(pass.layers().getFirst());
        int lanes = engine.lanes();
        byte[] row = new byte[(lanes + 7) / 8 + 1];
        for (int plane = 0; plane < pass.weightPlanes(); plane++) {
            for (int tap = 0; tap < pass.window().taps(); tap++) {
                for (int group = 0; group < pass.channelGroups(); group++) {
                    for (int lane = 0; lane < lanes; lane++) {
                        int output = tile * lanes + lane;
                        Arrays.fill(row, (byte) 0);
                        if (output < weights.outputs()) {
                            int first = tap * pass.channels() + group * lanes;
                            // The last of an image's packed words is not full.
                            int columns = Math.min(
                                    Math.min(lanes, pass.channels() - group * lanes), weights.inputs() - first);
                            for (int column = 0; column < columns; column++) {
                                int bit = weights.code(output, first + column) >> plane & 1;
                                row[row.length - 1 - column / 8] |= (byte) (bit << column % 8);
                            }
                        }
                        words.add(new BigInteger(row));
                    }
                }
            }
        }
    }

    private void parameters(EnginePass pass, int tile) {
        for (int lane = 0; lane < engine.lanes(); lane++) {
            int channel = Math.min(tile, pass.tiles() - 1) * engine.lanes() + lane;
            boolean valid = lane < pass.validLanes(tile, engine.lanes());
            for (int node = 1; node <= pass.parameters(); node++) {
                words.add(valid ? parameter(pass, channel, node) : BigInteger.ZERO);
            }
        }
    }

    /** A threshold, with the bias before it taken off, or a bias; modulo the accumulator's width. */
    private BigInteger parameter(EnginePass pass, int channel, int node) {
        Optional<Layer.Bias> bias = pass.layers().stream()
                .map(network::layer)
                .filter(Layer.Bias.class::isInstance)
                .map(Layer.Bias.class::cast)
                .findFirst();
        long added = bias.map(layer -> layer.biases().get(channel)).orElse(0);
        long value = added;
        if (pass.tail() == Tail.THRESHOLD) {
            Layer.Threshold layer =
                    (Layer.Threshold) network.layer(pass.layers().getLast());
            int level = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(node);
            int code = (2 * (node - (1 << level)) + 1) << (pass.outputPlanes() - 1 - level);
            int row = layer.table().rows() == 1 ? 0 : channel;
            long top = 1L << (engine.accumulatorBits() - 1);
            value = Math.clamp(layer.table().threshold(row, code - 1) - added, -top, top - 1);
        }
        return BigInteger.valueOf(value & ((1L << engine.accumulatorBits()) - 1));
    }
}
