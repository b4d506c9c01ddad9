package narrowband.hdl.stream;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Supplier;
import narrowband.hdl.Bool;
import narrowband.hdl.Module;
import narrowband.hdl.Pair;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;
import narrowband.hdl.Vec;
import narrowband.hdl.ir.MemoryBlock.Style;

/** The stages, each with what is to be proven of it. A subclass describes the same module on, so that it sees what is inside. */
final class Proven {
    /** Wide enough to tell words apart; what holds for each bit holds for all. */
    private static final UInt WORD = UInt.of(2, 0);

    private Proven() {}

    /** A stage to prove, and the streams at its borders. */
    record Case(Module module, List<? extends Stream<?>> ins, List<? extends Stream<?>> outs) {}

    /**
     * What is proven, by name.
     *
     * @param depth the cycles of the induction
     */
    record Claim(String name, Supplier<Case> module, int depth) {
        Claim(String name, Supplier<Case> module) {
            this(name, module, 2);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static java.util.stream.Stream<Claim> claims() {
        return java.util.stream.Stream.of(
                stage("register slice", ProvenRegisterSlice::new),
                stage("skid buffer", ProvenSkidBuffer::new),
                stage("FIFO of 1", () -> new ProvenFifo(1, false)),
                stage("FIFO of 2", () -> new ProvenFifo(2, false)),
                stage("FIFO of 3", () -> new ProvenFifo(3, false)),
                stage("FIFO of 4 as in block RAM", () -> new ProvenFifo(4, true)),
                new Claim("FIFO of 2 between two clocks that are one", () -> TiedFifo.of(2), 4),
                new Claim("FIFO of 4 between two clocks that are one", () -> TiedFifo.of(4), 4),
                stage("widener by 2", () -> new ProvenWidener(2)),
                stage("widener by 3", () -> new ProvenWidener(3)),
                stage("narrower by 2", () -> new ProvenNarrower(2)),
                stage("narrower by 3", () -> new ProvenNarrower(3)),
                new Claim("fork to 2", () -> {
                    ProvenFork fork = new ProvenFork(2);
                    return new Case(fork, List.of(fork.in), fork.outs);
                }),
                new Claim("fork to 3", () -> {
                    ProvenFork fork = new ProvenFork(3);
                    return new Case(fork, List.of(fork.in), fork.outs);
                }),
                new Claim("arbiter of 2", () -> {
                    ProvenArbiter arbiter = new ProvenArbiter(2);
                    return new Case(arbiter, arbiter.ins, List.of(arbiter.out));
                }),
                new Claim("arbiter of 3", () -> {
                    ProvenArbiter arbiter = new ProvenArbiter(3);
                    return new Case(arbiter, arbiter.ins, List.of(arbiter.out));
                }),
                new Claim("turns of an arbiter of 2", () -> {
                    FairArbiter arbiter = new FairArbiter(2);
                    return new Case(arbiter, arbiter.ins, List.of(arbiter.out));
                }),
                new Claim("turns of an arbiter of 3", () -> {
                    FairArbiter arbiter = new FairArbiter(3);
                    return new Case(arbiter, arbiter.ins, List.of(arbiter.out));
                }),
                new Claim("join", () -> {
                    ProvenJoin join = new ProvenJoin();
                    return new Case(join, List.of(join.a, join.b), List.of(join.out));
                }),
                stage("filter", ProvenFilter::new),
                new Claim("router to 3", () -> {
                    ProvenRouter router = new ProvenRouter(3);
                    return new Case(router, List.of(router.in), router.outs);
                }));
    }

    private static Claim stage(String name, Supplier<narrowband.hdl.Stage<?, ?>> stage) {
        return new Claim(name, () -> {
            narrowband.hdl.Stage<?, ?> made = stage.get();
            return new Case(made, List.of(made.in), List.of(made.out));
        });
    }

    static final class ProvenRegisterSlice extends RegisterSlice<UInt> {
        final Bool mark = input();
        final UInt place = input(5);
        final QueueProof<UInt> proof = instance(new QueueProof<>(WORD, 1, 1, 1));

        ProvenRegisterSlice() {
            super(WORD);
            proof.mark.set(mark);
            proof.place.set(place);
            proof.watch(in, Vec.of(in.data), out, Vec.of(out.data), List.of(valid), List.of(word));
            assume(instance("expected", new Handshake<>(WORD)).kept(in), "in keeps its words");
            assertAlways(instance("promised", new Handshake<>(WORD)).kept(out), "out keeps its words");
        }
    }

    static final class ProvenSkidBuffer extends SkidBuffer<UInt> {
        final Bool mark = input();
        final UInt place = input(5);
        final QueueProof<UInt> proof = instance(new QueueProof<>(WORD, 1, 1, 2));

        ProvenSkidBuffer() {
            super(WORD);
            proof.mark.set(mark);
            proof.place.set(place);
            proof.watch(in, Vec.of(in.data), out, Vec.of(out.data), List.of(valid, caught), List.of(word, spare));
            assume(instance("expected", new Handshake<>(WORD)).kept(in), "in keeps its words");
            assertAlways(instance("promised", new Handshake<>(WORD)).kept(out), "out keeps its words");
        }
    }

    static final class ProvenFifo extends Fifo<UInt> {
        final Bool mark = input();
        final UInt place = input(5);
        final QueueProof<UInt> proof;

        ProvenFifo(int depth, boolean registered) {
            super(WORD, depth, Style.AUTO, registered);
            proof = instance(new QueueProof<>(WORD, 1, 1, depth));
            proof.mark.set(mark);
            proof.place.set(place);
            List<Bool> present = new ArrayList<>();
            List<UInt> held = new ArrayList<>();
            UInt address = readAddress;
            for (int i = 0; i < depth; i++) {
                present.add(count.gt(i));
                held.add(wordAt.apply(address));
                address = after(address, depth);
            }
            proof.watch(in, Vec.of(in.data), out, Vec.of(out.data), present, held);
            assume(instance("expected", new Handshake<>(WORD)).kept(in), "in keeps its words");
            assertAlways(instance("promised", new Handshake<>(WORD)).kept(out), "out keeps its words");
            assertAlways(count.le(depth), "no more words are counted than there are places");
            assertAlways(in.ready.eq(count.ne(depth)), "there is room where not all places are taken");
            assertAlways(out.valid.eq(count.ne(0)), "a word is offered where one is held");
            Bool announced = reg(true).named("announced");
            announced.set(announcedRoom());
            assertAlways(in.ready.eq(announced), "there is room when it was announced");
            if (depth > 1) {
                assertAlways(readAddress.lt(depth), "the address read lies in the memory");
                UInt next = readAddress;
                for (int i = 0; i <= depth; i++) {
                    assertAlways(count.ne(i).or(writeAddress.eq(next)), "words lie one after the other");
                    next = after(next, depth);
                }
            }
        }
    }

    /** The queue between two clocks, which see each other's pointers up to two cycles late. */
    static final class ProvenAsyncFifo extends AsyncFifo<UInt> {
        private static final int LATEST = 2;

        final Bool mark = input();
        final UInt place = input(5);
        final QueueProof<UInt> proof;

        ProvenAsyncFifo(int depth) {
            super(WORD, depth);
            proof = instance(new QueueProof<>(WORD, 1, 1, depth, EnumSet.of(QueueProof.Part.INSIDE)));
            proof.mark.set(mark);
            proof.place.set(place);
            UInt count = written.wrappingMinus(read);
            List<Bool> present = new ArrayList<>();
            List<UInt> held = new ArrayList<>();
            for (int i = 0; i < depth; i++) {
                present.add(count.gt(i));
                held.add(wordAt.apply(read.wrappingPlus(i).trunc(read.width() - 1)));
            }
            proof.watch(in, Vec.of(in.data), out, Vec.of(out.data), present, held);
            assertAlways(count.le(depth), "no more words are counted than there are places");
            assertAlways(writtenGray.eq(gray(written)).and(readGray.eq(gray(read))), "the pointers are in Gray code");
            Bool leftKnown = Bool.FALSE;
            Bool cameKnown = Bool.FALSE;
            for (int late = 0; late <= LATEST; late++) {
                leftKnown = leftKnown.or(leftGray.eq(gray(read.wrappingMinus(late)))
                        .and(count.plus(late).le(depth)));
                cameKnown = cameKnown.or(
                        cameGray.eq(gray(written.wrappingMinus(late))).and(count.ge(late)));
            }
            assertAlways(leftKnown, "the writer knows what left, at most two cycles late");
            assertAlways(cameKnown, "the reader knows what came, at most two cycles late");
        }
    }

    /** The queue between two clocks in a module in which both are the same, and resets last three cycles. */
    static final class TiedFifo extends Module {
        final Bool mark = input();
        final UInt place = input(5);
        final Stream<UInt> in = streamInput(WORD);
        final Stream<UInt> out = streamOutput(WORD);
        final ProvenAsyncFifo queue;

        TiedFifo(int depth) {
            queue = instance(new ProvenAsyncFifo(depth));
            connect(queue.reader, clockNow());
            queue.mark.set(mark);
            queue.place.set(place);
            queue.in.connect(in);
            out.connect(queue.out);
            Bool runs = reg(false).named("runs").comment("there was no reset in the cycle before");
            runs.set(true);
            Bool ran = delayed(runs);
            assume(runs.or(ran.not().and(delayed(ran).not())), "a reset lasts at least three cycles");
            assume(instance("expected", new Handshake<>(WORD)).kept(in), "in keeps its words");
            assertAlways(instance("promised", new Handshake<>(WORD)).kept(out), "out keeps its words");
        }

        static Case of(int depth) {
            TiedFifo fifo = new TiedFifo(depth);
            return new Case(fifo, List.of(fifo.in), List.of(fifo.out));
        }
    }

    static final class ProvenWidener extends Widener<UInt> {
        final Bool mark = input();
        final UInt place = input(5);
        final QueueProof<UInt> proof;

        ProvenWidener(int size) {
            super(WORD, size);
            proof = instance(new QueueProof<>(WORD, 1, size, size));
            proof.mark.set(mark);
            proof.place.set(place);
            List<Bool> present = new ArrayList<>();
            List<UInt> held = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                present.add(valid.or(next.gt(i)));
                UInt position = UInt.of(4, size + i).wrappingMinus(next);
                held.add(mux(valid, words.get(i), words.get(position)));
            }
            proof.watch(in, Vec.of(in.data), out, out.data, present, held);
            assume(instance("expected", new Handshake<>(WORD)).kept(in), "in keeps its words");
            assertAlways(instance("promised", new Handshake<>(out.data)).kept(out), "out keeps its words");
            assertAlways(next.lt(size), "an element of the vector is next");
            assertAlways(valid.not().or(next.eq(0)), "a whole vector leaves before the next begins");
        }
    }

