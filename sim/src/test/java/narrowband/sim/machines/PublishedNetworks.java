package narrowband.sim.machines;

import java.util.ArrayList;
import java.util.List;
import narrowband.sim.machines.LayerTable.Row;

/** The layer tables for which others published cycles. */
final class PublishedNetworks {
    private PublishedNetworks() {}

    private static Row conv(
            String name, int inputs, int outputs, int kernel, int stride, int side, int weightBits, int actBits) {
        return Row.convolution(name, inputs, outputs, kernel, stride, side, side, weightBits, actBits);
    }

    /** ResNet-20 for CIFAR-10, shortcuts without weights; activation bits of the first layer, the stages, the last. */
    static LayerTable resNet20(int first, int stage1, int stage2, int stage3, int last) {
        List<Row> rows = new ArrayList<>();
        rows.add(conv("conv1", 3, 16, 3, 1, 32, first, first).ofTheImage());
        int[] bits = {stage1, stage2, stage3};
        int channels = 16;
        for (int stage = 0; stage < 3; stage++) {
            int out = 16 << stage;
            for (int layer = 0; layer < 6; layer++) {
                int stride = stage > 0 && layer == 0 ? 2 : 1;
                rows.add(conv(
                        "conv%d_%d".formatted(stage + 2, layer + 1),
                        channels,
                        out,
                        3,
                        stride,
                        32 >> stage,
                        bits[stage],
                        bits[stage]));
                channels = out;
            }
        }
        rows.add(Row.dense("fc", 64, 10, last, last));
        return new LayerTable("resnet20", rows);
    }

    /** ResNet-18 for ImageNet; activation bits of the edges, the stages, the convolutions in shortcuts. */
    static LayerTable resNet18(int edges, int stage1, int stage2, int stage3, int stage4, int shortcuts) {
        List<Row> rows = new ArrayList<>();
        rows.add(conv("conv1", 3, 64, 7, 2, 112, edges, edges).ofTheImage());
        int[] bits = {stage1, stage2, stage3, stage4};
        int channels = 64;
        for (int stage = 0; stage < 4; stage++) {
            int out = 64 << stage;
            int side = 56 >> stage;
            if (stage > 0) {
                rows.add(conv("shortcut%d".formatted(stage + 1), channels, out, 1, 2, side, shortcuts, shortcuts));
            }
            for (int layer = 0; layer < 4; layer++) {
                int stride = stage > 0 && layer == 0 ? 2 : 1;
                rows.add(conv(
                        "conv%d_%d".formatted(stage + 2, layer + 1),
                        channels,
                        out,
                        3,
                        stride,
                        side,
                        bits[stage],
                        bits[stage]));
                channels = out;
            }
        }
        rows.add(Row.dense("fc", 512, 1000, edges, edges));
        return new LayerTable("resnet18", rows);
    }

    /** AlexNet, two halves of twice the width (WRPN), 4 bits within and 8 at the edges; as Bit Fusion's authors ran it. */
    static LayerTable wideAlexNet() {
        List<Row> rows = new ArrayList<>();
        for (String half : List.of("a", "b")) {
            rows.add(conv("conv1_" + half, 3, 96, 11, 4, 55, 8, 8).ofTheImage());
            rows.add(conv("conv2_" + half, 96, 256, 5, 1, 27, 4, 4));
            rows.add(conv("conv3_" + half, 512, 384, 3, 1, 13, 4, 4));
            rows.add(conv("conv4_" + half, 384, 384, 3, 1, 13, 4, 4));
            rows.add(conv("conv5_" + half, 384, 256, 3, 1, 13, 4, 4));
        }
        rows.add(Row.dense("fc1", 6 * 6 * 512, 8192, 4, 4));
        rows.add(Row.dense("fc2", 8192, 8192, 4, 4));
        rows.add(Row.dense("fc3", 8192, 1000, 8, 8));
        return new LayerTable("wide_alexnet", rows);
    }

    /** ResNet-18 of twice the width whose blocks are a 1x1 and a 3x3 convolution, 17 in all. */
    static LayerTable wideResNet18() {
        List<Row> rows = new ArrayList<>();
        rows.add(conv("conv1_a", 3, 128, 7, 2, 112, 8, 8).ofTheImage());
        int channels = 128;
        for (int module = 2; module <= 5; module++) {
            int out = 128 << (module - 2);
            int side = 56 >> (module - 2);
            for (int block = 1; block <= 2; block++) {
                int stride = module > 2 && block == 1 ? 2 : 1;
                rows.add(conv("conv%d_%d_a".formatted(module, block), channels, out, 1, stride, side, 4, 4));
                rows.add(conv("conv%d_%d_b".formatted(module, block), out, out, 3, 1, side, 4, 4));
                channels = out;
            }
        }
        return new LayerTable("wide_resnet18", rows);
    }

    /** Binary weights and activations; the image has 8 bits. */
    static LayerTable svhn() {
        return smallNetwork("svhn", 64, 1, 1);
    }

    /** 2 bits; 8 in the image and the first weights. */
    static LayerTable cifar10() {
        return smallNetwork("cifar10", 128, 8, 2);
    }

    private static LayerTable smallNetwork(String name, int width, int firstBits, int bits) {
        List<Row> rows = new ArrayList<>();
        int side = 32;
        int channels = 3;
        for (int layer = 0; layer < 6; layer++) {
            int out = width << (layer / 2);
            Row row = conv("conv" + layer, channels, out, 3, 1, side, bits, bits);
            rows.add(
                    layer == 0 ? conv("conv0", 3, out, 3, 1, side, firstBits, 8).ofTheImage() : row);
            channels = out;
            side = layer % 2 == 1 ? side / 2 : side;
        }
        rows.add(Row.dense("fc6", side * side * channels, 1024, bits, bits));
        rows.add(Row.dense("fc7", 1024, 1024, bits, bits));
        rows.add(Row.dense("fc8", 1024, 10, bits, bits));
        return new LayerTable(name, rows);
    }

    static LayerTable leNet5() {
        return new LayerTable(
                "lenet5",
                List.of(
                        conv("conv0", 1, 32, 5, 1, 32, 2, 2).ofTheImage(),
                        conv("conv1", 32, 64, 5, 1, 16, 2, 2),
                        Row.dense("fc1", 8 * 8 * 64, 512, 2, 2),
                        Row.dense("fc2", 512, 10, 2, 2)));
    }

    /** Both halves of each pair read the same: the image, or what the first half's pool before it gives. */
    static LayerTable vgg7() {
        return new LayerTable(
                "vgg7",
                List.of(
                        conv("conv1_a", 3, 128, 3, 1, 32, 2, 2).ofTheImage(),
                        conv("conv1_b", 3, 128, 3, 1, 32, 2, 2).ofTheImage(),
                        conv("conv2_a", 128, 256, 3, 1, 16, 2, 2),
                        conv("conv2_b", 128, 256, 3, 1, 16, 2, 2),
                        conv("conv3_a", 256, 512, 3, 1, 8, 2, 2),
                        conv("conv3_b", 256, 512, 3, 1, 8, 2, 2),
                        Row.dense("fc1", 4 * 4 * 512, 1024, 2, 2)));
    }

    static LayerTable rnn() {
        return new LayerTable("rnn", List.of(Row.dense("matmul", 4096, 4096, 4, 4)));
    }

    static LayerTable lstm() {
        return new LayerTable("lstm", List.of(Row.dense("matmul", 3600, 3600, 4, 4)));
    }
}
