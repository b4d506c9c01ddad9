package narrowband.training.net;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.Shape;

/** The networks that are known by name. A new one is a method here and a line in the table. */
public final class Models {
    /** How a network is laid out for an image shape and a number of classes. */
    @FunctionalInterface
    private interface Design {
        Graph layOut(Shape image, int classes);
    }

    private static final Map<String, Design> DESIGNS = new TreeMap<>(Map.ofEntries(
            Map.entry("cnn", Models::cnn),
            Map.entry("cnn4", Models::cnn4),
            Map.entry("cnv", Models::cnv),
            Map.entry("mlp", (image, classes) -> perceptron("mlp", List.of(64, 64), image, classes)),
            Map.entry("tfc", (image, classes) -> perceptron("tfc", List.of(64, 64, 64), image, classes)),
            Map.entry("sfc", (image, classes) -> perceptron("sfc", List.of(256, 256, 256), image, classes)),
            Map.entry("lfc", (image, classes) -> perceptron("lfc", List.of(1024, 1024, 1024), image, classes)),
            Map.entry("mobilenet", Models::mobileNet),
            Map.entry("resnet18", Models::resnet18),
            Map.entry("vggsmall", Models::vggSmall),
            Map.entry("tiny", Models::tiny)));

    static {
        for (int depth : new int[] {20, 32, 44, 56}) {
            DESIGNS.put("resnet" + depth, (image, classes) -> resnet(depth, false, image, classes));
            DESIGNS.put("resnet" + depth + "b", (image, classes) -> resnet(depth, true, image, classes));
        }
    }

    private Models() {}

    /** The known names, sorted. */
    public static List<String> names() {
        return List.copyOf(DESIGNS.keySet());
    }

    /** @throws InvalidInputException if no network has that name, or the images do not suit it */
    public static Graph named(String name, Shape image, int classes) {
        Design design = DESIGNS.get(name);
        if (design == null) {
            throw new InvalidInputException(
                    "Unknown model \"%s\": expected one of %s.".formatted(name, String.join(", ", names())));
        }
        try {
            return design.layOut(image, classes);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(
                    "Model %s does not suit images of %s: %s".formatted(name, image, e.getMessage()), e);
        }
    }

    /** A small residual network: about 1.2 million multiply-accumulates for 28x28 grey images. */
    private static Graph cnn(Shape image, int classes) {
        Graph.Builder net = new Graph.Builder("cnn", image);
        String x = net.add(new Node.Image("image"));
        x = net.convolution("conv1", x, 16, 3, 1, true);
        x = net.add(new Node.MaxPool("pool1", x, 2));
        String branch = net.convolution("conv2", x, 16, 3, 1, true);
        branch = net.convolution("conv3", branch, 16, 3, 1, false);
        x = net.add(new Node.Add("sum", x, branch));
        x = net.add(new Node.Relu("sum_relu", x));
        x = net.add(new Node.MaxPool("pool2", x, 2));
        x = net.convolution("conv4", x, 32, 3, 1, true);
        x = net.add(new Node.GlobalAveragePool("mean", x));
        net.add(new Node.Dense("dense", x, classes, true));
        return net.build();
    }

    /** Four convolutions in a row, 0.3 million multiply-accumulates for 28x28 grey images: fits a small FPGA. */
    private static Graph cnn4(Shape image, int classes) {
        Graph.Builder net = new Graph.Builder("cnn4", image);
        String x = net.add(new Node.Image("image"));
        x = net.convolution("conv1", x, 8, 3, 2, true);
        x = net.convolution("conv2", x, 8, 3, 1, true);
        x = net.add(new Node.MaxPool("pool", x, 2));
        x = net.convolution("conv3", x, 16, 3, 1, true);
        x = net.convolution("conv4", x, 16, 3, 1, true);
        x = net.add(new Node.GlobalAveragePool("mean", x));
        net.add(new Node.Dense("dense", x, classes, true));
        return net.build();
    }

    /** CNV of FINN (Umuroglu et al. 2017, section 5): three pairs of convolutions without padding, three dense layers. */
    private static Graph cnv(Shape image, int classes) {
        Graph.Builder net = new Graph.Builder("cnv", image);
        String x = net.add(new Node.Image("image"));
        for (int pair = 1; pair <= 3; pair++) {
            for (int i = 1; i <= 2; i++) {
                String layer = "conv" + (2 * pair - 2 + i);
                net.add(new Node.Convolution(layer, x, 32 << pair, 3, 1, 0));
                x = net.normalise(layer, true);
            }
            if (pair < 3) {
                x = net.add(new Node.MaxPool("pool" + pair, x, 2));
            }
        }
        x = net.hidden("dense1", x, 512);
        x = net.hidden("dense2", x, 512);
        net.add(new Node.Dense("dense3", x, classes, true));
        return net.build();
    }

    /**
     * MobileNet-V1 (Howard et al. 2017, table 1) of full width: thirteen pairs of a convolution of each channel by itself and
     * one over channels. The last pair keeps the size of the image, as published weights have it.
     */
    private static Graph mobileNet(Shape image, int classes) {
        Graph.Builder net = new Graph.Builder("mobilenet", image);
        String x = net.add(new Node.Image("image"));
        x = net.convolution("conv1", x, 32, 3, 2, true);
        int channels = 32;
        int[] outputs = {64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024};
        for (int pair = 1; pair <= outputs.length; pair++) {
            int stride = outputs[pair - 1] > channels && pair > 1 ? 2 : 1;
            String depthwise = "pair%d_depthwise".formatted(pair);
            net.add(new Node.Convolution(depthwise, x, channels, 3, stride, 1, channels));
            x = net.normalise(depthwise, true);
            channels = outputs[pair - 1];
            x = net.convolution("pair%d_pointwise".formatted(pair), x, channels, 1, 1, true);
        }
        x = net.add(new Node.GlobalAveragePool("mean", x));
        net.add(new Node.Dense("dense", x, classes, true));
        return net.build();
    }

