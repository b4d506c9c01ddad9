package narrowband.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.FoldingSearch;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Goal;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Shape;
import narrowband.accel.network.ThresholdTable;
import narrowband.accel.network.WeightCodes;
import narrowband.sim.sizing.FifoSizing;

/**
 * A residual network of the size that {@code narrowband flow} trains (28x28, five weighted layers, 1.2 M multiply-accumulates)
 * with random weights and thresholds: how long things take does not depend on the values.
 */
final class SmallNetwork {
    private static final Scale ONE = Scale.uniform(1);

    private final Random random = new Random(1);
    private final List<Layer> layers = new ArrayList<>();

    private SmallNetwork() {}

    /** The network on an Artix-7 35T at 100 MHz, in half of its look-up tables at most, FIFOs sized. */
    static Accelerator accelerator() {
        return FifoSizing.size(
                FoldingSearch.search(new SmallNetwork().build(), Fpga.named("xc7a35t"), 100, Goal.FillDevice.DEFAULT));
    }

    /** Random images for it. */
    static List<int[]> images(int count) {
        Random random = new Random(2);
        List<int[]> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            images.add(random.ints(28 * 28, 0, 256).toArray());
        }
        return images;
    }

    private IntegerNetwork build() {
        layers.add(new Layer.Input("image", new Shape(28, 28, 1), CodeType.unsigned(8), ONE));
        threshold("pixels", "image", 1, CodeType.unsigned(3));
        convolution("conv1", "pixels", 16, 1, 3);
        threshold("act1", "conv1", 16, CodeType.unsigned(3));
        layers.add(new Layer.MaxPool("pool1", "act1", 2, 2));
        convolution("conv2", "pool1", 16, 16, 3);
        threshold("act2", "conv2", 16, CodeType.unsigned(3));
        convolution("conv3", "act2", 16, 16, 2);
        threshold("branch", "conv3", 16, CodeType.signed(4));
        layers.add(new Layer.Add("sum", "pool1", "branch"));
        threshold("act3", "sum", 1, CodeType.unsigned(3));
        layers.add(new Layer.MaxPool("pool2", "act3", 2, 2));
        convolution("conv4", "pool2", 32, 16, 2);
        threshold("act4", "conv4", 32, CodeType.unsigned(6));
        layers.add(new Layer.SumPool("mean", "act4", 7, 7));
        threshold("act5", "mean", 1, CodeType.unsigned(6));
        layers.add(new Layer.Dense("dense", "act5", weights(10, 32, 4), ONE));
        return new IntegerNetwork("small", layers);
    }

    private void convolution(String name, String input, int outputs, int inputs, int bits) {
        layers.add(new Layer.Convolution(name, input, weights(outputs, 9 * inputs, bits), 3, 3, 1, 1, 1, ONE));
    }

    private WeightCodes weights(int outputs, int inputs, int bits) {
        return new WeightCodes(
                bits,
                outputs,
                inputs,
                random.ints((long) outputs * inputs, 0, 1 << bits).toArray());
    }

    private void threshold(String name, String input, int rows, CodeType type) {
        int[][] table = new int[rows][];
        for (int row = 0; row < rows; row++) {
            table[row] = random.ints((1 << type.bits()) - 1, 1, 100).sorted().toArray();
        }
        layers.add(new Layer.Threshold(name, input, new ThresholdTable(table), type, ONE));
    }
}
