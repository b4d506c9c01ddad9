package narrowband.hdl.stream;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import narrowband.hdl.Bool;
import narrowband.hdl.Module;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;
import narrowband.hdl.Value;
import narrowband.hdl.Vec;

/**
 * The claim that a stage is a queue: what enters leaves once, in its order, and the stage offers a word whenever it holds enough. It follows one word of the solver's choice
 * (any entering word may be marked) and counts all others; since the chosen word is any, the claim holds for each.
 *
 * <p>What the stage holds is given by the stage, oldest first, so that the claims imply themselves from one cycle to the next.
 */
final class QueueProof<T extends Value<T>> extends Module {
    private static final int BITS = 5;

    /** What may be claimed or not. */
    enum Part {
        /** A word is offered from the cycle after it entered, and taken where there is room. */
        PROMPT,
        /** What the stage holds is what entered and did not leave; without it only what is seen from outside is claimed. */
        INSIDE
    }

    final Bool inValid = input();
    final Bool inReady = input();
    final Vec<T> entering;
    final Bool outValid = input();
    final Bool outReady = input();
    final Vec<T> leaving;
    final Vec<Bool> present;
    final Vec<T> held;
    /** One of the words that enter in this cycle is to be followed: that at {@code place}, where there is one. */
    final Bool mark = input();

    final UInt place = input(BITS);

    private final UInt count = reg(BITS, 0);
    private final Bool followed = reg(false);
    private final T word;
    private final UInt ahead = reg(BITS, 0);

    /**
     * A proof for a stage of words like {@code like}.
     *
     * @param in how many enter at once
     * @param out how many leave at once
     * @param capacity how many there may be inside
     */
    QueueProof(T like, int in, int out, int capacity) {
        this(like, in, out, capacity, EnumSet.allOf(Part.class));
    }

    /** As {@link #QueueProof(Value, int, int, int)}, with only these parts of the claim beside its core. */
    QueueProof(T like, int in, int out, int capacity, Set<Part> parts) {
        entering = input(Vec.fill(in, like));
        leaving = input(Vec.fill(out, like));
        present = input(Vec.fill(capacity, Bool.FALSE));
        held = input(Vec.fill(capacity, like));
        word = regLike(like);
        Bool enters = inValid.and(inReady).named("enters");
        Bool leaves = outValid.and(outReady).named("leaves");
        UInt entered = mux(enters, UInt.of(BITS, in), UInt.of(BITS, 0));
        UInt left = mux(leaves, UInt.of(BITS, out), UInt.of(BITS, 0));
        count.set(count.wrappingPlus(entered).wrappingMinus(left));

        when(enters.and(mark).and(place.lt(in)).and(followed.not()), () -> {
                    followed.set(true);
                    word.set(entering.get(place));
                    ahead.set(count.wrappingMinus(left).wrappingPlus(place));
                })
                .elseWhen(followed.and(leaves), () -> {
                    when(ahead.lt(out), () -> followed.set(false))
                            .otherwise(() -> ahead.set(ahead.wrappingMinus(UInt.of(out))));
                });

        assertAlways(leaves.not().or(count.ge(out)), "nothing leaves that did not enter");
        if (parts.contains(Part.PROMPT)) {
            assertAlways(outValid.eq(count.ge(out)), "what is held is offered");
            assertAlways(count.gt(capacity - in).or(inReady), "where there is room a word is taken");
        }
        when(
                followed.and(leaves).and(ahead.lt(out)),
                () -> assertAlways(leaving.get(ahead).eq(word), "the followed word leaves unchanged and in its place"));
        assertAlways(count.le(capacity), "no more enters than has room");

        if (parts.contains(Part.INSIDE)) {
            claimInside(out, capacity);
        }
    }

    private void claimInside(int out, int capacity) {
        UInt inside = UInt.of(BITS, 0);
        for (int i = 0; i < capacity; i++) {
            inside = inside.wrappingPlus(present.get(i).asUInt());
            if (i > 0) {
                assertAlways(present.get(i).not().or(present.get(i - 1)), "words are held without gaps");
            }
        }
        assertAlways(inside.eq(count), "as many are held as entered and did not leave");
        assertAlways(followed.not().or(ahead.lt(count)), "the followed word is held");
        assertAlways(followed.not().or(held.get(ahead).eq(word)), "the followed word is held in its place");
        for (int i = 0; i < out; i++) {
            assertAlways(outValid.not().or(leaving.get(i).eq(held.get(i))), "the oldest word is offered");
        }
    }

    /** Describes that {@code this} proves a stage; said by the stage, of which it is an instance. */
    void watch(Stream<?> in, Vec<T> entering, Stream<?> out, Vec<T> leaving, List<Bool> present, List<T> held) {
        inValid.set(in.valid);
        inReady.set(in.ready);
        this.entering.set(entering);
        outValid.set(out.valid);
        outReady.set(out.ready);
        this.leaving.set(leaving);
        this.present.set(Vec.of(present));
        this.held.set(Vec.of(held));
    }
}
