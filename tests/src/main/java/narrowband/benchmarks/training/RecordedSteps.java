package narrowband.benchmarks.training;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import narrowband.training.device.Batch;
import narrowband.training.device.Device;
import narrowband.training.device.JvmDevice;
import narrowband.training.device.Session;
import narrowband.training.gdnsq.ActivationQuantiser;
import narrowband.training.gdnsq.ExteriorPenalty;
import narrowband.training.gdnsq.WeightQuantiser;
import narrowband.training.net.Graph;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import narrowband.training.net.ParameterLayout;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;

/**
 * Steps of the JVM device in a file, for {@code gdnsq_check.py}. Of each step that is recorded: all parameters, statistics
 * and moments before it, images and labels, the codes that all weights and activations were rounded to, the cost in bit
 * operations, the loss, and parameters and statistics behind it. The codes are there because the least difference between two
 * sums moves some numbers across rounding thresholds and everything behind them, so that without them nothing could be told
 * from two results.
 *
 * <p>The file's format is safetensors. Names are ours, behind {@code teacher.} or the step's number and {@code before.},
 * {@code first.}, {@code second.}, {@code codes.} or {@code after.}; the steps count from 1.
 */
public final class RecordedSteps {
    /** Large, so that of what a parameter moved nothing is lost when it is rounded; what follows is not computed. */
    private static final double RECORDED_RATE = 1;

    private static final double MULTIPLIER = 0.02;
    private static final double MEAN_WEIGHT_BITS = 3.5;
    private static final int CAP = 5;
    private static final float BITS = 4;

    private final TrainingSubject subject;
    private final List<byte[]> data = new ArrayList<>();
    private final Map<String, String> header = new LinkedHashMap<>();
    private long size;

    private RecordedSteps(TrainingSubject subject) {
        this.subject = subject;
    }

    /** {@code FILE [model [batch [seed]]]}; ResNet-20, 4 and 9 unless said otherwise. The first step and one that RAdam rectifies. */
    public static void main(String[] arguments) throws IOException {
        String model = arguments.length > 1 ? arguments[1] : "resnet20";
        int batch = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 4;
        long seed = arguments.length > 3 ? Long.parseLong(arguments[3]) : 9;
        record(subject(model, seed), batch, List.of(1, 8)).write(Path.of(arguments[0]));
    }

    /** A network whose numbers are all different, widths between whole bits, some of them wider than they may be. */
    static TrainingSubject subject(String model, long seed) {
        TrainingSubject subject = TrainingSubject.of(model, BITS);
        SplittableRandom random = new SplittableRandom(seed);
        vary(subject.student(), random);
        vary(subject.teacher(), random);
        return subject;
    }

    private static void vary(Parameters parameters, SplittableRandom random) {
        float[] values = parameters.values();
        for (Slice slice : parameters.layout().slices()) {
            double most = slice.isBits() ? 2 : slice.name().endsWith(".weight") ? 0 : 0.3;
            for (int i = slice.offset(); i < slice.offset() + slice.size(); i++) {
                values[i] += (float) ((2 * random.nextDouble() - 1) * most - (slice.isRange() ? 0.5 : 0));
            }
        }
        for (int i = 0; i < parameters.statistics().length; i++) {
            parameters.statistics()[i] += (float) random.nextDouble(-0.3, 0.3);
        }
    }

    /** Takes steps up to the last that is recorded. */
    static RecordedSteps record(TrainingSubject subject, int batch, List<Integer> recorded) {
        RecordedSteps steps = new RecordedSteps(subject);
        steps.note(recorded);
        steps.put("teacher.", subject.teacher());
        try (JvmDevice device = JvmDevice.ofAllProcessors()) {
            for (int wanted : recorded) {
                steps.record(device, batch, wanted);
            }
        }
        return steps;
    }

    private void note(List<Integer> recorded) {
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put("model", subject.graph().name());
        notes.put("steps", recorded.stream().map(String::valueOf).collect(Collectors.joining(" ")));
        notes.put("rate", Double.toString(RECORDED_RATE));
        notes.put("multiplier", Double.toString(MULTIPLIER));
        notes.put("limit", Double.toString(subject.limit()));
        notes.put("meanWeightBits", Double.toString(MEAN_WEIGHT_BITS));
        notes.put("cap", Integer.toString(CAP));
        notes.put("multiplyAccumulates", Long.toString(subject.cost().multiplyAccumulates()));
        notes.put("elements", Long.toString(subject.elements()));
        notes.replaceAll((_, value) -> '"' + value + '"');
        header.put("__metadata__", object(notes));
    }

