package narrowband.training.lowering;

import java.util.Optional;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.training.net.Node;

/**
 * The exhaustive check of threshold tables: for every integer that can come in, the table's code against the formula's.
 *
 * @param layers threshold layers checked
 * @param values integers checked, over all channels
 * @param mismatches integers whose codes differ
 * @param left layers left out since their range is larger than was allowed
 * @param firstMismatch where
 */
public record ThresholdProof(int layers, long values, long mismatches, int left, Optional<String> firstMismatch) {
    /**
     * Checks all threshold layers.
     *
     * @param largestRange the most integers of one channel that are tried; layers with more are left out
     */
    public static ThresholdProof of(FrozenNetwork trained, IntegerNetwork integer, long largestRange) {
        int layers = 0;
        int left = 0;
        long values = 0;
        long mismatches = 0;
        Optional<String> first = Optional.empty();
        for (Layer layer : integer.layers()) {
            if (!(layer instanceof Layer.Threshold threshold)) {
                continue;
            }
            CodeType range = integer.inputOf(layer).type();
            if ((long) range.max() - range.min() + 1 > largestRange) {
                left++;
                continue;
            }
            layers++;
            QuantiserInputs.Coding coding = QuantiserInputs.before(
                    trained, (Node.Quantise) trained.graph().node(layer.name()));
            for (int row = 0; row < coding.codes().length; row++) {
                AffineCode code = coding.codes()[row];
                // The table sees the accumulator negated where the factor is negative.
                AffineCode seen = code.factor().getNumerator().signum() < 0 ? code.negated() : code;
                AffineCode.Formula formula = seen.formula();
                for (long i = range.min(); i <= range.max(); i++) {
                    values++;
                    int is = threshold.type().min() + threshold.table().level(row, (int) i);
                    if (is != formula.code((int) i)) {
                        mismatches++;
                        if (first.isEmpty()) {
                            first = Optional.of("layer %s, channel %d, input %d: code %d by formula, %d by thresholds"
                                    .formatted(layer.name(), row, i, formula.code((int) i), is));
                        }
                    }
                }
            }
        }
        return new ThresholdProof(layers, values, mismatches, left, first);
    }
}
