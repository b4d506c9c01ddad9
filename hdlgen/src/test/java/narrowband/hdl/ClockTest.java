package narrowband.hdl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.MemoryBlock.Style;
import narrowband.hdl.ir.Net;
import narrowband.hdl.verilog.VerilogEmitter;
import org.junit.jupiter.api.Test;

/** Several clocks in one design, and what may pass between them. */
class ClockTest {
    /** A module with a second clock, described by a lambda. */
    private static final class TwoClocks extends Module {
        final Clock pixel = clock();
        final UInt level = input(4);
        final UInt shown = output(4);
        final UInt count = reg(4, 0);
        final UInt column = in(pixel, () -> reg(4, 3));
        final Bool flag = reg(false);

        TwoClocks(Consumer<TwoClocks> description) {
            count.set(level);
            flag.set(level.any());
            description.accept(this);
        }
    }

    private static final class Stage extends Module {
        final Clock far = clock();
        final UInt in = input(4);
        final UInt out = in(far, () -> output(4));
        final UInt near = reg(4, 0);

        Stage() {
            near.set(in);
            UInt taken = in(far, () -> synchronizeGray(near));
            out.set(taken.named("taken"));
        }
    }

    private static void refused(Consumer<TwoClocks> description, String message) {
        assertThatThrownBy(() -> Design.of(new TwoClocks(description)))
                .isInstanceOf(ElaborationException.class)
                .hasMessageStartingWith("ClockTest.java:")
                .hasMessageEndingWith(message);
    }

    private static void accepted(Consumer<TwoClocks> description) {
        Design.of(new TwoClocks(description));
    }

    @Test
    void aRegisterDoesNotReadOneOfAnotherClock() {
        refused(
                m -> {
                    m.column.set(m.count.wrappingPlus(1));
                    m.shown.set(m.column);
                },
                "register column (pixel_clk) depends on count (clk), of another clock. Pass it through synchronize(...), or"
                        + " through a FIFO for two clocks.");
    }

    @Test
    void anInputBelongsToTheClockInWhichItIsDeclared() {
        refused(
                m -> {
                    m.column.set(m.level);
                    m.shown.set(m.column);
                },
                "register column (pixel_clk) depends on level (clk), of another clock. Pass it through synchronize(...), or"
                        + " through a FIFO for two clocks.");
        accepted(m -> {
            m.column.set(m.in(m.pixel, () -> m.input(4)).named("shift"));
            m.shown.set(m.column);
        });
    }

    @Test
    void anOutputIsOfOneClock() {
        refused(
                m -> {
                    m.column.set(m.column.not());
                    m.shown.set(m.column.xor(m.count));
                },
                "output shown mixes count (clk), column (pixel_clk), of several clocks. Pass it through synchronize(...), or"
                        + " through a FIFO for two clocks.");
    }

    @Test
    void aBitPassesThroughTwoRegisters() {
        accepted(m -> {
            Bool there = m.in(m.pixel, () -> m.synchronize(m.flag)).named("there");
            m.when(there, () -> m.column.set(m.column.wrappingPlus(1)));
            m.shown.set(m.column);
        });
    }

    @Test
    void whatASynchroniserTakesComesStraightFromARegister() {
        refused(
                m -> {
                    Bool there =
                            m.in(m.pixel, () -> m.synchronize(m.flag.not())).named("there");
                    m.when(there, () -> m.column.set(m.column.wrappingPlus(1)));
                    m.shown.set(m.column);
                },
                "the value that there_register takes over from another clock does not come straight from a register, and"
                        + " could be caught in a glitch. Put it into a register of its own clock first.");
    }

    @Test
    void aMemoryIsACrossing() {
        accepted(m -> {
            Ram words = m.ram(4, 16, Style.AUTO).named("words");
            words.write(m.count, m.level);
            m.column.set(m.in(m.pixel, () -> words.readSync(m.column)));
            m.shown.set(m.column);
        });
        refused(
                m -> {
                    Ram words = m.ram(4, 16, Style.AUTO).named("words");
                    words.write(m.column, m.level);
                    m.column.set(m.column.not());
                    m.shown.set(words.read(m.count));
                },
                "the write port of a memory (clk) depends on column (pixel_clk), of another clock. Pass it through"
                        + " synchronize(...), or through a FIFO for two clocks.");
    }