    static final class ProvenNarrower extends Narrower<UInt> {
        final Bool mark = input();
        final UInt place = input(5);
        final QueueProof<UInt> proof;

        ProvenNarrower(int size) {
            super(WORD, size);
            proof = instance(new QueueProof<>(WORD, size, 1, size));
            proof.mark.set(mark);
            proof.place.set(place);
            List<Bool> present = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                present.add(valid.and(next.lt(size - i)));
            }
            proof.watch(in, in.data, out, Vec.of(out.data), present, words.toList());
            assume(instance("expected", new Handshake<>(in.data)).kept(in), "in keeps its words");
            assertAlways(instance("promised", new Handshake<>(WORD)).kept(out), "out keeps its words");
            assertAlways(next.lt(size), "an element of the vector is next");
        }
    }

    /** Between two words that leave the input, each copy passes once, with the later word. */
    static final class ProvenFork extends Fork<UInt> {
        ProvenFork(int copies) {
            super(WORD, copies);
            assume(instance("expected", new Handshake<>(WORD)).kept(in), "in keeps its words");
            Bool missing = Bool.FALSE;
            for (int i = 0; i < copies; i++) {
                Stream<UInt> out = outs.get(i);
                Bool passed = reg(false).named("passed_" + i);
                passed.set(mux(in.fire(), Bool.FALSE, passed.or(out.fire())));
                assertAlways(out.fire().not().or(passed.not()), "a copy passes at most once");
                assertAlways(in.fire().not().or(passed).or(out.fire()), "a word leaves when every copy has passed");
                assertAlways(out.fire().not().or(out.data.eq(in.data)), "a copy is the word");
                assertAlways(out.fire().not().or(in.valid), "a copy passes only while its word is there");
                assertAlways(passed.eq(taken.get(i)), "what has passed is known");
                assertAlways(out.valid.eq(in.valid.and(passed.not())), "a word is offered until its copy has passed");
                missing = missing.or(passed.or(out.ready).not());
                assertAlways(instance("promised_" + i, new Handshake<>(WORD)).kept(out), "an output keeps its words");
            }
            assertAlways(missing.or(in.ready), "a word leaves as soon as every copy has passed");
        }
    }

