package narrowband.accel.design;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import narrowband.accel.network.Layer;

/**
 * How much hardware each layer gets; all units and their lanes follow from it.
 *
 * @param targetCycles the cycles between images for which lanes of units without a choice of their own are made wide enough
 * @param layers the choice for each layer with weights, by its name
 * @param thresholds the choice for layers of thresholds, by name; where there is none, the cheapest is taken
 */
public record Folding(
        long targetCycles, Map<String, MatrixVectorFolding> layers, Map<String, ThresholdFolding> thresholds)
        implements Plan {
    /** Thresholds found in the cheapest way. */
    public Folding(long targetCycles, Map<String, MatrixVectorFolding> layers) {
        this(targetCycles, layers, Map.of());
    }

    public Folding {
        if (targetCycles < 1) {
            throw new IllegalArgumentException("a target is at least one cycle");
        }
        // Keeps the network's order, so that a design is written the same every time.
        layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
        thresholds = Collections.unmodifiableMap(new LinkedHashMap<>(thresholds));
    }

    /** The same with all choices for thresholds given. */
    Folding withThresholds(Map<String, ThresholdFolding> choices) {
        return new Folding(targetCycles, layers, choices);
    }

    /**
     * How a layer of thresholds is carried.
     *
     * @param lanes channels at a time; divides the layer's channels
     */
    public record ThresholdFolding(int lanes, Thresholding.Method method) {}

    /**
     * The parallelism of a matrix-vector unit.
     *
     * @param pe rows at a time; divides the layer's outputs
     * @param simd columns at a time: a divisor of the layer's input channels; in a convolution also those of a whole kernel
     *     row, or of the whole kernel
     * @param weightDigit weight bits at a time; divides the weight width
     * @param activationDigit activation bits at a time; divides the activation width
     * @param weights where the weights are; frozen ones are taken whole, so that {@code weightDigit} is their width
     */
    public record MatrixVectorFolding(
            int pe, int simd, int weightDigit, int activationDigit, MatrixVector.Weights weights) {
        /** With weights in a memory. */
        public MatrixVectorFolding(int pe, int simd, int weightDigit, int activationDigit) {
            this(pe, simd, weightDigit, activationDigit, MatrixVector.Weights.STORED);
        }

        /** That of a depthwise convolution, whose operands are taken whole, {@code pe} channels at a time. */
        public static MatrixVectorFolding depthwise(int pe, int weightBits, int activationBits) {
            return new MatrixVectorFolding(pe, 1, weightBits, activationBits);
        }

        /** All numbers of columns at a time that a layer can have, from the fewest on. */
        public static List<Integer> simdChoices(Layer layer, int inputChannels) {
            SortedSet<Integer> choices = new TreeSet<>();
            for (int divisor = 1; divisor <= inputChannels; divisor++) {
                if (inputChannels % divisor == 0) {
                    choices.add(divisor);
                }
            }
            if (layer instanceof Layer.Convolution convolution) {
                choices.add(inputChannels * convolution.kernelWidth());
                choices.add(inputChannels * convolution.kernelWidth() * convolution.kernelHeight());
            }
            return List.copyOf(choices);
        }

        @Override
        public String toString() {
            return "pe %d, simd %d, digits %dx%d%s"
                    .formatted(
                            pe,
                            simd,
                            weightDigit,
                            activationDigit,
                            switch (weights) {
                                case STORED -> "";
                                case RELOADABLE -> ", reloadable weights";
                                case FROZEN -> ", frozen weights";
                            });
        }
    }
}
