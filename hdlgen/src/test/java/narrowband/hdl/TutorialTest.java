package narrowband.hdl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.proof.FormalProof;
import narrowband.hdl.proof.Verdict;
import narrowband.hdl.simulation.Simulator;
import narrowband.hdl.stream.AsyncFifo;
import narrowband.hdl.stream.Fifo;
import narrowband.hdl.stream.Handshake;
import narrowband.hdl.stream.RegisterSlice;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of the tutorial, README.md of this module, which {@link TutorialTextTest} compares with this file. Lines of it stand there as they stand here. */
class TutorialTest {
    static final class Mean extends Module {
        final UInt a = input(8);
        final UInt b = input(8);
        final UInt mean = output(8);

        Mean() {
            UInt sum = a.plus(b).named("sum"); // 9 bits: a sum is one bit wider than its operands
            mean.set(sum.shiftRight(1)); // 8 bits again
        }
    }

    @Test
    void widthsGrowAndAreCutOnlyOnDemand() {
        Mean mean = new Mean();
        Simulator simulator = Simulator.of(Design.of(mean));
        assertThat(simulator.poke(mean.a, 255).poke(mean.b, 253).peek(mean.mean))
                .isEqualTo(254);
    }

    static final class TooNarrow extends Module {
        final UInt a = input(8);
        final UInt b = input(8);
        final UInt sum = output(8);

        TooNarrow() {
            sum.set(a.plus(b));
        }
    }

    @Test
    void aCutThatIsNotDemandedIsAnErrorAtItsLine() {
        assertThatThrownBy(() -> Design.of(new TooNarrow()))
                .hasMessageMatching(
                        "TutorialTest.java:\\d+: a value of 9 bits is set to a signal of 8 bits. Say .trunc\\(8\\)"
                                + " or .sat\\(8\\), or widen the signal.");
    }

    static final class Lamp extends Module {
        enum State {
            OFF(0),
            ON(3),
            DIMMED(1);

            final int level;

            State(int level) {
                this.level = level;
            }
        }

        final Bool button = input();
        final Bool timeout = input();
        final UInt level = output(2);

        final Choice<State> state = reg(State.OFF);
        final UInt presses = reg(8, 0);

        Lamp() {
            when(button, () -> presses.set(presses.wrappingPlus(1)));
            when(state.is(State.OFF).and(button), () -> state.set(State.ON))
                    .elseWhen(state.is(State.ON).and(button), () -> state.set(State.DIMMED))
                    .elseWhen(button.or(timeout), () -> state.set(State.OFF));
            level.set(state.map(constant -> UInt.of(2, constant.level)));
        }
    }

    @Test
    void theFirstConditionThatHoldsCounts() {
        Lamp lamp = new Lamp();
        Simulator simulator = Simulator.of(Design.of(lamp));
        long[] levels = {0, 3, 1, 0};
        for (long level : levels) {
            assertThat(simulator.peek(lamp.level)).isEqualTo(level);
            simulator.poke(lamp.button, 1).step();
        }
        assertThat(simulator.peek(lamp.presses)).isEqualTo(4);
    }

    record Complex(SInt real, SInt imaginary) implements Bundle<Complex> {
        static Complex of(int bits) {
            return new Complex(SInt.of(bits, 0), SInt.of(bits, 0));
        }

        Complex plus(Complex other) {
            return new Complex(real.plus(other.real), imaginary.plus(other.imaginary));
        }
    }

    static final class Window extends Module {
        final Complex sample = input(Complex.of(8)); // ports sample_real and sample_imaginary
        final Complex sum = output(Complex.of(10));
        final Vec<Complex> last = reg(Vec.fill(4, Complex.of(8))); // registers last_0_real to last_3_imaginary

        Window() {
            last.get(0).set(sample);
            for (int i = 1; i < last.size(); i++) {
                last.get(i).set(last.get(i - 1));
            }
            Complex left = last.get(0).plus(last.get(1));
            sum.set(left.plus(last.get(2).plus(last.get(3))));
        }
    }

    @Test
    void recordsAndVectorsAreValues() {
        Window window = new Window();
        Simulator simulator = Simulator.of(Design.of(window));
        simulator
                .poke(window.sample.real(), -3)
                .poke(window.sample.imaginary(), 7)
                .step(4);
        assertThat(simulator.peek(window.sum.real())).isEqualTo(-12);
        assertThat(simulator.peek(window.sum.imaginary())).isEqualTo(28);
    }

    static final class Histogram extends Module {
        final UInt value = input(4);
        final UInt count = output(8);
        final Rom weights = rom(8, new long[] {1, 2, 4, 8}, MemoryBlock.Style.AUTO);
        final Ram counts = ram(8, 16, MemoryBlock.Style.DISTRIBUTED);

        Histogram() {
            UInt weight = weights.read(value.trunc(2));
            counts.write(value, counts.read(value).wrappingPlus(weight));
            count.set(counts.read(value));
        }
    }

    @Test
    void memoriesAreReadAndWritten() {
        Histogram histogram = new Histogram();
        Simulator simulator = Simulator.of(Design.of(histogram)).poke(histogram.value, 6);
        assertThat(simulator.step(3).peek(histogram.count)).isEqualTo(12);
    }

