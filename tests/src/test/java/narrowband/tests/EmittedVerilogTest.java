package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Dataflow;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.IdentityShortcut;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.design.TopScores;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.RandomNetworks;
import narrowband.accel.network.ReferenceExecutor;
import narrowband.hdl.simulation.VerilogTool;
import narrowband.hdlgen.ExternalSimulator;
import narrowband.hdlgen.ExternalSimulator.Report;
import narrowband.hdlgen.RtlDesign;
import narrowband.hdlgen.RtlFolder;
import narrowband.hdlgen.TestBench;
import narrowband.sim.cycle.CycleList;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The emitted files, read by other people's tools. Without the tool a test is left out and says so. */
class EmittedVerilogTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 35, 79})
    void icarusAgreesInValuesAndCycles(long seed) throws IOException {
        agrees(ExternalSimulator.ICARUS, seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {13, 22, 79})
    void verilatorAgreesInValuesAndCycles(long seed) throws IOException {
        agrees(ExternalSimulator.VERILATOR, seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 7, 9})
    void icarusAgreesOnSharedEngines(long seed) throws IOException {
        agrees(ExternalSimulator.ICARUS, seed, sharedBench(seed, "xc7a35t"));
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 8})
    void verilatorAgreesOnSharedEngines(long seed) throws IOException {
        agrees(ExternalSimulator.VERILATOR, seed, sharedBench(seed, "ice40hx8k"));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
    void verilatorsStrictestLintPrintsNothingOfSharedEngines(long seed) throws Exception {
        assumeTrue(ExternalSimulator.VERILATOR.isInstalled(), "verilator is not installed: left out");
        assertThat(VerilogTool.VERILATOR.lint(folder, "random_accelerator", write(sharedBench(seed, "xc7a35t"))))
                .as("seed %d", seed)
                .isEmpty();
    }

    private void agrees(ExternalSimulator simulator, long seed) throws IOException {
        agrees(simulator, seed, bench(seed));
    }

    private void agrees(ExternalSimulator simulator, long seed, TestBench bench) throws IOException {
        assumeTrue(simulator.isInstalled(), simulator + " is not installed: left out");
        List<String> sources = write(bench);
        Report report = simulator.run(folder, sources, bench);
        assertThat(report.differences()).as("seed %d", seed).isEmpty();
        assertThat(report)
                .as("seed %d", seed)
                .isEqualTo(new Report(
                        report.expectedWords(),
                        bench.accelerator().output().type().words()
                                * bench.images().size(),
                        0,
                        0,
                        0,
                        bench.accelerator().channels().size(),
                        bench.resultCycles().getLast()[bench.resultCycles().getLast().length - 1] + 1,
                        List.of()));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 3, 6, 9, 12, 13, 16, 17, 19, 22, 25, 35, 79})
    void verilatorsStrictestLintPrintsNothing(long seed) throws Exception {
        assumeTrue(ExternalSimulator.VERILATOR.isInstalled(), "verilator is not installed: left out");
        assertThat(VerilogTool.VERILATOR.lint(folder, "random_accelerator", write(bench(seed))))
                .as("seed %d", seed)
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {13, 22, 35, 79})
    void yosysFindsNoProblem(long seed) throws Exception {
        assumeTrue(VerilogTool.YOSYS.available(), "yosys is not installed: left out");
        assertThat(VerilogTool.YOSYS.lint(folder, "random_accelerator", write(bench(seed))))
                .as("seed %d", seed)
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ice40hx8k", "ecp5-25k", "xc7a35t", "xczu3eg"})
    void yosysSynthesisesForEveryFamily(String fpga) throws Exception {
        assumeTrue(VerilogTool.YOSYS.available(), "yosys is not installed: left out");
        // Seed 13 has a residual block, a window of every kind, and thresholds by channel.
        write(bench(13, Fpga.named(fpga)));
        String log = output(List.of("yosys", "synthesis.ys"));
        assertThat(log).contains("Number of cells:").doesNotContain("ERROR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ice40hx8k", "xc7a35t"})
    void yosysSynthesisesSharedEngines(String fpga) throws Exception {
        assumeTrue(VerilogTool.YOSYS.available(), "yosys is not installed: left out");
        write(sharedBench(3, fpga));
        String log = output(List.of("yosys", "synthesis.ys"));
        assertThat(log).contains("Number of cells:").doesNotContain("ERROR");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 13})
    void equalDesignsAreEmittedByteForByte(long seed) {
        Map<String, byte[]> once = RtlFolder.files(new RtlDesign(bench(seed).accelerator()), bench(seed));
        Map<String, byte[]> again = RtlFolder.files(new RtlDesign(bench(seed).accelerator()), bench(seed));
        assertThat(again.keySet()).isEqualTo(once.keySet());
        once.forEach((name, bytes) -> assertThat(again.get(name)).as(name).isEqualTo(bytes));
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3, 17, 79})
    void someOfTheseHaveIdentityShortcuts(long seed) {
        assertThat(bench(seed).accelerator().units()).hasAtLeastOneElementOfType(IdentityShortcut.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {35})
    void someOfTheseHaveTopScores(long seed) {
        assertThat(bench(seed).accelerator().units()).hasAtLeastOneElementOfType(TopScores.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3})
    void someSharedEnginesHaveTopScoresBehindThem(long seed) {
        assertThat(sharedBench(seed, "xc7a35t").accelerator().units()).hasAtLeastOneElementOfType(TopScores.class);
    }

    private static TestBench bench(long seed) {
        return bench(seed, Fpga.named("xc7a35t"));
    }

    private static TestBench bench(long seed, Fpga fpga) {
        IntegerNetwork network = RandomNetworks.network(seed);
        Random random = new Random(seed);
        return bench(Dataflow.layOut(network, fpga, 100, RandomFoldings.folding(network, random)), random);
    }

    /** A shared engine for a network as only it carries it. */
    private static TestBench sharedBench(long seed, String fpga) {
        return bench(
                SharedLayout.layOut(
                        RandomNetworks.wide(seed), Fpga.named(fpga), 100, new Sharing(Sharing.FEWEST << (seed % 3))),
                new Random(seed));
    }

    private static TestBench bench(Accelerator accelerator, Random random) {
        IntegerNetwork network = accelerator.network();
        List<int[]> images = List.of(RandomNetworks.image(network, random), RandomNetworks.image(network, random));
        ReferenceExecutor reference = new ReferenceExecutor(network);
        Simulation simulation = CycleSimulator.simulate(
                accelerator, Stimulus.images(images.size()).withTrace());
        Map<String, long[]> entered = new HashMap<>();
        simulation
                .traces()
                .forEach(trace -> entered.put(trace.name(), trace.entered().toArray()));
        return new TestBench(
                accelerator,
                images,
                images.stream().map(reference::run).toList(),
                entered,
                simulation.outputCycles().stream().map(CycleList::toArray).toList());
    }

    private List<String> write(TestBench bench) throws IOException {
        RtlDesign design = new RtlDesign(bench.accelerator());
        assertThat(design.design().warnings()).isEmpty();
        for (Map.Entry<String, byte[]> file : RtlFolder.files(design, bench).entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
        return design.sources();
    }

    private String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return text;
    }
}
