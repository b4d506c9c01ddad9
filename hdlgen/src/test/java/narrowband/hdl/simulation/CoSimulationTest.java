package narrowband.hdl.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.RandomModule;
import narrowband.hdl.Samples;
import narrowband.hdl.ir.MemoryBlock.Style;
import narrowband.hdl.stream.Fifo;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CoSimulationTest {
    @TempDir
    Path folder;

    @Test
    void icarusAgreesOnEveryOutputOfRandomDesigns() throws Exception {
        require(VerilogTool.ICARUS);
        for (int seed = 0; seed < 24; seed++) {
            agree(VerilogTool.ICARUS, new RandomModule(seed), seed, 40);
        }
    }

    @Test
    void verilatorAgreesOnEveryOutputOfARandomDesign() throws Exception {
        require(VerilogTool.VERILATOR);
        agree(VerilogTool.VERILATOR, new RandomModule(5), 5, 200);
    }

    @Test
    void icarusAgreesOnStreamsAndQueues() throws Exception {
        require(VerilogTool.ICARUS);
        agree(VerilogTool.ICARUS, new Samples.Weigher(), 1, 300);
        agree(VerilogTool.ICARUS, Fifo.of(70, 1), 2, 300);
        agree(VerilogTool.ICARUS, Fifo.of(70, 5, Style.DISTRIBUTED), 3, 300);
        agree(VerilogTool.ICARUS, Fifo.of(70, 6, Style.BLOCK), 4, 300);
    }

    @ParameterizedTest
    @EnumSource(VerilogTool.class)
    void lintersHaveNothingToSay(VerilogTool tool) throws Exception {
        require(tool);
        lint(tool, new Samples.Weigher());
        lint(tool, Fifo.of(9, 1));
        lint(tool, Fifo.of(9, 100));
        lint(tool, new Samples.Population());
    }

    /** Random designs compare constants that reach them through ports; that is all that a linter may find in them. */
    @Test
    void verilatorFindsNothingInRandomDesignsButComparisonsOfConstants() throws Exception {
        require(VerilogTool.VERILATOR);
        for (int seed = 0; seed < 8; seed++) {
            VerilogFiles files = VerilogEmitter.emit(Design.of(new RandomModule(seed)));
            Path place = folder.resolve("seed" + seed);
            files.writeTo(place);
            assertThat(VerilogTool.VERILATOR
                            .lint(place, files.top(), files.sources())
                            .lines())
                    .as("seed %d", seed)
                    .noneMatch(line -> line.startsWith("%Warning-")
                            && !line.startsWith("%Warning-CMPCONST")
                            && !line.startsWith("%Warning-UNSIGNED"));
        }
    }

    private void lint(VerilogTool tool, Module module) throws IOException, InterruptedException {
        VerilogFiles files = VerilogEmitter.emit(Design.of(module));
        files.writeTo(folder);
        assertThat(tool.lint(folder, files.top(), files.sources()))
                .as("%s on %s", tool, files.top())
                .isEmpty();
    }

    private void agree(VerilogTool tool, Module module, long seed, int cycles) throws Exception {
        CoSimulation.Stimulus stimulus = CoSimulation.Stimulus.random(seed, 17);
        Path place = folder.resolve(module.kind() + seed);
        assertThat(new CoSimulation(Design.of(module)).compare(tool, place, cycles, stimulus))
                .as("%s, seed %d", module.kind(), seed)
                .isEmpty();
    }

    private static void require(VerilogTool tool) {
        assumeTrue(tool.available(), tool + " is not installed: its comparison is skipped");
    }
}
