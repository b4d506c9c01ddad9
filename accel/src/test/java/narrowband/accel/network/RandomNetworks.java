package narrowband.accel.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Small random networks of every layer kind that an accelerator carries, for property tests in all modules. */
public final class RandomNetworks {
    private final Random random;
    /** Decides on shortcuts that shrink and on top scores, so that networks without any stay what they were. */
    private final Random others;

    private final List<Layer> layers = new ArrayList<>();
    private Tensor current;
    private int count;
    private int widestWeight = 4;

    private RandomNetworks(long seed) {
        random = new Random(seed);
        others = new Random(~seed);
    }

    /** A network of the given seed: thresholds, convolutions, pools, perhaps a residual block, a dense end. */
    public static IntegerNetwork network(long seed) {
        return new RandomNetworks(seed).build();
    }

    /**
     * A network of the given seed as only a shared engine carries it: weights and activations of 1 to 8 bits, signed ones
     * too, up to 20 channels, layers of every kind right behind the image, sums that are used twice, feature maps as results.
     */
    public static IntegerNetwork wide(long seed) {
        RandomNetworks networks = new RandomNetworks(seed);
        networks.widestWeight = 8;
        return networks.buildWide();
    }

    /** An image of random pixel codes for the network. */
    public static int[] image(IntegerNetwork network, Random random) {
        Layer.Input input = network.input();
        return random.ints(
                        input.shape().size(), input.type().min(), input.type().max() + 1)
                .toArray();
    }

    private IntegerNetwork build() {
        Shape shape = new Shape(between(3, 8), between(3, 8), between(1, 3));
        add(new Layer.Input(name("image"), shape, CodeType.unsigned(between(2, 8)), Scale.uniform(1)));
        threshold(between(1, 4), random.nextBoolean());
        int stages = between(1, 3);
        for (int stage = 0; stage < stages; stage++) {
            switch (random.nextInt(4)) {
                case 0 -> pool();
                case 1 -> {
                    if (others.nextInt(3) == 0) {
                        shrinkingResidual();
                    } else {
                        residual();
                    }
                }
                default -> {
                    convolution(between(1, 6));
                    threshold(between(1, 4), true);
                    if (current.shape().channels() > 1 && random.nextInt(3) == 0) {
                        depthwise();
                        threshold(between(1, 4), true);
                    }
                }
            }
        }
        dense(between(2, 6));
        if (random.nextBoolean()) {
            add(new Layer.Bias(name("bias"), last(), integers(current.shape().channels(), -20, 20)));
            if (random.nextBoolean()) {
                classify();
            }
        }
        return new IntegerNetwork("random", layers);
    }

    private IntegerNetwork buildWide() {
        Shape shape = new Shape(between(3, 7), between(3, 7), between(1, 3));
        add(new Layer.Input(name("image"), shape, CodeType.unsigned(between(1, 8)), Scale.uniform(1)));
        boolean flat = false;
        switch (random.nextInt(6)) {
            case 0 -> convolution(between(1, 20));
            case 1 -> threshold(between(1, 8), false);
            case 2 -> threshold(between(1, 4), true);
            case 3 -> add(new Layer.MaxPool(name("pool"), last(), 2, 1));
            case 4 -> sumUsedTwice();
            default -> flat = true;
        }
        for (int stage = between(0, 3); stage > 0 && !flat; stage--) {
            switch (random.nextInt(5)) {
                case 0 -> pool();
                case 1 -> residual();
                case 2 -> sumUsedTwice();
                default -> {
                    convolution(between(1, 20));
                    threshold(random.nextInt(8) == 0 ? between(5, 8) : between(1, 4), random.nextBoolean());
                }
            }
        }
        if (random.nextInt(4) > 0) {
            dense(between(2, 20));
            switch (random.nextInt(4)) {
                case 0 -> threshold(between(1, 4), true);
                case 1 ->
                    add(new Layer.Bias(
                            name("bias"), last(), integers(current.shape().channels(), -20, 20)));
                case 2 -> classify();
                default -> {
                    add(new Layer.Bias(
                            name("bias"), last(), integers(current.shape().channels(), -20, 20)));
                    if (random.nextBoolean()) {
                        threshold(between(1, 4), true);
                    } else {
                        classify();
                    }
                }
            }
        } else if (new IntegerNetwork("partial", layers).weights().isEmpty()) {
            convolution(between(1, 20));
        }
        return new IntegerNetwork("random", layers);
    }

    /** The best class, or the best few. */
    private void classify() {
        add(
                others.nextInt(3) > 0
                        ? new Layer.ArgMax(name("class"), last())
                        : new Layer.TopScores(
                                name("top"),
                                last(),
                                1 + others.nextInt(current.shape().channels())));
    }

    /** A sum that goes on as it is, and is added to again. */
    private void sumUsedTwice() {
        String from = last();
        Tensor trunk = current;
        for (int again = 0; again < 2; again++) {
            convolution(trunk.shape().channels(), 3, 3, 1, 1);
            int bits = between(2, 4);
            add(new Layer.Threshold(
                    name("branch"),
                    last(),
                    table(bits, current.shape().channels()),
                    CodeType.signed(bits),
                    trunk.scale()));
            add(new Layer.Add(name("sum"), from, last()));
            from = last();
        }
        if (current.type().bits() > 8) {
            threshold(between(1, 8), false);
        }
    }

    private void convolution(int outputs, int kernelHeight, int kernelWidth, int stride, int padding) {
        int inputs = kernelHeight * kernelWidth * current.shape().channels();
        add(new Layer.Convolution(
                name("conv"),
                last(),
                weights(outputs, inputs),
                kernelHeight,
                kernelWidth,
                stride,
                padding,
                1,
                Scale.uniform(1)));
    }

