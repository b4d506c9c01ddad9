package narrowband.hdl.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import narrowband.hdl.Design;
import narrowband.hdl.RandomModule;
import narrowband.hdl.Samples;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Waves hold what the interpreter holds, and what Icarus Verilog writes of the emitted Verilog. */
class WavesTest {
    private static final int PERIOD = 10;

    @TempDir
    Path folder;

    /** A value change dump, read back: by hierarchical name, the value from each time on; null for unknown. */
    private record Dump(Map<String, TreeMap<Long, BigInteger>> signals, Map<String, Integer> widths, long changes) {
        static Dump read(Path file) throws IOException {
            Map<String, List<String>> names = new HashMap<>();
            Dump dump = new Dump(new LinkedHashMap<>(), new HashMap<>(), 0);
            Deque<String> scopes = new ArrayDeque<>();
            long time = 0;
            long changes = 0;
            for (String line : Files.readAllLines(file)) {
                String[] words = line.strip().split("\\s+");
                switch (words[0]) {
                    case "$scope" -> scopes.addLast(words[2]);
                    case "$upscope" -> scopes.removeLast();
                    case "$var" -> {
                        String name = String.join(".", scopes) + "." + words[4];
                        names.computeIfAbsent(words[3], code -> new ArrayList<>())
                                .add(name);
                        dump.signals.put(name, new TreeMap<>());
                        dump.widths.put(name, Integer.parseInt(words[2]));
                    }
                    default -> {
                        if (line.startsWith("#")) {
                            time = Long.parseLong(line.substring(1));
                        } else if (line.matches("[01xz].+")) {
                            changes++;
                            dump.put(names.get(line.substring(1)), time, line.substring(0, 1));
                        } else if (line.startsWith("b")) {
                            changes++;
                            dump.put(names.get(words[1]), time, words[0].substring(1));
                        }
                    }
                }
            }
            return new Dump(dump.signals, dump.widths, changes);
        }

        private void put(List<String> names, long time, String digits) {
            BigInteger value = digits.matches("[01]+") ? new BigInteger(digits, 2) : null;
            for (String name : names) {
                if (signals.containsKey(name)) {
                    signals.get(name).put(time, value);
                }
            }
        }

