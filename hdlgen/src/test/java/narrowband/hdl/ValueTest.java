package narrowband.hdl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import narrowband.hdl.ir.Net;
import narrowband.hdl.simulation.Simulator;
import narrowband.hdl.verilog.VerilogEmitter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles, vectors and choices: what they are made of, and that each behaves as its parts do. */
class ValueTest {
    record Complex(SInt real, SInt imaginary) implements Bundle<Complex> {
        static Complex of(int width) {
            return new Complex(SInt.of(width, 0), SInt.of(width, 0));
        }

        Complex plus(Complex other) {
            return new Complex(real.plus(other.real), imaginary.plus(other.imaginary));
        }
    }

    record Packet(Bool last, Vec<Complex> samples, Choice<Kind> kind) implements Bundle<Packet> {
        static Packet example() {
            return new Packet(Bool.FALSE, Vec.fill(2, Complex.of(3)), Choice.of(Kind.DATA));
        }
    }

    enum Kind {
        DATA,
        CONTROL,
        IDLE
    }

    private static final class Accumulator extends Module {
        final Complex sample = input(Complex.of(8));
        final Bool add = input();
        final Complex sum = reg(new Complex(SInt.of(12, -5), SInt.of(12, 7)));
        final Complex total = output(Complex.of(13));

        Accumulator() {
            when(
                    add,
                    () -> sum.set(new Complex(
                            sum.real().wrappingPlus(sample.real()),
                            sum.imaginary().wrappingPlus(sample.imaginary()))));
            total.set(sum.plus(Complex.of(12)));
        }
    }

    @Test
    void eachComponentIsASignalCalledAfterFieldAndComponent() {
        Design design = Design.of(new Accumulator());
        assertThat(design.top().nets().stream().map(net -> design.top().name(net)))
                .containsExactly(
                        "sample_real",
                        "sample_imaginary",
                        "add",
                        "sum_real",
                        "sum_imaginary",
                        "total_real",
                        "total_imaginary");
    }

    @Test
    void aBundleRegisterStartsAsItsExampleAndTakesAllComponentsTogether() {
        Accumulator module = new Accumulator();
        Simulator simulator = Simulator.of(Design.of(module));
        assertThat(simulator.peek(module.total.real())).isEqualTo(-5);
        assertThat(simulator.peek(module.total.imaginary())).isEqualTo(7);
        simulator
                .poke(module.sample.real(), -100)
                .poke(module.sample.imaginary(), 50)
                .poke(module.add, 1)
                .step(2);
        assertThat(simulator.peek(module.total.real())).isEqualTo(-205);
        assertThat(simulator.peek(module.total.imaginary())).isEqualTo(107);
        simulator.reset(true).step();
        assertThat(simulator.peek(module.total.real())).isEqualTo(-5);
    }

