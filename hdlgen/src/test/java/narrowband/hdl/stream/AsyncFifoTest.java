package narrowband.hdl.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.MemoryBlock.Style;
import narrowband.hdl.simulation.Simulator;
import narrowband.hdl.simulation.VerilogTool;
import narrowband.hdl.tool.OutsideProgram;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AsyncFifoTest {
    private static final int MOMENTS = 4000;

    /** A run in which each of the two clocks has its edges when it likes, both at once among others. */
    private static final class Run {
        private final AsyncFifo<UInt> fifo;
        private final Simulator simulator;
        private final Clock writer;
        private final Random random;
        private final String where;
        private final Deque<Integer> inside = new ArrayDeque<>();
        private final int depth;
        private int offered = -1;
        private boolean waiting;
        private int writerEdges;
        private int passed;

        Run(int depth, long seed) {
            this.depth = depth;
            fifo = new AsyncFifo<>(UInt.of(8, 0), depth);
            Design design = Design.of(fifo);
            simulator = Simulator.of(design);
            writer = design.flat().clocks().getFirst();
            random = new Random(seed);
            where = "depth " + depth + ", seed " + seed;
        }

        /** Edges of the clocks; a side does something in a cycle of its own with these probabilities. */
        void edges(boolean writes, boolean reads, double offer, double take) {
            if (offered < 0 && random.nextDouble() < offer) {
                offered = random.nextInt(256);
            }
            simulator.poke(fifo.in.valid, offered < 0 ? 0 : 1).poke(fifo.in.data, Math.max(0, offered));
            simulator.poke(fifo.out.ready, random.nextDouble() < take ? 1 : 0);
            boolean valid = simulator.peek(fifo.out.valid) == 1;
            assertThat(valid || !waiting)
                    .as("%s: a word that is offered stays", where)
                    .isTrue();
            boolean pops = reads && valid && simulator.peek(fifo.out.ready) == 1;
            waiting = valid && !pops;
            boolean pushes = writes && offered >= 0 && simulator.peek(fifo.in.ready) == 1;
            if (valid) {
                assertThat(simulator.peek(fifo.out.data))
                        .as(where)
                        .isEqualTo(inside.getFirst().longValue());
            }
            if (pops) {
                inside.remove();
                passed++;
            }
            if (pushes) {
                inside.add(offered);
                offered = -1;
                assertThat(inside).as(where).hasSizeLessThanOrEqualTo(depth);
            }
            List<Clock> clocks = new ArrayList<>();
            if (writes) {
                clocks.add(writer);
                writerEdges++;
            }
            if (reads) {
                clocks.add(fifo.reader);
            }
            long written = simulator.peek("written_gray");
            long read = simulator.peek("read_gray");
            simulator.step(clocks.toArray(Clock[]::new));
            assertThat(Long.bitCount(written ^ simulator.peek("written_gray")))
                    .as("%s: bits that the writer changes at once", where)
                    .isLessThanOrEqualTo(1);
            assertThat(Long.bitCount(read ^ simulator.peek("read_gray")))
                    .as("%s: bits that the reader changes at once", where)
                    .isLessThanOrEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 1, 1", "4, 1, 1", "4, 1, 5", "4, 5, 1", "16, 1, 1", "16, 3, 2"})
    void wordsKeepTheirOrderWhateverTheClocksDo(int depth, int writerSpeed, int readerSpeed) {
        for (long seed = 0; seed < 5; seed++) {
            Run run = new Run(depth, seed);
            double[] eagerness = {1, 0.5, 0.1};
            for (int moment = 0; moment < MOMENTS; moment++) {
                int draw = run.random.nextInt(writerSpeed + readerSpeed + 1);
                double offer = eagerness[moment / 100 % 3];
                double take = eagerness[moment / 300 % 3];
                run.edges(draw <= writerSpeed, draw >= writerSpeed, offer, take);
            }
            assertThat(run.passed).as("%s: words passed", run.where).isGreaterThan(150);
        }
    }

    @Test
    void depthEightPassesAWordInEveryCycleOfTwoEqualClocks() {
        Run run = new Run(8, 0);
        for (int half = 0; half < 400; half++) {
            run.edges(half % 2 == 0, half % 2 == 1, 1, 1);
        }
        assertThat(run.writerEdges).isEqualTo(200);
        assertThat(run.passed).isBetween(195, 200);
    }

    @Test
    void aWordIsOfferedAfterTwoOrThreeEdgesOfTheReader() {
        Run run = new Run(4, 0);
        run.edges(true, false, 1, 0);
        run.edges(false, true, 0, 1);
        assertThat(run.simulator.peek(run.fifo.out.valid)).isZero();
        run.edges(false, true, 0, 1);
        assertThat(run.simulator.peek(run.fifo.out.valid)).isEqualTo(1);
    }

    @Test
    void thereIsNoPathBetweenTheSides() {
        AsyncFifo<UInt> fifo = new AsyncFifo<>(UInt.of(8, 0), 4);
        Design design = Design.of(fifo);
        assertThat(Paths.into(design, fifo.in.ready)).isEmpty();
        assertThat(Paths.into(design, fifo.out.valid)).isEmpty();
        assertThat(Paths.into(design, fifo.out.data)).isEmpty();
    }

    @Test
    void itsDepthIsAPowerOfTwoAndItsMemoryIsReadAtOnce() {
        assertThatThrownBy(() -> new AsyncFifo<>(UInt.of(8, 0), 6))
                .hasMessageEndingWith("a FIFO for two clocks of 6 words. Choose a power of two from 2 up.");
        assertThatThrownBy(() -> new AsyncFifo<>(UInt.of(8, 0), 8, Style.BLOCK))
                .hasMessageContaining("a FIFO for two clocks in block RAM. Choose");
    }

    @Test
    void itPassesTheCrossingCheckInsideAModuleToo() {
        final class Bridge extends Module {
            final Clock far = clock();
            final narrowband.hdl.Stream<UInt> in = streamInput(8);
            final narrowband.hdl.Stream<UInt> out = in(far, () -> streamOutput(8));
            final AsyncFifo<UInt> queue = instance(new AsyncFifo<>(UInt.of(8, 0), 8));

            Bridge() {
                connect(queue.reader, far);
                queue.in.connect(in);
                out.connect(queue.out);
            }
        }
        assertThat(Design.of(new Bridge()).flat().clocks()).hasSize(2);
    }

    @TempDir
    Path folder;

    /** The emitted Verilog between two real clocks: the words are numbers that count up, offered and taken at random. */
    @ParameterizedTest
    @CsvSource({"10000, 7000", "7000, 10000", "10000, 9700", "3000, 20000"})
    void icarusPassesEveryWordBetweenClocksOfAnyPeriods(int writerPeriod, int readerPeriod) throws Exception {
        assumeTrue(
                VerilogTool.ICARUS.available(), "iverilog is not installed: the Verilog between two clocks is not run");
        VerilogFiles files = VerilogEmitter.emit(Design.of(new AsyncFifo<>(UInt.of(16, 0), 8)));
        files.writeTo(folder);
        Files.writeString(folder.resolve("bench.v"), """
                `timescale 1ps / 1ps
                module bench;
                    reg clk = 1'b0;
                    reg reader_clk = 1'b0;
                    reg rst = 1'b1;
                    reg in_valid = 1'b0;
                    reg [15:0] in_data = 16'd0;
                    reg out_ready = 1'b0;
                    wire in_ready, out_valid;
                    wire [15:0] out_data;
                    integer passed = 0;
                    always #%d clk = !clk;
                    always #%d reader_clk = !reader_clk;
                    initial #200000 rst = 1'b0;
                    %s fifo (.clk(clk), .rst(rst), .reader_clk(reader_clk), .reader_rst(rst), .in_valid(in_valid),
                        .in_ready(in_ready), .in_data(in_data), .out_valid(out_valid), .out_ready(out_ready),
                        .out_data(out_data));
                    always @(posedge clk) if (!rst) begin
                        if (in_valid && in_ready) in_data <= in_data + 16'd1;
                        if (!in_valid || in_ready) in_valid <= $random;
                    end
                    always @(posedge reader_clk) if (!rst) begin
                        out_ready <= $random;
                        if (out_valid && out_ready) begin
                            if (out_data !== passed[15:0]) begin
                                $display("word %%0d is %%0d", passed, out_data);
                                $finish;
                            end
                            passed <= passed + 1;
                            if (passed == 4999) begin
                                $display("passed");
                                $finish;
                            end
                        end
                    end
                    initial #1000000000 $finish;
                endmodule
                """.formatted(writerPeriod / 2, readerPeriod / 2, files.top()));
        List<String> sources = new ArrayList<>(List.of("-g2001", "-o", "bench.vvp", "bench.v"));
        sources.addAll(files.sources());
        new OutsideProgram("iverilog").succeed(folder, folder.resolve("build.log"), sources);
        new OutsideProgram("vvp").succeed(folder, folder.resolve("run.log"), List.of("-n", "bench.vvp"));
        assertThat(Files.readAllLines(folder.resolve("run.log"))).contains("passed");
    }
}