        BigInteger at(String name, long time) {
            var entry = signals.get(name).floorEntry(time);
            return entry == null ? null : entry.getValue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyValueOfRandomDesignsIsTheInterpreters(Engine engine) throws IOException {
        for (long seed = 0; seed < 5; seed++) {
            RandomModule module = new RandomModule(seed);
            Design design = Design.of(module);
            Simulator meaning = new Interpreter(design.flat());
            Simulator waved = engine.of(design);
            Path file = folder.resolve("seed" + seed + ".vcd");
            List<Map<String, BigInteger>> expected = new ArrayList<>();
            Random random = new Random(seed);
            try (Waves waves = Waves.open(file, WaveOptions.everything())) {
                waved.record(waves);
                for (int cycle = 0; cycle < 30; cycle++) {
                    for (UInt input : module.inputs) {
                        BigInteger value = new BigInteger(input.width(), random);
                        meaning.poke(input, value);
                        waved.poke(input, value);
                    }
                    Map<String, BigInteger> now = new HashMap<>();
                    design.flat().byName().forEach((name, node) -> now.put(name, meaning.peek(node)));
                    expected.add(now);
                    meaning.step();
                    waved.step();
                }
            }
            Dump dump = Dump.read(file);
            for (int cycle = 0; cycle < expected.size(); cycle++) {
                for (Map.Entry<String, BigInteger> signal : expected.get(cycle).entrySet()) {
                    assertThat(dump.at("top." + signal.getKey(), PERIOD * cycle + PERIOD - 1L))
                            .as("seed %d, cycle %d, %s", seed, cycle, signal.getKey())
                            .isEqualTo(signal.getValue());
                }
            }
            for (Map.Entry<String, Node> signal : design.flat().byName().entrySet()) {
                assertThat(dump.widths.get("top." + signal.getKey()))
                        .isEqualTo(signal.getValue().width());
            }
        }
    }

    @Test
    void onlyChangesAreWritten() throws IOException {
        Samples.Counter counter = new Samples.Counter(100);
        Path file = folder.resolve("counter.vcd");
        try (Waves waves = Waves.open(file, WaveOptions.everything().signals(name -> name.equals("enable")))) {
            Simulator.of(Design.of(counter))
                    .record(waves)
                    .poke(counter.enable, 1)
                    .step(50);
        }
        Dump dump = Dump.read(file);
        assertThat(dump.signals.keySet()).containsExactly("top.clk", "top.rst", "top.enable");
        assertThat(dump.signals.get("top.enable")).containsExactly(Map.entry(0L, BigInteger.ONE));
        assertThat(dump.signals.get("top.clk"))
                .as("two changes for each edge, and the start")
                .hasSize(101);
    }

    @Test
    void aWindowOfAMillionCyclesIsWrittenAndNoMore() throws IOException {
        Samples.Weigher weigher = new Samples.Weigher();
        Path file = folder.resolve("window.vcd");
        WaveOptions options = WaveOptions.everything().within("queue").cycles(999_000, 999_099);
        Simulator simulator =
                Simulator.of(Design.of(weigher)).poke(weigher.words.valid, 1).poke(weigher.products.ready, 1);
        try (Waves waves = Waves.open(file, options)) {
            simulator.record(waves).step(1_000_000);
        }
        assertThat(simulator.cycle()).isEqualTo(1_000_000);
        Dump dump = Dump.read(file);
        assertThat(dump.signals.keySet())
                .allMatch(name -> name.startsWith("top.queue.") || name.matches("top.(clk|rst)"));
        assertThat(dump.signals.get("top.clk").firstKey()).isEqualTo(9_990_000);
        assertThat(dump.signals.get("top.clk").lastKey()).isEqualTo(9_990_995);
        assertThat(dump.changes).isBetween(200L, 2000L);
        assertThat(Files.readString(file)).endsWith("#9991000\n");
    }

    @Test
    void clocksRiseWhereTheyHaveEdges() throws IOException {
        RandomClocks module = new RandomClocks(1);
        Path file = folder.resolve("clocks.vcd");
        try (Waves waves =
                Waves.open(file, WaveOptions.everything().time("100 ps", 4).scope("chip"))) {
            Simulator simulator = Simulator.of(Design.of(module)).record(waves);
            simulator
                    .step(module.left)
                    .step(module.left, module.right)
                    .reset(module.right, true)
                    .step(module.right);
        }
        Dump dump = Dump.read(file);
        assertThat(dump.signals.get("chip.left_clk").keySet()).containsExactly(0L, 4L, 6L, 8L, 10L);
        assertThat(dump.signals.get("chip.right_clk").keySet()).containsExactly(0L, 8L, 10L, 12L, 14L);
        assertThat(dump.signals.get("chip.clk").keySet()).containsExactly(0L);
        assertThat(dump.signals.get("chip.right_rst")).containsEntry(8L, BigInteger.ONE);
        assertThat(Files.readString(file)).contains("$timescale 100 ps $end");
    }

    @Test
    void wavesOfAFaultyRunEndWhereItEnds() throws IOException {
        final class Limited extends narrowband.hdl.Module {
            final UInt count = reg(8, 0);
            final UInt shown = output(8);

            Limited() {
                count.set(count.wrappingPlus(1));
                shown.set(count);
                assertAlways(count.lt(7), "stays below seven");
            }
        }
        Path file = folder.resolve("fault.vcd");
        try (Waves waves = Waves.open(file, WaveOptions.everything())) {
            Simulator simulator = Simulator.of(Design.of(new Limited())).record(waves);
            assertThatThrownBy(() -> simulator.step(100)).isInstanceOf(CheckFailedException.class);
        }
        assertThat(Dump.read(file).signals.get("top.shown").lastEntry())
                .isEqualTo(Map.entry(70L, BigInteger.valueOf(7)));
    }

    @Test
    void optionsThatMeanNothingAreRefused() {
        assertThatThrownBy(() -> WaveOptions.everything().time("1ns", 1)).hasMessageContaining("at least 2");
        assertThatThrownBy(() -> WaveOptions.everything().time("5ns", 10)).hasMessageContaining("timescale \"5ns\"");
        assertThatThrownBy(() -> WaveOptions.everything().cycles(5, 4)).hasMessageContaining("from cycle 5 to cycle 4");
    }

    @Test
    void icarusWritesTheSameWaves() throws Exception {
        assumeTrue(VerilogTool.ICARUS.available(), "iverilog is not installed: its comparison is skipped");
        Samples.Weigher weigher = new Samples.Weigher();
        Design design = Design.of(weigher);
        int cycles = 200;
        Random random = new Random(7);
        StringBuilder stimuli = new StringBuilder();
        try (Waves waves =
                Waves.open(folder.resolve("own.vcd"), WaveOptions.everything().scope("dut"))) {
            Simulator simulator = Simulator.of(design).record(waves);
            for (int cycle = 0; cycle < cycles; cycle++) {
                for (Net input : design.flat().inputs()) {
                    BigInteger value = new BigInteger(input.width(), random);
                    simulator.poke(input, value);
                    stimuli.append("        %s <= %d;\n".formatted(design.top().name(input), value));
                }
                boolean reset = random.nextInt(20) == 0;
                simulator.reset(reset).step();
                stimuli.append(
                        "        rst <= %d;\n        #5 clk = 0;\n        #5 clk = 1;\n".formatted(reset ? 1 : 0));
            }
        }
        VerilogFiles files = VerilogEmitter.emit(design);
        files.writeTo(folder);
        StringBuilder bench =
                new StringBuilder("`timescale 1ns / 1ns\nmodule bench;\n    reg clk = 0;\n    reg rst = 0;\n");
        StringBuilder ports = new StringBuilder(".clk(clk), .rst(rst)");
        for (Net input : design.flat().inputs()) {
            String name = design.top().name(input);
            bench.append("    reg [%d:0] %s;\n".formatted(input.width() - 1, name));
            ports.append(", .%s(%s)".formatted(name, name));
        }
        bench.append("    %s dut (%s);\n    initial begin\n".formatted(files.top(), ports));
        bench.append("        $dumpfile(\"icarus.vcd\");\n        $dumpvars(0, dut);\n")
                .append(stimuli);
        bench.append("        $finish;\n    end\nendmodule\n");
        Files.writeString(folder.resolve("bench.v"), bench);
        VerilogTool.ICARUS.run(folder, "bench", files.sources());

        Dump own = Dump.read(folder.resolve("own.vcd"));
        Dump other = Dump.read(folder.resolve("icarus.vcd"));
        int compared = 0;
        int known = 0;
        for (String name : own.signals.keySet()) {
            String there = "bench." + name;
            if (other.signals.containsKey(there)) {
                compared++;
                for (int cycle = 0; cycle < cycles; cycle++) {
                    long early = PERIOD * cycle + 1L;
                    long late = PERIOD * (cycle + 1) - 1L;
                    for (long time : new long[] {early, late}) {
                        BigInteger value = other.at(there, time);
                        if (value != null) {
                            known++;
                            assertThat(own.at(name, time))
                                    .as("%s at %d ns", name, time)
                                    .isEqualTo(value);
                        }
                    }
                }
            }
        }
        assertThat(compared).as("signals in both").isGreaterThan(20);
        assertThat(own.signals.keySet())
                .as("all of ours but unnamed ones are there")
                .hasSizeLessThan(compared + 4);
    }
}