    /** last | kind above samples would be wrong: the first component is uppermost, element 0 of a vector lowest. */
    @Test
    void bitsArePackedAsASystemVerilogPackedStructPacksThem() {
        final class Packing extends Module {
            final Packet packet = input(Packet.example());
            final UInt word = output(15);
            final Packet back = output(Packet.example());
            final Bool same = output();

            Packing() {
                word.set(packet.asUInt());
                back.set(packet.fromBits(word));
                same.set(packet.eq(back));
            }
        }
        Packing module = new Packing();
        Simulator simulator = Simulator.of(Design.of(module));
        simulator
                .poke(module.packet.last(), 1)
                .poke(module.packet.samples().get(0), new Complex(SInt.of(3, 1), SInt.of(3, 2)))
                .poke(module.packet.samples().get(1), new Complex(SInt.of(3, -1), SInt.of(3, 0)))
                .poke(module.packet.kind(), Choice.of(Kind.IDLE));
        // last, samples[1].real, samples[1].imaginary, samples[0].real, samples[0].imaginary, kind
        assertThat(simulator.peek(module.word)).isEqualTo(0b1_111_000_001_010_10);
        Random random = new Random(3);
        for (int i = 0; i < 100; i++) {
            for (Net input : simulator.netlist().inputs()) {
                simulator.poke(input, new BigInteger(input.width(), random));
            }
            assertThat(simulator.peek(module.same)).as("seed 3, word %d", i).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8})
    void anIndexChoosesTheElementToReadAndToWrite(int size) {
        final class File extends Module {
            final UInt write = input(3);
            final UInt read = input(3);
            final Complex value = input(Complex.of(6));
            final Vec<Complex> words = reg(Vec.generate(size, i -> new Complex(SInt.of(6, i), SInt.of(6, -i))));
            final Complex word = output(Complex.of(6));

            File() {
                words.set(write, value);
                word.set(words.get(read));
            }
        }
        File module = new File();
        Simulator simulator = Simulator.of(Design.of(module));
        int[] model = new int[size];
        for (int i = 0; i < size; i++) {
            model[i] = i;
        }
        Random random = new Random(size);
        for (int i = 0; i < 200; i++) {
            int read = random.nextInt(8);
            int write = random.nextInt(8);
            int value = random.nextInt(64) - 32;
            simulator.poke(module.read, read).poke(module.write, write).poke(module.value.real(), value);
            assertThat(simulator.peek(module.word.real()))
                    .as("size %d, step %d: beyond the end the last is read", size, i)
                    .isEqualTo(model[Math.min(read, size - 1)]);
            simulator.step();
            if (write < size) {
                model[write] = value;
            }
        }
    }

    @Test
    void muxSelectAndDelayedActOnWholeBundles() {
        final class Chooser extends Module {
            final UInt index = input(2);
            final Complex a = input(Complex.of(4));
            final Complex later = output(Complex.of(5));

            Chooser() {
                Complex small = new Complex(SInt.of(2, 1), SInt.of(2, -1));
                Complex wide = new Complex(SInt.of(5, 15), SInt.of(5, -16));
                later.set(delayed(mux(index.eq(3), small, select(index, List.of(a, wide)))));
            }
        }
        Chooser module = new Chooser();
        Simulator simulator = Simulator.of(Design.of(module));
        simulator.poke(module.a.real(), -8).poke(module.a.imaginary(), 5);
        long[][] expected = {{-8, 5}, {15, -16}, {15, -16}, {1, -1}};
        for (int i = 0; i < 4; i++) {
            simulator.poke(module.index, i).step();
            assertThat(simulator.peek(module.later.real())).isEqualTo(expected[i][0]);
            assertThat(simulator.peek(module.later.imaginary())).isEqualTo(expected[i][1]);
        }
    }

    private static final class DelayLine extends Module {
        final UInt in = input(8);
        final UInt out = output(8);

        DelayLine(int cycles) {
            UInt value = in;
            for (int i = 0; i < cycles; i++) {
                value = delayed(value);
            }
            out.set(value);
        }
    }

    @Test
    void registersWithoutANameAreNumberedBehindTheSignalThatTheyFeed() {
        Design design = Design.of(new DelayLine(4));
        assertThat(design.flat().registers().stream().map(design.top()::name))
                .containsExactlyInAnyOrder("out_register", "out_register_2", "out_register_3", "out_register_4");
    }

    private static final class TwoEnums extends Module {
        private static final class Other {
            enum State {
                HIGH,
                LOW,
                LOCKED
            }
        }

        final Choice<Turnstile.State> first = input(Choice.of(Turnstile.State.LOCKED));
        final Choice<Other.State> second = input(Choice.of(Other.State.HIGH));
        final Bool both = output();

        TwoEnums() {
            both.set(first.is(Turnstile.State.LOCKED).and(second.is(Other.State.LOCKED)));
        }
    }

    @Test
    void enumsOfOneNameKeepTheirConstantsApart() {
        String text = VerilogEmitter.emit(Design.of(new TwoEnums())).text("two_enums.v");
        assertThat(text)
                .contains("localparam [1:0] STATE_LOCKED = 2'd0;")
                .contains("localparam [1:0] STATE_LOCKED_2 = 2'd2;")
                .contains("assign both = (first == STATE_LOCKED) && (second == STATE_LOCKED_2);");
    }

