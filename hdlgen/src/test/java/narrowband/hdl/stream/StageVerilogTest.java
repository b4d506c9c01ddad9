package narrowband.hdl.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Stream;
import narrowband.hdl.Choice;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.UInt;
import narrowband.hdl.Vec;
import narrowband.hdl.simulation.CoSimulation;
import narrowband.hdl.simulation.VerilogTool;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The stages as emitted Verilog: the same behaviour in outside simulators, nothing for a linter to say, names that a reader knows. */
class StageVerilogTest {
    private static final StageTest.Complex WORD = StageTest.Complex.example();

    enum Colour {
        RED,
        GREEN,
        BLUE
    }

    @TempDir
    Path folder;

    static Stream<Named<Supplier<Module>>> stages() {
        return Stream.of(
                Named.of("register slice", () -> new RegisterSlice<>(WORD)),
                Named.of("skid buffer", () -> new SkidBuffer<>(WORD)),
                Named.of("FIFO", () -> new Fifo<>(Vec.fill(2, WORD), 4)),
                Named.of("fork", () -> new Fork<>(WORD, 3)),
                Named.of("arbiter", () -> new Arbiter<>(WORD, 3)),
                Named.of("arbiter of one", () -> new Arbiter<>(WORD, 1)),
                Named.of(
                        "router",
                        () -> new Router<>(WORD, 3, word -> word.imaginary().bits(2, 1))),
                Named.of("router by the whole word", () -> new Router<>(UInt.of(1, 0), 2, word -> word)),
                Named.of("widener", () -> new Widener<>(WORD, 2)),
                Named.of("narrower", () -> new Narrower<>(Choice.of(Colour.RED), 2)),
                Named.of("queue between two clocks", () -> new AsyncFifo<>(WORD, 4)));
    }

    @ParameterizedTest
    @MethodSource("stages")
    void icarusAgrees(Supplier<Module> stage) throws Exception {
        agrees(VerilogTool.ICARUS, stage.get(), 400);
    }

    @Test
    void verilatorAgrees() throws Exception {
        agrees(VerilogTool.VERILATOR, new SkidBuffer<>(WORD), 2000);
        agrees(VerilogTool.VERILATOR, new Arbiter<>(WORD, 3), 2000);
    }

    private void agrees(VerilogTool tool, Module stage, int cycles) throws Exception {
        assumeTrue(tool.available(), tool + " is not installed: its comparison is skipped");
        CoSimulation.Stimulus stimulus = CoSimulation.Stimulus.random(11, 97);
        Path place = folder.resolve(stage.kind());
        assertThat(new CoSimulation(Design.of(stage)).compare(tool, place, cycles, stimulus))
                .as("%s, seed 11", stage.kind())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("stages")
    void lintersHaveNothingToSay(Supplier<Module> stage) throws Exception {
        VerilogFiles files = VerilogEmitter.emit(Design.of(stage.get()));
        files.writeTo(folder);
        for (VerilogTool tool : VerilogTool.values()) {
            assumeTrue(tool.available(), tool + " is not installed: it is not asked");
            assertThat(tool.lint(folder, files.top(), files.sources()))
                    .as("%s on %s", tool, files.top())
                    .isEmpty();
        }
    }

    @Test
    void aStageIsCalledAfterItsWords() {
        assertThat(Stream.of(
                                new RegisterSlice<>(UInt.of(8, 0)),
                                new SkidBuffer<>(WORD),
                                new Fifo<>(Vec.fill(4, UInt.of(8, 0)), 16),
                                new Narrower<>(Choice.of(Colour.RED), 2))
                        .map(Module::kind))
                .containsExactly("register_slice_8", "skid_buffer_complex9", "fifo_4x8x16", "narrower_colour_by_2");
    }
}