    /** What enters anywhere is offered next, before anything else enters. */
    static final class ProvenArbiter extends Arbiter<UInt> {
        ProvenArbiter(int inputs) {
            super(WORD, inputs);
            Bool any = Bool.FALSE;
            Bool offered = Bool.FALSE;
            UInt entering = WORD;
            for (int i = 0; i < inputs; i++) {
                Stream<UInt> in = ins.get(i);
                assertAlways(any.and(in.fire()).not(), "one input at most is served");
                any = any.or(in.fire());
                offered = offered.or(in.valid);
                entering = mux(in.fire(), in.data, entering);
                assume(instance("expected_" + i, new Handshake<>(WORD)).kept(in), "an input keeps its words");
            }
            Bool enters = any;
            UInt newest = entering;
            Bool waits = reg(false).named("waits").comment("a word entered and did not leave");
            UInt expected = regLike(WORD).named("expected");
            when(enters, () -> {
                        waits.set(true);
                        expected.set(newest);
                    })
                    .elseWhen(out.fire(), () -> waits.set(false));
            assertAlways(out.valid.eq(waits), "a word is offered when one waits");
            assertAlways(waits.not().or(out.data.eq(expected)), "the word that entered is offered");
            assertAlways(enters.and(waits).not().or(out.ready), "no word enters on top of one that waits");
            assertAlways(
                    enters.eq(offered.and(waits.not().or(out.ready))), "a word enters when one is offered and can");
            assertAlways(last.lt(inputs), "an input was served last");
            assertAlways(instance("promised", new Handshake<>(WORD)).kept(out), "out keeps its words");
        }
    }