    /** A number with a binary point that its type knows: the parameter of a type travels with the value. */
    record Fixed(SInt raw, int fraction) implements Bundle<Fixed> {
        Fixed times(Fixed other) {
            return new Fixed(raw.times(other.raw), fraction + other.fraction);
        }
    }

    @Test
    void aParameterOfATypeTravelsWithItsValues() {
        final class Square extends Module {
            final Fixed x = input(new Fixed(SInt.of(8, 0), 4));
            final Fixed squared = delayed(x.times(x));
            final SInt out = signedOutput(16);

            Square() {
                out.set(squared.raw());
            }
        }
        Square module = new Square();
        assertThat(module.squared.fraction()).isEqualTo(8);
        Simulator simulator = Simulator.of(Design.of(module));
        assertThat(simulator.poke(module.x.raw(), -24).step().peek(module.out)).isEqualTo(576);
    }

    @Test
    void aCodeOfNoConstantIsReported() {
        final class Cast extends Module {
            final UInt code = input(2);
            final Choice<Kind> kind = output(Choice.of(Kind.DATA));

            Cast() {
                kind.set(kind.fromBits(code));
            }
        }
        Cast module = new Cast();
        Simulator simulator = Simulator.of(Design.of(module));
        assertThat(simulator.poke(module.code, 1).peek(module.kind)).isEqualTo(Kind.CONTROL);
        assertThatThrownBy(() -> simulator.poke(module.code, 3).peek(module.kind))
                .hasMessage("kind is 3, the code of no constant of Kind");
    }

    private static final class Turnstile extends Module {
        enum State {
            LOCKED,
            OPEN,
            BROKEN
        }

        final Bool coin = input();
        final Bool push = input();
        final Choice<State> state = reg(State.LOCKED);
        final Choice<State> shown = output(Choice.of(State.LOCKED));
        final Bool alarm = output();

        Turnstile() {
            when(
                            state.is(State.LOCKED),
                            () -> when(coin, () -> state.set(State.OPEN)).elseWhen(push, () -> state.set(State.BROKEN)))
                    .elseWhen(state.is(State.OPEN).and(push), () -> state.set(State.LOCKED));
            shown.set(state);
            alarm.set(state.is(State.BROKEN));
        }
    }

    @Test
    void aChoiceIsOneOfTheConstantsOfAnEnum() {
        Turnstile module = new Turnstile();
        Simulator simulator = Simulator.of(Design.of(module));
        assertThat(module.state.width()).isEqualTo(2);
        assertThat(simulator.peek(module.shown)).isEqualTo(Turnstile.State.LOCKED);
        simulator.poke(module.coin, 1).step();
        assertThat(simulator.peek(module.shown)).isEqualTo(Turnstile.State.OPEN);
        simulator.poke(module.coin, 0).poke(module.push, 1).step();
        assertThat(simulator.peek(module.shown)).isEqualTo(Turnstile.State.LOCKED);
        simulator.step();
        assertThat(simulator.peek(module.alarm)).isEqualTo(1);
    }

    @Test
    void theVerilogCallsTheConstantsOfAnEnumByTheirNames() {
        String text = VerilogEmitter.emit(Design.of(new Turnstile())).text("turnstile.v");
        assertThat(text)
                .containsSubsequence(
                        "localparam [1:0] STATE_LOCKED = 2'd0;",
                        "localparam [1:0] STATE_OPEN = 2'd1;",
                        "localparam [1:0] STATE_BROKEN = 2'd2;")
                .contains("// State: LOCKED = 0, OPEN = 1, BROKEN = 2")
                .contains("reg [1:0] state = STATE_LOCKED;")
                .contains("if (rst) begin\n            state <= STATE_LOCKED;")
                .contains("state <= STATE_OPEN;")
                .contains("state == STATE_LOCKED")
                .contains("assign alarm = state == STATE_BROKEN;");
    }
}
