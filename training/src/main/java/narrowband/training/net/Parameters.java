package narrowband.training.net;

import java.util.Arrays;
import java.util.SplittableRandom;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.ParameterLayout.Slice;

/**
 * The numbers of a network. The arrays are live: training writes to them.
 *
 * @param layout what lies where
 * @param values learned parameters
 * @param statistics running mean and variance of batch norm
 */
public record Parameters(ParameterLayout layout, float[] values, float[] statistics) {
    /**
     * Fresh parameters: weights normal with variance {@code 2 / fan-in} (He et al. 2015), batch norm the identity, quantisers
     * left at 0 until they are calibrated.
     */
    public static Parameters initial(Graph graph, long seed) {
        ParameterLayout layout = new ParameterLayout(graph);
        Parameters parameters =
                new Parameters(layout, new float[layout.parameterCount()], new float[layout.statisticCount()]);
        SplittableRandom random = new SplittableRandom(seed);
        for (Weighted layer : graph.weighted()) {
            Slice weight = layout.parameter(layer.name() + ".weight");
            double deviation = Math.sqrt(2.0 / graph.fanIn(layer));
            for (int i = 0; i < weight.size(); i++) {
                parameters.values[weight.offset() + i] = (float) (deviation * random.nextGaussian());
            }
        }
        for (Node node : graph.nodes()) {
            if (node instanceof Node.BatchNorm norm) {
                parameters.fill(layout.parameter(norm.name() + ".scale"), parameters.values, 1);
                parameters.fill(layout.statistic(norm.name() + ".variance"), parameters.statistics, 1);
            }
        }
        return parameters;
    }

    private void fill(Slice slice, float[] array, float value) {
        Arrays.fill(array, slice.offset(), slice.offset() + slice.size(), value);
    }

    /** One learned number. */
    public float get(String parameter, int index) {
        return values[layout.parameter(parameter).offset() + index];
    }

    public void set(String parameter, int index, float value) {
        values[layout.parameter(parameter).offset() + index] = value;
    }

    /** One running statistic. */
    public float statistic(String name, int index) {
        return statistics[layout.statistic(name).offset() + index];
    }

    /** Takes over every parameter and statistic that the other network has under the same name. */
    public void takeOver(Parameters other) {
        for (Slice slice : other.layout.slices()) {
            if (layout.has(slice.name())) {
                System.arraycopy(
                        other.values,
                        slice.offset(),
                        values,
                        layout.parameter(slice.name()).offset(),
                        slice.size());
            }
        }
        for (Slice slice : other.layout.statisticSlices()) {
            System.arraycopy(
                    other.statistics,
                    slice.offset(),
                    statistics,
                    layout.statistic(slice.name()).offset(),
                    slice.size());
        }
    }

    /** The same numbers in arrays of their own. */
    public Parameters copy() {
        return new Parameters(layout, values.clone(), statistics.clone());
    }
}