    /** Steps to just before the wanted one on a copy of the subject, and that one, recorded. */
    private void record(Device device, int batch, int wanted) {
        TrainingSubject copy = subject.copy();
        Session session = copy.open(device, batch);
        for (int step = 0; step < wanted - 1; step++) {
            session.step(TrainingSubject.noise(batch, step), plan(copy, step, TrainingSubject.RATE));
        }
        String prefix = wanted + ".";
        put(prefix + "before.", copy.student());
        put(prefix + "first.", copy.student().layout(), copy.optimiser().mean());
        put(prefix + "second.", copy.student().layout(), copy.optimiser().square());
        float[] before = copy.student().values().clone();
        double cost = copy.cost().cost(before);
        put(prefix + "cost", "F64", 8, buffer -> buffer.putDouble(cost));
        for (Weighted layer : copy.graph().weighted()) {
            put(prefix + "codes." + layer.name(), weightCodes(copy.student(), copy.graph(), layer));
        }
        Batch images = TrainingSubject.noise(batch, wanted);
        Session.Outcome outcome = session.step(images, plan(copy, wanted - 1, RECORDED_RATE));
        session.synchronise();
        for (Node node : copy.graph().nodes()) {
            if (node instanceof Node.Quantise quantise) {
                float[] values = session.sample(quantise.name(), Integer.MAX_VALUE);
                put(prefix + "codes." + quantise.name(), codes(values, step(copy, before, quantise)));
            }
        }
        put(prefix + "after.", copy.student());
        put(prefix + "images", "U8", images.pixels().length, buffer -> buffer.put(images.pixels()));
        put(prefix + "labels", "I32", 4 * batch, buffer -> buffer.asIntBuffer().put(images.labels()));
        put(prefix + "correct", "I32", 4, buffer -> buffer.putInt(outcome.correct()));
        put(prefix + "loss", "F64", 8, buffer -> buffer.putDouble(outcome.loss()));
    }

    private static Session.Plan plan(TrainingSubject subject, long step, double rate) {
        ExteriorPenalty penalty = new ExteriorPenalty(subject.cost(), subject.limit(), MEAN_WEIGHT_BITS, CAP, CAP);
        return new Session.Plan(subject.optimiser(), step, rate, subject.rates(), penalty, MULTIPLIER);
    }

    /** The {@code k} of weights that were rounded to {@code step (k + 1/2)}. */
    private static short[] weightCodes(Parameters parameters, Graph graph, Weighted layer) {
        float[] values = parameters.values();
        int[] integers = WeightQuantiser.of(graph, layer)
                .integers(
                        values,
                        parameters.layout().parameter(layer.name() + ".weight").offset(),
                        values,
                        parameters.layout().parameter(layer.name() + ".range").offset(),
                        parameters.get(layer.name() + ".bits", 0));
        short[] codes = new short[integers.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (short) ((integers[i] - 1) / 2);
        }
        return codes;
    }

    private static float step(TrainingSubject subject, float[] values, Node.Quantise quantise) {
        ParameterLayout layout = subject.student().layout();
        return ActivationQuantiser.step(
                values[layout.parameter(quantise.grid() + ".range").offset()],
                values[layout.parameter(quantise.grid() + ".bits").offset()]);
    }

    private static short[] codes(float[] values, float step) {
        short[] codes = new short[values.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (short) Math.round(values[i] / step);
        }
        return codes;
    }

    private void put(String prefix, Parameters parameters) {
        put(prefix, parameters.layout(), parameters.values());
        put(prefix, parameters.layout().statisticSlices(), parameters.statistics());
    }

    private void put(String prefix, ParameterLayout layout, float[] values) {
        put(prefix, layout.slices(), values);
    }

    private void put(String prefix, List<Slice> slices, float[] values) {
        for (Slice slice : slices) {
            put(
                    prefix + slice.name(),
                    "F32",
                    4 * slice.size(),
                    buffer -> buffer.asFloatBuffer().put(values, slice.offset(), slice.size()));
        }
    }

    private void put(String name, short[] codes) {
        put(name, "I16", 2 * codes.length, buffer -> buffer.asShortBuffer().put(codes));
    }

    /** A flat tensor. */
    private void put(String name, String type, int bytes, Consumer<ByteBuffer> fill) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        fill.accept(buffer);
        int element = Map.of("U8", 1, "I16", 2, "I32", 4, "F32", 4, "F64", 8).get(type);
        header.put(
                name,
                "{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
                        .formatted(type, bytes / element, size, size + bytes));
        data.add(buffer.array());
        size += bytes;
    }

    /** Writes the file. */
    void write(Path file) throws IOException {
        byte[] text = object(header).getBytes(StandardCharsets.UTF_8);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            out.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(text.length)
                    .array());
            out.write(text);
            for (byte[] bytes : data) {
                out.write(bytes);
            }
        }
    }

    private static String object(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> "\"%s\":%s".formatted(member.getKey(), member.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }
}
