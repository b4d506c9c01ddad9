package narrowband.accel.design;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much hardware each layer gets; all units and their lanes follow from it.
 *
 * @param targetCycles the cycles between images for which lanes of units without a choice of their own are made wide enough
 * @param layers the choice for each layer with weights, by its name
 */
public record Folding(long targetCycles, Map<String, MatrixVectorFolding> layers) {
    public Folding {
        if (targetCycles < 1) {
            throw new IllegalArgumentException("a target is at least one cycle");
        }
        // Keeps the network's order, so that a design is written the same every time.
        layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
    }

    /**
     * The parallelism of a matrix-vector unit.
     *
     * @param pe rows at a time; divides the layer's outputs
     * @param simd columns at a time; divides the layer's input channels
     * @param weightDigit weight bits at a time; divides the weight width
     * @param activationDigit activation bits at a time; divides the activation width
     */
    public record MatrixVectorFolding(int pe, int simd, int weightDigit, int activationDigit) {
        @Override
        public String toString() {
            return "pe %d, simd %d, digits %dx%d".formatted(pe, simd, weightDigit, activationDigit);
        }
    }
}
