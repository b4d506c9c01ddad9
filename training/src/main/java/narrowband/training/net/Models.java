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

    private static final Map<String, Design> DESIGNS =
            new TreeMap<>(Map.of("cnn", Models::cnn, "cnn4", Models::cnn4, "mlp", Models::mlp, "tiny", Models::tiny));

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

    /** Two hidden layers of 64. */
    private static Graph mlp(Shape image, int classes) {
        Graph.Builder net = new Graph.Builder("mlp", image);
        String x = net.add(new Node.Image("image"));
        x = net.hidden("dense1", x, 64);
        x = net.hidden("dense2", x, 64);
        net.add(new Node.Dense("dense3", x, classes, true));
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