    /** No input waits for more than one word of each other. */
    static final class FairArbiter extends Arbiter<Bool> {
        FairArbiter(int inputs) {
            super(Bool.FALSE, inputs);
            Bool any = Bool.FALSE;
            for (Stream<Bool> in : ins) {
                any = any.or(in.fire());
            }
            Bool served = wire().named("served");
            served.set(any);
            for (int i = 0; i < inputs; i++) {
                Stream<Bool> in = ins.get(i);
                UInt overtaken = reg(3, 0).named("overtaken_" + i).comment("words served while this input waited");
                when(in.valid.not().or(in.ready), () -> overtaken.set(0))
                        .elseWhen(served, () -> overtaken.set(overtaken.wrappingPlus(1)));
                UInt distance = UInt.of(3, 0);
                for (int number = 0; number < inputs; number++) {
                    distance = mux(last.eq(number), UInt.of(3, Math.floorMod(i - number - 1, inputs)), distance);
                }
                assertAlways(overtaken.lt(inputs), "no input waits for more than one word of each other");
                assertAlways(overtaken.plus(distance).lt(inputs), "each word served brings the turn nearer");
            }
            assertAlways(last.lt(inputs), "an input was served last");
        }
    }

    /** A word leaves the input when it passes at its destination and nowhere else. */
    static final class ProvenRouter extends Router<UInt> {
        ProvenRouter(int outputs) {
            super(WORD, outputs, word -> word.trunc(2));
            assume(instance("expected", new Handshake<>(WORD)).kept(in), "in keeps its words");
            Bool any = Bool.FALSE;
            for (int i = 0; i < outputs; i++) {
                Stream<UInt> out = outs.get(i);
                UInt number = in.data.trunc(2);
                Bool here = i == outputs - 1 ? number.ge(i) : number.eq(i);
                assertAlways(out.valid.eq(in.valid.and(here)), "a word is offered at its destination");
                assertAlways(out.fire().not().or(out.data.eq(in.data)), "a word passes unchanged");
                assertAlways(any.and(out.fire()).not(), "a word passes once");
                any = any.or(out.fire());
                assertAlways(instance("promised_" + i, new Handshake<>(WORD)).kept(out), "an output keeps its words");
            }
            assertAlways(any.eq(in.fire()), "a word leaves when it passes");
        }
    }

    /** A word of each side passes in one cycle, both or none. */
    static final class ProvenJoin extends Module {
        final Stream<UInt> a = streamInput(WORD);
        final Stream<UInt> b = streamInput(WORD);
        final Stream<Pair<UInt, UInt>> out = streamOutput(new Pair<>(a.data, b.data));

        ProvenJoin() {
            out.connect(Stream.join(a, b));
            assume(instance("expected_a", new Handshake<>(WORD)).kept(a), "a keeps its words");
            assume(instance("expected_b", new Handshake<>(WORD)).kept(b), "b keeps its words");
            assertAlways(out.valid.eq(a.valid.and(b.valid)), "a pair is offered when both words are");
            assertAlways(a.fire().eq(b.fire()), "both sides pass or none");
            assertAlways(a.fire().eq(out.fire()), "a pair passes when its words do");
            assertAlways(out.fire().not().or(out.data.eq(new Pair<>(a.data, b.data))), "a pair is of its words");
            assertAlways(instance("promised", new Handshake<>(out.data)).kept(out), "out keeps its words");
        }
    }

    /** Odd words pass, even ones vanish. */
    static final class ProvenFilter extends narrowband.hdl.Stage<UInt, UInt> {
        ProvenFilter() {
            super(WORD, WORD);
            out.connect(in.filter(word -> word.bit(0)));
            Bool odd = in.data.bit(0);
            assume(instance("expected", new Handshake<>(WORD)).kept(in), "in keeps its words");
            assertAlways(out.valid.eq(in.valid.and(odd)), "exactly the odd words are offered");
            assertAlways(out.fire().eq(in.fire().and(odd)), "exactly the odd words pass");
            assertAlways(out.fire().not().or(out.data.eq(in.data)), "they pass unchanged");
            assertAlways(in.valid.and(odd.not()).not().or(in.ready), "the others are taken at once");
            assertAlways(instance("promised", new Handshake<>(WORD)).kept(out), "out keeps its words");
        }
    }
}