    static final class MeanOfFour extends Module {
        final List<UInt> inputs = List.of(input(8), input(8), input(8), input(8)); // inputs_0 to inputs_3
        final UInt mean = output(8);
        private final Mean left = instance(new Mean());
        private final Mean right = instance(new Mean());
        private final Mean both = instance(new Mean());

        MeanOfFour() {
            left.a.set(inputs.get(0));
            left.b.set(inputs.get(1));
            right.a.set(inputs.get(2));
            right.b.set(inputs.get(3));
            both.a.set(left.mean);
            both.b.set(right.mean);
            mean.set(both.mean);
        }
    }

    @Test
    void modulesHoldModules() {
        VerilogFiles files = VerilogEmitter.emit(Design.of(new MeanOfFour()));
        assertThat(files.sources()).containsExactly("mean.v", "mean_of_four.v");
    }

    static final class Cells extends Module {
        final UInt a = input(4);
        final UInt b = input(4);
        final UInt product = output(8);

        /** A multiplier that a vendor delivers as Verilog. */
        static final class Multiplier extends BlackBox {
            final UInt a = input(4);
            final UInt b = input(4);
            final UInt p = output(8);

            Multiplier() {
                super("vendor_multiplier");
            }
        }

        final Multiplier multiplier = instance(new Multiplier());

        Cells() {
            multiplier.a.set(a);
            multiplier.b.set(b);
            product.set(multiplier.p);
        }
    }

    @Test
    void aBlackBoxIsWrittenAsAnInstanceOnly() {
        VerilogFiles files = VerilogEmitter.emit(Design.of(new Cells()));
        assertThat(files.sources()).containsExactly("cells.v");
        assertThat(files.text("cells.v")).contains("vendor_multiplier multiplier (");
    }

    static final class Magnifier extends Module {
        final Stream<UInt> in = streamInput(8); // ports in_valid, in_ready, in_data
        final Stream<UInt> out = streamOutput(12);

        Magnifier() {
            out.connect(in.through(Fifo.of(8, 16))
                    .filter(word -> word.ne(0))
                    .map(word -> word.times(UInt.of(4, 10)))
                    .through(new RegisterSlice<>(UInt.of(12, 0))));
            assertAlways(
                    instance(new Handshake<>(out.data)).kept(out), "a word that is offered stays until it is taken");
        }
    }

    @Test
    void streamsAreValues() {
        Magnifier magnifier = new Magnifier();
        Simulator simulator = Simulator.of(Design.of(magnifier));
        simulator.poke(magnifier.in.valid, 1).poke(magnifier.in.data, 25).step(2);
        assertThat(simulator.peek(magnifier.out.valid)).isEqualTo(1);
        assertThat(simulator.peek(magnifier.out.data)).isEqualTo(250);
    }

    static final class Display extends Module {
        final Clock pixel = clock(); // ports pixel_clk and pixel_rst
        final Bool on = input();
        final Stream<UInt> words = streamInput(8);
        final Stream<UInt> pixels = in(pixel, () -> streamOutput(8));

        private final Bool wanted = reg(false);
        private final Bool shown = in(pixel, () -> synchronize(wanted));
        private final AsyncFifo<UInt> queue = instance(new AsyncFifo<>(UInt.of(8, 0), 16));

        Display() {
            connect(queue.reader, pixel);
            wanted.set(on);
            queue.in.connect(words);
            pixels.valid.set(queue.out.valid);
            pixels.data.set(mux(shown, queue.out.data, UInt.of(8, 0)));
            queue.out.ready.set(pixels.ready);
        }
    }

    @Test
    void clocksMeetInSynchronisersAndQueues() {
        assertThat(Design.of(new Display()).flat().clocks()).hasSize(2);
    }

    static final class Ring extends Module {
        final Bool step = input();
        final UInt place = output(4);
        final UInt ring = reg(4, 1);

        Ring() {
            when(step, () -> ring.set(concat(ring.trunc(3), ring.bit(3))));
            place.set(ring);
            assertAlways(ring.countOnes().eq(1), "one bit is 1");
            cover(ring.bit(3), "the bit comes to the end");
        }
    }

    @TempDir
    Path folder;

    @Test
    void checksAreProven() throws Exception {
        assumeTrue(FormalProof.available(), "yosys-smtbmc or z3 is not installed: the tutorial's proof is left out");
        Verdict verdict = new FormalProof(Design.of(new Ring())).prove(folder, 1);
        assertThat(verdict).isEqualTo(new Verdict.Proven());
    }

    @Test
    void aDesignIsSimulatedAndWritten() throws Exception {
        Lamp lamp = new Lamp();
        Design design = Design.of(lamp);
        Simulator simulator = Simulator.of(design);
        simulator.poke(lamp.button, 1).step(2);
        assertThat(simulator.peek(lamp.level)).isEqualTo(1);
        assertThat(simulator.peek("presses")).isEqualTo(2);

        VerilogFiles files = VerilogEmitter.emit(design);
        files.writeTo(folder);
        assertThat(folder.resolve("lamp.v")).isNotEmptyFile();
    }
}
