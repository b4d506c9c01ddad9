package narrowband.training.gdnsq;

import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * RAdam (Liu et al. 2020, algorithm 2) over one flat buffer: Adam whose adaptive part waits until its variance is tractable.
 * Kept as floats, computed as doubles, so that vectors give the bits that the formula gives number by number.
 *
 * @param mean first moments
 * @param square second moments
 */
public record RectifiedAdam(float[] mean, float[] square) implements Optimiser {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> FLOATS =
            VectorSpecies.of(float.class, VectorShape.forBitSize(DOUBLES.vectorBitSize() / 2));

    public RectifiedAdam(int parameters) {
        this(new float[parameters], new float[parameters]);
    }

    @Override
    public void update(float[] values, float[] gradient, float[] rates, double rate, long step) {
        double t = step + 1.0;
        double decay2 = Math.pow(BETA2, t);
        double correction1 = 1 - Math.pow(BETA1, t);
        double longest = 2 / (1 - BETA2) - 1;
        double length = longest - 2 * t * decay2 / (1 - decay2);
        double rectification = length > 5
                ? Math.sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length))
                        * Math.sqrt(1 - decay2)
                : 0;
        int vectors = FLOATS.loopBound(values.length);
        for (int i = 0; i < vectors; i += FLOATS.length()) {
            DoubleVector g = doubles(FloatVector.fromArray(FLOATS, gradient, i));
            FloatVector first = floats(
                    doubles(FloatVector.fromArray(FLOATS, mean, i)).mul(BETA1).add(g.mul(1 - BETA1)));
            FloatVector second = floats(doubles(FloatVector.fromArray(FLOATS, square, i))
                    .mul(BETA2)
                    .add(g.mul(1 - BETA2).mul(g)));
            first.intoArray(mean, i);
            second.intoArray(square, i);
            DoubleVector direction = doubles(first).div(correction1);
            if (rectification > 0) {
                DoubleVector size = doubles(second).sqrt().add(EPSILON);
                direction = direction.mul(
                        DoubleVector.broadcast(DOUBLES, rectification).div(size));
            }
            FloatVector change = floats(
                    doubles(FloatVector.fromArray(FLOATS, rates, i)).mul(rate).mul(direction));
            FloatVector.fromArray(FLOATS, values, i).sub(change).intoArray(values, i);
        }
        for (int i = vectors; i < values.length; i++) {
            float g = gradient[i];
            mean[i] = (float) (BETA1 * mean[i] + (1 - BETA1) * g);
            square[i] = (float) (BETA2 * square[i] + (1 - BETA2) * g * g);
            double direction = mean[i] / correction1;
            if (rectification > 0) {
                direction *= rectification / (Math.sqrt(square[i]) + EPSILON);
            }
            values[i] -= (float) (rate * rates[i] * direction);
        }
    }

    private static DoubleVector doubles(FloatVector floats) {
        return (DoubleVector) floats.convertShape(VectorOperators.F2D, DOUBLES, 0);
    }

    private static FloatVector floats(DoubleVector doubles) {
        return (FloatVector) doubles.convertShape(VectorOperators.D2F, FLOATS, 0);
    }

    @Override
    public List<float[]> memory() {
        return List.of(mean, square);
    }
}