    /** VGG-small of the quantisation literature (LQ-Nets, Zhang et al. 2018): six convolutions in three pairs, one dense layer. */
    private static Graph vggSmall(Shape image, int classes) {
        Graph.Builder net = new Graph.Builder("vggsmall", image);
        String x = net.add(new Node.Image("image"));
        for (int pair = 1; pair <= 3; pair++) {
            x = net.convolution("conv" + (2 * pair - 1), x, 64 << pair, 3, 1, true);
            x = net.convolution("conv" + 2 * pair, x, 64 << pair, 3, 1, true);
            x = net.add(new Node.MaxPool("pool" + pair, x, 2));
        }
        net.add(new Node.Dense("dense", x, classes, true));
        return net.build();
    }

    /**
     * The residual networks for CIFAR (He et al. 2016, section 4.2): {@code depth = 6n + 2}, three stages of {@code n} blocks
     * with 16, 32 and 64 channels. Where the shape changes, the shortcut has no parameters (the paper's option A), the new
     * channels half in front and half behind, as in the checkpoints that are widely used; or it is a 1x1 convolution
     * (option B).
     */
    private static Graph resnet(int depth, boolean projections, Shape image, int classes) {
        Graph.Builder net = new Graph.Builder("resnet" + depth + (projections ? "b" : ""), image);
        String x = net.add(new Node.Image("image"));
        x = net.convolution("conv1", x, 16, 3, 1, true);
        for (int stage = 1; stage <= 3; stage++) {
            for (int block = 1; block <= (depth - 2) / 6; block++) {
                int stride = stage > 1 && block == 1 ? 2 : 1;
                x = block(net, stage, block, x, 8 << stage, stride, projections);
            }
        }
        x = net.add(new Node.GlobalAveragePool("mean", x));
        net.add(new Node.Dense("dense", x, classes, true));
        return net.build();
    }

    /**
     * ResNet-18 for ImageNet (He et al. 2016, table 1): four stages of two blocks with 64 to 512 channels; where the shape
     * changes, the shortcut is a 1x1 convolution (option B).
     */
    private static Graph resnet18(Shape image, int classes) {
        Graph.Builder net = new Graph.Builder("resnet18", image);
        String x = net.add(new Node.Image("image"));
        x = net.convolution("conv1", x, 64, 7, 2, true);
        x = net.add(new Node.MaxPool("pool", x, 3, 2, 1));
        for (int stage = 1; stage <= 4; stage++) {
            for (int block = 1; block <= 2; block++) {
                int stride = stage > 1 && block == 1 ? 2 : 1;
                x = block(net, stage, block, x, 32 << stage, stride, true);
            }
        }
        x = net.add(new Node.GlobalAveragePool("mean", x));
        net.add(new Node.Dense("dense", x, classes, true));
        return net.build();
    }

    /** Two 3x3 convolutions and a shortcut past them, which is a 1x1 convolution or has no parameters. */
    private static String block(
            Graph.Builder net, int stage, int block, String x, int channels, int stride, boolean projection) {
        String name = "stage%d_block%d".formatted(stage, block);
        String branch = net.convolution(name + "_conv1", x, channels, 3, stride, true);
        branch = net.convolution(name + "_conv2", branch, channels, 3, 1, false);
        String shortcut = x;
        if (stride > 1) {
            shortcut = projection
                    ? net.convolution(name + "_shortcut", x, channels, 1, stride, false)
                    : net.add(new Node.IdentityShortcut(name + "_shortcut", x, stride, channels / 4, channels / 4));
        }
        String sum = net.add(new Node.Add(name + "_sum", shortcut, branch));
        return net.add(new Node.Relu(name, sum));
    }

    /** Dense layers in a row; TFC, SFC and LFC are those of FINN (Umuroglu et al. 2017, section 5). */
    private static Graph perceptron(String name, List<Integer> hidden, Shape image, int classes) {
        Graph.Builder net = new Graph.Builder(name, image);
        String x = net.add(new Node.Image("image"));
        for (int layer = 1; layer <= hidden.size(); layer++) {
            x = net.hidden("dense" + layer, x, hidden.get(layer - 1));
        }
        net.add(new Node.Dense("dense" + (hidden.size() + 1), x, classes, true));
        return net.build();
    }

    /** The smallest network with every kind of layer; for tests. */
    private static Graph tiny(Shape image, int classes) {
        Graph.Builder net = new Graph.Builder("tiny", image);
        String x = net.add(new Node.Image("image"));
        x = net.convolution("conv1", x, 8, 3, 2, true);
        x = net.add(new Node.MaxPool("pool1", x, 2));
        String branch = net.convolution("conv2", x, 8, 3, 1, false);
        x = net.add(new Node.Add("sum", x, branch));
        x = net.add(new Node.Relu("sum_relu", x));
        x = net.add(new Node.GlobalAveragePool("mean", x));
        net.add(new Node.Dense("dense", x, classes, true));
        return net.build();
    }
}
