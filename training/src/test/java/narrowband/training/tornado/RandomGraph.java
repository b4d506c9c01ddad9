package narrowband.training.tornado;

import java.util.SplittableRandom;
import narrowband.accel.network.Shape;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;

/** Networks of random layers and odd sizes: one channel, one row of blocks and images that are not square are among them. */
final class RandomGraph {
    private static final int CLASSES = 5;

    private final SplittableRandom random;
    private final Graph.Builder net;
    private String at;
    private int channels;
    private final int height;
    private final int width;
    /** The smaller side of what the last layer yields. */
    private int side;

    private RandomGraph(long seed) {
        random = new SplittableRandom(seed);
        height = random.nextInt(5, 11);
        // The mean over an image wants a square one.
        width = random.nextBoolean() ? height : random.nextInt(5, 11);
        channels = random.nextInt(1, 5);
        side = Math.min(height, width);
        net = new Graph.Builder("random" + seed, new Shape(height, width, channels));
        at = net.add(new Node.Image("image"));
    }

    /** A network in floating point. */
    static Graph of(long seed) {
        RandomGraph graph = new RandomGraph(seed);
        graph.convolve("first");
        int blocks = graph.random.nextInt(1, 4);
        for (int block = 1; block <= blocks; block++) {
            String name = "block" + block;
            switch (graph.random.nextInt(4)) {
                case 0 -> graph.convolve(name);
                case 1 -> graph.separate(name);
                case 2 -> graph.pool(name);
                default -> graph.branch(name);
            }
        }
        if (graph.height != graph.width || graph.random.nextBoolean()) {
            graph.at = graph.net.hidden("hidden", graph.at, graph.random.nextInt(1, 10));
        } else {
            graph.at = graph.net.add(new Node.GlobalAveragePool("mean", graph.at));
        }
        graph.net.add(new Node.Dense("scores", graph.at, CLASSES, true));
        return graph.net.build();
    }

    private int stride() {
        // Batch norm over a handful of values only magnifies their rounding.
        int stride = side < 5 ? 1 : random.nextInt(1, 3);
        side = Math.ceilDiv(side, stride);
        return stride;
    }

    private void convolve(String name) {
        channels = random.nextInt(1, 10);
        at = net.convolution(name, at, channels, 2 * random.nextInt(3) + 1, stride(), true);
    }

    private void separate(String name) {
        net.add(new Node.Convolution(name + "_depthwise", at, channels, 3, stride(), 1, channels));
        net.add(new Node.BatchNorm(name + "_norm", name + "_depthwise"));
        at = net.add(new Node.Relu(name + "_relu", name + "_norm"));
        channels = random.nextInt(1, 10);
        at = net.convolution(name + "_pointwise", at, channels, 1, 1, true);
    }

    private void pool(String name) {
        int size = Math.min(side, random.nextInt(2, 4));
        int padding = size == 3 && random.nextBoolean() ? 1 : 0;
        int stride = side < 5 ? 1 : random.nextInt(1, 3);
        at = net.add(new Node.MaxPool(name, at, size, stride, padding));
        side = (side + 2 * padding - size) / stride + 1;
    }

    /** Two convolutions beside a shortcut: a convolution, or channels of zeros before and behind. */
    private void branch(String name) {
        int before = random.nextInt(3);
        int after = random.nextInt(3);
        int stride = stride();
        String from = at;
        int outputs = channels + before + after;
        String main = net.convolution(name + "_1", from, random.nextInt(1, 8), 3, stride, true);
        main = net.convolution(name + "_2", main, outputs, 3, 1, false);
        String shortcut = random.nextBoolean()
                ? net.convolution(name + "_shortcut", from, outputs, 1, stride, false)
                : net.add(new Node.IdentityShortcut(name + "_shortcut", from, stride, before, after));
        net.add(new Node.Add(name + "_sum", main, shortcut));
        at = net.add(new Node.Relu(name + "_relu", name + "_sum"));
        channels = outputs;
    }
}
