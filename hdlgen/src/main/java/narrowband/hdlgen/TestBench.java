package narrowband.hdlgen;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.StreamType;
import narrowband.accel.design.WeightStream;
import narrowband.hdlgen.control.WeightLoad;

/**
 * A self-checking test bench in plain Verilog, with its stimuli and expectations in memory files. It compares every word of
 * every result, and by signatures every word that enters any FIFO inside. Its source always offers and its sink always
 * takes; stalls are tried in {@link RtlSimulation}.
 *
 * @param images pixel codes of each image
 * @param codes the codes of every layer, by its name, that each image must give
 * @param entered the cycle in which each word must enter each channel, by the channel's name; channels that are not in it are
 *     not watched
 * @param resultCycles the cycle in which each word of each result must come
 */
public record TestBench(
        Accelerator accelerator,
        List<int[]> images,
        List<Map<String, int[]>> codes,
        Map<String, long[]> entered,
        List<long[]> resultCycles) {
    /** The memory file of the images. */
    static final String IMAGES = "tb_image.mem";

    /** The memory file of a shared engine's weights: what its stream must bring for each image. */
    static final String WEIGHTS = "weights_stream.mem";

    /** The test bench's module. */
    public static String top(Accelerator accelerator) {
        return design(accelerator) + "_tb";
    }

    static String design(Accelerator accelerator) {
        return accelerator.network().name() + "_accelerator";
    }

    /** The same for a design whose channels cannot be seen, such as a netlist: it compares results alone. */
    public TestBench ofResults() {
        return new TestBench(accelerator, images, codes, Map.of(), resultCycles);
    }

    /** All files by name. */
    public Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put(top(accelerator) + ".v", verilog());
        files.put(
                IMAGES,
                memory(
                        Words.pack(images, accelerator.input().type()),
                        accelerator.input().type()));
        accelerator
                .weights()
                .ifPresent(channel -> files.put(
                        WEIGHTS,
                        memory(
                                WeightStream.words(SharedLayout.engine(accelerator), accelerator.network()),
                                channel.type())));
        files.put(
                "tb_expected.mem",
                memory(
                        Words.pack(
                                codesOf(accelerator.network().output().name()),
                                accelerator.output().type()),
                        accelerator.output().type()));
        List<String> cycles = new ArrayList<>();
        for (long[] ofImage : resultCycles) {
            for (long cycle : ofImage) {
                cycles.add("%08x".formatted(cycle));
            }
        }
        files.put("tb_cycles.mem", String.join("\n", cycles) + "\n");
        return files;
    }

    private String verilog() {
        StreamType image = accelerator.input().type();
        StreamType result = accelerator.output().type();
        List<ChannelWatch> watches = watches();
        long lastCycle = resultCycles.getLast()[resultCycles.getLast().length - 1];
        return template()
                .replace("{{weightSource}}", weightSource())
                .replace("{{loadPorts}}", loadPorts())
                .replace("{{weightPorts}}", accelerator.weights().isPresent() ? WEIGHT_PORTS : "")
                .replace(
                        "{{weightFile}}",
                        accelerator.weights().isPresent()
                                ? "        $readmemh(\"%s\", weights);\n".formatted(WEIGHTS)
                                : "")
                .replace("{{top}}", design(accelerator))
                .replace("{{images}}", Integer.toString(images.size()))
                .replace("{{imageWords}}", Long.toString(image.words() * images.size()))
                .replace("{{resultWords}}", Long.toString(result.words() * images.size()))
                .replace("{{channels}}", Integer.toString(watches.size()))
                .replace("{{watches}}", joined(watches, ChannelWatch::watch))
                .replace("{{verdicts}}", joined(watches, ChannelWatch::verdict))
                .replace("{{lastCycle}}", Long.toString(2 * lastCycle + 1000))
                .replace("{{imageTop}}", Integer.toString(paddedBits(image) - 1))
                .replace("{{resultTop}}", Integer.toString(paddedBits(result) - 1));
    }

    private static final String WEIGHT_PORTS = """
                    .s_axis_weights_tvalid(weight_valid),
                    .s_axis_weights_tready(weight_ready),
                    .s_axis_weights_tdata(weight_word),
            """;

    /** What offers the weights, again for each image. */
    private String weightSource() {
        return accelerator
                .weights()
                .map(channel -> """
                            localparam WEIGHT_WORDS = %1$d;  // for each image

                            reg [%2$d:0] weights [0:WEIGHT_WORDS - 1];
                            integer weight_images = 0;  // whose weights are through
                            integer weight = 0;
                            wire weight_valid = !rst && weight_images < %3$d;
                            wire weight_ready;
                            wire [%2$d:0] weight_word = weights[weight];

                            always @(posedge clk) begin
                                if (weight_valid && weight_ready) begin
                                    weight <= weight == WEIGHT_WORDS - 1 ? 0 : weight + 1;
                                    if (weight == WEIGHT_WORDS - 1) weight_images <= weight_images + 1;
                                end
                            end

                        """.formatted(channel.type().words(), paddedBits(channel.type()) - 1, images.size()))
                .orElse("");
    }

    /** Weights stay what they are at power up. */
    private String loadPorts() {
        return WeightLoad.units(accelerator).isEmpty() ? "" : """
                        .load_start(1'b0),
                        .load_next(1'b0),
                        .load_data(32'd0),
                """.indent(0);
    }

    private List<ChannelWatch> watches() {
        List<ChannelWatch> watches = new ArrayList<>();
        for (Channel channel : accelerator.channels()) {
            if (!entered.containsKey(channel.name())) {
                continue;
            }
            Optional<List<BigInteger>> words =
                    accelerator.carries(channel).map(layer -> Words.pack(codesOf(layer), channel.type()));
            watches.add(new ChannelWatch(watches.size(), channel, entered.get(channel.name()), words));
        }
        return watches;
    }

    private List<int[]> codesOf(String layer) {
        return codes.stream().map(ofImage -> ofImage.get(layer)).toList();
    }

    private static String joined(List<ChannelWatch> watches, Function<ChannelWatch, String> part) {
        return watches.stream().map(part).collect(Collectors.joining("\n"));
    }

    private static String template() {
        try (InputStream in = TestBench.class.getResourceAsStream("test_bench.v")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int paddedBits(StreamType type) {
        return Math.ceilDiv(type.bits(), Byte.SIZE) * Byte.SIZE;
    }

    private static String memory(List<BigInteger> words, StreamType type) {
        int digits = paddedBits(type) / 4;
        StringBuilder text = new StringBuilder(Math.multiplyExact(words.size(), digits + 1));
        for (BigInteger word : words) {
            String hex = word.bitLength() < Long.SIZE ? Long.toHexString(word.longValue()) : word.toString(16);
            text.repeat('0', digits - hex.length()).append(hex).append('\n');
        }
        return text.toString();
    }
}