    private void convolution(int outputs) {
        int kernelHeight = between(1, Math.min(3, current.shape().height()));
        int kernelWidth = between(1, Math.min(3, current.shape().width()));
        int padding = random.nextInt(Math.min(kernelHeight, kernelWidth));
        int inputs = kernelHeight * kernelWidth * current.shape().channels();
        add(new Layer.Convolution(
                name("conv"),
                last(),
                weights(outputs, inputs),
                kernelHeight,
                kernelWidth,
                between(1, 2),
                padding,
                1,
                Scale.uniform(1)));
    }

    private void depthwise() {
        int channels = current.shape().channels();
        int kernelHeight = between(1, Math.min(3, current.shape().height()));
        int kernelWidth = between(1, Math.min(3, current.shape().width()));
        add(new Layer.Convolution(
                name("depthwise"),
                last(),
                weights(channels, kernelHeight * kernelWidth),
                kernelHeight,
                kernelWidth,
                between(1, 2),
                random.nextInt(Math.min(kernelHeight, kernelWidth)),
                channels,
                Scale.uniform(1)));
    }

    private void dense(int outputs) {
        add(new Layer.Dense(
                name("dense"), last(), weights(outputs, current.shape().size()), Scale.uniform(1)));
    }

    private void pool() {
        int kernel = between(
                1,
                Math.min(3, Math.min(current.shape().height(), current.shape().width())));
        int stride = between(1, 2);
        if (random.nextBoolean()) {
            int padding = current.type().min() < 0 ? 0 : between(0, kernel - 1);
            add(new Layer.MaxPool(name("pool"), last(), kernel, stride, padding));
        } else {
            add(new Layer.SumPool(name("pool"), last(), kernel, stride));
            threshold(between(1, 4), random.nextBoolean());
        }
    }

    /** A shortcut around a convolution, both sides on one grid. */
    private void residual() {
        String from = last();
        branch(current.shape().channels(), 1);
        add(new Layer.Add(name("sum"), from, last()));
        threshold(between(1, 4), false);
    }

    /** A shortcut that drops pixels and adds channels of zeros, around a convolution with a stride. */
    private void shrinkingResidual() {
        String from = last();
        int channels = current.shape().channels();
        int unit = 1 + others.nextInt(channels);
        int before = unit * others.nextInt(3);
        int after = unit * others.nextInt(3);
        int stride = 1 + others.nextInt(3);
        branch(before + channels + after, stride);
        String branch = last();
        // Not yet a network: nothing uses the branch until the sum does.
        layers.add(new Layer.IdentityShortcut(name("shortcut"), from, stride, before, after));
        add(new Layer.Add(name("sum"), last(), branch));
        threshold(between(1, 4), false);
    }

    /** A convolution and thresholds that yield codes on the grid of what comes in. */
    private void branch(int outputs, int stride) {
        Scale grid = current.scale();
        convolution(outputs, 3, 3, stride, 1);
        int bits = between(2, 5);
        add(new Layer.Threshold(
                name("branch"), last(), table(bits, current.shape().channels()), CodeType.signed(bits), grid));
    }

    /** Thresholds of the given width, now and then of a wider one. */
    private void threshold(int usualBits, boolean perChannel) {
        int bits = random.nextInt(6) == 0 ? between(5, 7) : usualBits;
        int rows = perChannel ? current.shape().channels() : 1;
        add(new Layer.Threshold(name("act"), last(), table(bits, rows), CodeType.unsigned(bits), Scale.uniform(1)));
    }

    /** Thresholds within, and now and then just outside of, the range that comes in; those of every third table on lines. */
    private ThresholdTable table(int bits, int rows) {
        int[][] table = new int[rows][];
        if (random.nextInt(3) == 0) {
            for (int row = 0; row < rows; row++) {
                table[row] = onALine(bits);
            }
            return new ThresholdTable(table);
        }
        long low = Math.max(current.type().min(), -40L);
        long high = Math.min(current.type().max(), 40L) + 2;
        for (int row = 0; row < rows; row++) {
            table[row] = random.longs((1 << bits) - 1, low, high)
                    .mapToInt(Math::toIntExact)
                    .map(t -> current.type().contains(t) ? t : current.type().max())
                    .sorted()
                    .toArray();
        }
        return new ThresholdTable(table);
    }

    /** The thresholds of a uniform quantiser behind a scale and a bias: {@code T_j = ceil(j * step + first)}. */
    private int[] onALine(int bits) {
        int levels = (1 << bits) - 1;
        double step = random.nextDouble(0.2, 2.5) * Math.min(current.type().max(), 100) / levels;
        double first = random.nextDouble(-40, 20);
        return IntStream.range(0, levels)
                .map(j -> (int) Math.ceil(j * step + first))
                .toArray();
    }

    private WeightCodes weights(int outputs, int inputs) {
        int bits = between(1, widestWeight);
        return new WeightCodes(
                bits,
                outputs,
                inputs,
                IntStream.generate(() -> random.nextInt(1 << bits))
                        .limit((long) outputs * inputs)
                        .toArray());
    }

    private List<Integer> integers(int size, int low, int high) {
        Integer[] values = new Integer[size];
        Arrays.setAll(values, i -> between(low, high));
        return List.of(values);
    }

    private void add(Layer layer) {
        layers.add(layer);
        current = new IntegerNetwork("partial", layers).tensor(layer.name());
    }

    private String last() {
        return layers.getLast().name();
    }

    private String name(String kind) {
        return kind + count++;
    }

    private int between(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }
}