    @Test
    void aCheckIsOfOneClock() {
        refused(
                m -> {
                    m.column.set(m.column.not());
                    m.shown.set(m.column);
                    m.assertAlways(m.column.ne(m.count), "they differ");
                },
                "the check \"they differ\" (clk) depends on column (pixel_clk), of another clock. Pass it through"
                        + " synchronize(...), or through a FIFO for two clocks.");
    }

    @Test
    void anInstancesClocksAreConnected() {
        refused(
                m -> {
                    m.column.set(m.column.not());
                    Stage stage = m.instance("stage", new Stage());
                    stage.in.set(m.count);
                    m.shown.set(stage.out);
                },
                "is not connected. Say connect(stage's clock, clock of this module).");
    }

    @Test
    void aClockOfAnotherModuleIsRefused() {
        Stage other = new Stage();
        refused(
                m -> m.in(other.far, () -> m.reg(4)),
                "a clock of another module is used in two_clocks. Declare one with clock(), and connect(...) it where the"
                        + " module is an instance.");
        refused(
                m -> m.connect(other.far, m.pixel),
                "clocks that are not an instance's and this module's are connected in two_clocks. Say connect(instance's"
                        + " clock, clock of this module) after instance(...).");
    }

    @Test
    void anInstanceRunsOnTheClockInWhichItIsMade() {
        Design design = Design.of(new TwoClocks(m -> {
            Samples.Counter inner = m.in(m.pixel, () -> m.instance("inner", new Samples.Counter(9)));
            inner.enable.set(m.in(m.pixel, () -> m.synchronize(m.flag)));
            m.column.set(inner.count.trunc(4));
            m.shown.set(m.column);
        }));
        List<String> onPixel = design.flat().registers().stream()
                .filter(register ->
                        design.flat().clockName(design.flat().clock(register)).equals("pixel_clk"))
                .map(register -> design.flat().names().get(register))
                .toList();
        assertThat(onPixel).contains("column", "inner.value").doesNotContain("count", "flag");
        String text = VerilogEmitter.emit(design).text("two_clocks.v");
        assertThat(text).contains(".clk(pixel_clk)", ".rst(pixel_rst)");
    }

    @Test
    void eachClockHasItsPortsInTheVerilog() {
        TwoClocks module = new TwoClocks(m -> {
            Stage stage = m.instance("stage", new Stage());
            m.connect(stage.far, m.pixel);
            stage.in.set(m.count);
            m.column.set(stage.out);
            m.shown.set(m.column);
        });
        String text = VerilogEmitter.emit(Design.of(module)).text("two_clocks.v");
        assertThat(text)
                .contains(
                        "    input wire clk,\n    input wire rst,\n    input wire pixel_clk,\n    input wire pixel_rst,\n",
                        "always @(posedge pixel_clk) begin\n        if (pixel_rst) begin\n            column <= 4'd3;",
                        ".far_clk(pixel_clk)");
        String inner = VerilogEmitter.emit(Design.of(module)).text("stage.v");
        assertThat(inner)
                .contains("(* ASYNC_REG = \"TRUE\" *)\n    reg [3:0] taken_register")
                .doesNotContain("far_rst");
    }

    @Test
    void registersWithoutResetAreFoundWhereResetsAreDemanded() {
        refused(
                m -> {
                    m.demandResets();
                    m.column.set(m.column.not());
                    m.shown.set(m.delayed(m.column));
                },
                "register shown_register of two_clocks has no reset, which demandResets() asks for. Give it a reset value.");
    }

    @Test
    void anInputThatNothingReadsIsReported() {
        TwoClocks module = new TwoClocks(m -> {
            m.in(m.pixel, () -> m.input(7)).named("spare");
            m.column.set(m.column.not());
            m.shown.set(m.column);
        });
        Design design = Design.of(module);
        assertThat(design.warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning.toString())
                        .startsWith("ClockTest.java:")
                        .endsWith("input spare of two_clocks is read by nothing"));
        assertThat(design.flat().inputs()).extracting(Net::width).contains(7);
    }

    @Test
    void anInputThatNothingNeedsToReadIsNot() {
        Design design = Design.of(new TwoClocks(m -> {
            m.in(m.pixel, () -> m.input(7)).named("part_of_an_interface").spare();
            m.column.set(m.column.not());
            m.shown.set(m.column);
        }));
        assertThat(design.warnings()).isEmpty();
    }
}
