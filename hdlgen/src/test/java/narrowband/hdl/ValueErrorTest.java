package narrowband.hdl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import narrowband.hdl.stream.RegisterSlice;
import org.junit.jupiter.api.Test;

/** Faults in the use of bundles, vectors, choices and streams are reported at the line of the faulty statement, which has a call of {@link #here}. */
class ValueErrorTest {
    private static int line;
    private static int firstDriver;

    private static <T> T here(T value) {
        line = StackWalker.getInstance()
                .walk(frames -> frames.skip(1).findFirst().orElseThrow().getLineNumber());
        return value;
    }

    record Complex(SInt real, SInt imaginary) implements Bundle<Complex> {
        static Complex of(int width) {
            return new Complex(SInt.of(width, 0), SInt.of(width, 0));
        }
    }

    record Fixed(SInt raw, int fraction) implements Bundle<Fixed> {}

    record Loose(UInt word, List<UInt> more) implements Bundle<Loose> {}

    record Empty(UInt word) implements Bundle<Empty> {}

    record Impostor(UInt real) implements Bundle<Empty> {}

    /** A module described by a lambda, so that a faulty one is a few lines. */
    private static final class Faulty extends Module {
        final Complex narrow = input(Complex.of(4));
        final Complex wide = input(Complex.of(8));
        final Stream<UInt> words = streamInput(8);

        Faulty(Consumer<Faulty> description) {
            words.ready.set(here(true));
            firstDriver = line;
            description.accept(this);
        }
    }

    private static void refused(Consumer<Faulty> description, String message) {
        refused(description, () -> message);
    }

    private static void refused(Consumer<Faulty> description, Supplier<String> message) {
        line = 0;
        assertThatThrownBy(() -> Design.of(new Faulty(description)))
                .isInstanceOf(ElaborationException.class)
                .satisfies(fault -> assertThat(fault).hasMessage("ValueErrorTest.java:" + line + ": " + message.get()));
    }

    @Test
    void aComponentThatIsTooWideIsNamed() {
        refused(
                m -> m.wire(Complex.of(4)).set(here(new Complex(m.narrow.real(), m.wide.imaginary()))),
                "a value of 8 bits is set to component imaginary of 4 bits. Say .trunc(4) or .sat(4), or widen the signal.");
    }

    @Test
    void aComponentIsHardwareOrAParameter() {
        refused(
                m -> m.wire(here(new Loose(UInt.of(4, 0), List.of()))),
                "component more of record Loose is a ListN, which is no hardware. Make it a UInt, SInt, Bool, Choice, Vec"
                        + " or Bundle.");
        refused(
                m -> m.wire(here(new Empty(null))),
                "component word of record Empty is null, which is no hardware. Make it a UInt, SInt, Bool, Choice, Vec or"
                        + " Bundle.");
    }

    @Test
    void aBundleIsABundleOfItself() {
        refused(
                m -> Shape.leaves(here(new Impostor(UInt.of(4, 0)))),
                "class Impostor is a Bundle of another type. Say record Impostor(...) implements Bundle<Impostor>.");
    }

    @Test
    void parametersThatDifferDoNotMeet() {
        refused(
                m -> m.wire(new Fixed(SInt.of(8, 0), 4)).set(here(new Fixed(SInt.of(8, 1), 5))),
                "fraction of Fixed is 4 here and 5 there. Convert one of the two.");
    }

    @Test
    void aComponentWithoutADriverIsNamed() {
        refused(
                m -> m.wire(here(Complex.of(4))).named("sum").real().set(1),
                "wire sum_imaginary of faulty has no driver. Set it in the constructor, or remove it.");
    }

    @Test
    void vectorsOfDifferentLengthsDoNotMeet() {
        refused(
                m -> Module.mux(Bool.TRUE, Vec.fill(3, m.narrow), here(Vec.fill(4, m.narrow))),
                "a vector of 3 elements meets one of 4. Choose as many elements as the other has.");
        refused(
                m -> Vec.of(Vec.fill(1, m.narrow), here(Vec.fill(2, m.narrow))),
                "a vector of 1 elements meets one of 2. Choose as many elements as the other has.");
        refused(m -> Vec.of(here(List.<UInt>of())), "a vector without elements. Give it at least one.");
    }

    @Test
    void anElementIsInsideItsVector() {
        refused(m -> Vec.fill(3, m.narrow).get(here(3)), "element 3 is not in a vector of 3 elements. Choose 0 to 2.");
        refused(
                m -> Vec.fill(3, UInt.of(4, 0)).set(here(m.words.data), UInt.of(4, 1)),
                "an element of a constant vector is set. Set a vector of wires or registers.");
    }

    @Test
    void aValueIsMadeOfExactlyItsBits() {
        refused(
                m -> m.narrow.fromBits(here(UInt.of(9, 0))),
                "a value of 8 bits is made from 9 bits. Give it exactly 8 bits.");
    }

    @Test
    void aRegisterIsResetToConstants() {
        refused(
                m -> m.reg(here(m.narrow)),
                "a register is to be reset to a signal. Give it constants, or say regLike(...) for one without reset.");
    }

    @Test
    void theErrorOfAStageIsTheUsersWhoPutsItIn() {
        refused(
                m -> m.words.through(new RegisterSlice<>(here(UInt.of(4, 0)))),
                "a value of 8 bits is set to a signal of 4 bits. Say .trunc(4) or .sat(4), or widen the signal.");
    }

    @Test
    void aStreamHasOneConsumer() {
        refused(
                m -> m.words.filter(word -> here(word.bit(0))),
                () -> "signal words_ready already has a driver at ValueErrorTest.java:" + firstDriver
                        + ". Set it once; a default comes first and when(...) overrides it.");
    }
}
