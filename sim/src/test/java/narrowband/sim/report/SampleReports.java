package narrowband.sim.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.energy.EnergyModel;
import narrowband.sim.sizing.FifoSizing;

/** Reports of a small residual network, for tests and for looking at. */
final class SampleReports {
    private final Random random = new Random(1);
    private final List<Layer> layers = new ArrayList<>();

    /** Writes the full report as a page: {@code java ... SampleReports report.html}. */
    public static void main(String[] arguments) throws java.io.IOException {
        Report report = full();
        Files.writeString(Path.of(arguments[0]), HtmlReport.text(report));
        System.out.print(TextReport.text(report));
        System.out.print(JsonReport.text(report).substring(0, 2000));
    }

    /** With training, accuracy and verification. The curves are drawn by a formula, not trained. */
    static Report full() {
        Map<String, LayerBits> end =
                simulated("a <b>bold</b> & \"quoted\" title").bits();
        List<Training.Epoch> epochs = new ArrayList<>();
        for (int epoch = 1; epoch <= 30; epoch++) {
            boolean quantised = epoch > 10;
            double progress = Math.max(0, (epoch - 10) / 20.0);
            Map<String, LayerBits> bits = new LinkedHashMap<>();
            if (quantised) {
                end.forEach((layer, last) -> bits.put(
                        layer,
                        new LayerBits(
                                last.weights() + (8 - last.weights()) * Math.exp(-5 * progress),
                                last.activations() + (8 - last.activations()) * Math.exp(-4 * progress))));
            }
            double mean = bits.values().stream()
                    .mapToDouble(LayerBits::weights)
                    .average()
                    .orElse(0);
            epochs.add(new Training.Epoch(
                    epoch,
                    quantised ? "quantised" : "float",
                    2.3 * Math.exp(-0.25 * epoch) + (quantised ? 0.2 * Math.exp(-2 * progress) : 0) + 0.05,
                    0.985 - 0.6 * Math.exp(-0.4 * epoch) - (quantised ? 0.03 * Math.exp(-3 * progress) : 0),
                    bits,
                    information(bits),
                    quantised ? Optional.of(mean) : Optional.empty(),
                    quantised ? Optional.of(3.0) : Optional.empty()));
        }
        return simulated("a <b>bold</b> & \"quoted\" title")
                .withTraining(new Training("mean weight bits", epochs))
                .withAccuracy(new Accuracy(0.9871, 0.9823, 2000))
                .withVerification(new Verification("jvm", 8, 80, 0, 21_345, 21_345));
    }

    private static Map<String, Double> information(Map<String, LayerBits> bits) {
        Map<String, Double> information = new LinkedHashMap<>();
        bits.forEach((layer, width) -> information.put(layer, 0.8 * width.activations()));
        return information;
    }

    /** Of a simulation alone. */
    static Report simulated(String title) {
        return simulated(title, design());
    }

    /** Of a simulation of this design alone. */
    static Report simulated(String title, Accelerator design) {
        Simulation stream = CycleSimulator.simulate(design, Stimulus.images(6));
        return Report.of(
                new Provenance(
                        title,
                        design.network().name(),
                        "strokes",
                        1,
                        "narrowband flow --seed 1",
                        "0.1.0",
                        Instant.parse("2026-01-01T00:00:00Z")),
                design,
                stream,
                EnergyModel.estimate(design, stream, 1));
    }

    static Accelerator design() {
        return design("xc7a35t", 20_000);
    }

    static Accelerator design(String fpga, double framesPerSecond) {
        Accelerator unsized = FoldingSearch.search(
                new SampleReports().network(), Fpga.named(fpga), 100, new Goal.FramesPerSecond(framesPerSecond));
        return FifoSizing.size(unsized);
    }

    private IntegerNetwork network() {
        layers.add(new Layer.Input("pixels", new Shape(28, 28, 1), CodeType.unsigned(8), Scale.uniform(1)));
        convolution("conv1", "pixels", 1, 8, 3, 2);
        threshold("act1", "conv1", CodeType.unsigned(3));
        convolution("conv2", "act1", 8, 8, 2, 1);
        threshold("branch2", "conv2", CodeType.signed(4));
        layers.add(new Layer.Add("sum2", "act1", "branch2"));
        threshold("act2", "sum2", CodeType.unsigned(3));
        layers.add(new Layer.MaxPool("pool2", "act2", 2, 2));
        convolution("conv3", "pool2", 8, 16, 1, 1);
        threshold("act3", "conv3", CodeType.unsigned(2));
        layers.add(new Layer.SumPool("pool3", "act3", 7, 7));
        threshold("act4", "pool3", CodeType.unsigned(4));
        layers.add(new Layer.Dense("dense", "act4", weights(4, 10, 16), Scale.uniform(1)));
        return new IntegerNetwork("sample", layers);
    }

    private void convolution(String name, String input, int channels, int outputs, int bits, int stride) {
        layers.add(new Layer.Convolution(
                name, input, weights(bits, outputs, 9 * channels), 3, 3, stride, 1, 1, Scale.uniform(1)));
    }

    private WeightCodes weights(int bits, int outputs, int inputs) {
        return new WeightCodes(
                bits,
                outputs,
                inputs,
                random.ints((long) outputs * inputs, 0, 1 << bits).toArray());
    }

    private void threshold(String name, String input, CodeType type) {
        int[] row = new int[(1 << type.bits()) - 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = 2 * j - row.length / 2;
        }
        if (type.signed() || !name.equals("act4")) {
            layers.add(new Layer.Threshold(name, input, new ThresholdTable(new int[][] {row}), type, Scale.uniform(1)));
        } else {
            layers.add(new Layer.Threshold(
                    name,
                    input,
                    new ThresholdTable(new int[][] {
                        random.ints(row.length, 0, 140).sorted().toArray()
                    }),
                    type,
                    Scale.uniform(1)));
        }
    }
}
