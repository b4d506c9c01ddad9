package narrowband.hdl.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import narrowband.hdl.Bool;
import narrowband.hdl.Design;
import narrowband.hdl.Stage;
import narrowband.hdl.UInt;
import narrowband.hdl.Vec;
import narrowband.hdl.proof.FormalProof;
import narrowband.hdl.proof.Verdict;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The handshake properties of the stages. */
class StageProofTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("narrowband.hdl.stream.Proven#claims")
    void theClaimsHoldForAllTime(Proven.Claim claim) throws Exception {
        assumeTrue(FormalProof.available(), "yosys-smtbmc or z3 is not installed: stages are not proven");
        Design design = Design.of(claim.module().get().module());
        assertThat(new FormalProof(design).prove(folder, claim.depth())).isEqualTo(new Verdict.Proven());
    }

    /** What can be wrong with a register in a stream, and the claims that show it. */
    private enum Fault {
        TAKES_WHILE_FULL("no more enters than has room"),
        OFFERS_TWICE("nothing leaves that did not enter", "what is held is offered"),
        TAKES_BACK("out keeps its words"),
        CHANGES_ITS_WORD("out keeps its words"),
        WAITS_FOR_READY("what is held is offered"),
        TAKES_NOTHING("where there is room a word is taken");

        /** Any of these: they fail in the same cycle. */
        private final List<String> claims;

        Fault(String... claims) {
            this.claims = List.of(claims);
        }
    }

    /** A register slice with a fault. */
    private static final class Faulty extends Stage<UInt, UInt> {
        final Bool valid = reg(false);
        final UInt word = reg(3);
        final Bool mark = input();
        final QueueProof<UInt> proof =
                instance(new QueueProof<>(UInt.of(3, 0), 1, 1, 1, EnumSet.of(QueueProof.Part.PROMPT)));

        Faulty(Fault fault) {
            super(UInt.of(3, 0), UInt.of(3, 0));
            Bool moves = valid.not().or(out.ready);
            in.ready.set(Bool.of(fault == Fault.TAKES_WHILE_FULL).or(moves).and(Bool.of(fault != Fault.TAKES_NOTHING)));
            Bool leaves = fault == Fault.TAKES_BACK ? Bool.TRUE : moves;
            when(leaves, () -> valid.set(fault == Fault.OFFERS_TWICE ? valid.or(in.valid) : in.valid));
            when(fault == Fault.CHANGES_ITS_WORD ? Bool.TRUE : moves, () -> word.set(in.data));
            out.valid.set(fault == Fault.WAITS_FOR_READY ? valid.and(out.ready) : valid);
            out.data.set(word);
            proof.mark.set(mark);
            proof.place.set(0);
            proof.watch(in, Vec.of(in.data), out, Vec.of(out.data), List.of(valid), List.of(word));
            assume(instance("expected", new Handshake<>(in.data)).kept(in), "in keeps its words");
            assertAlways(instance("promised", new Handshake<>(out.data)).kept(out), "out keeps its words");
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachFaultIsShownWithTheRunThatLeadsToIt(Fault fault) throws Exception {
        assumeTrue(FormalProof.available(), "yosys-smtbmc or z3 is not installed: faulty stages are not refuted");
        assertThat(new FormalProof(Design.of(new Faulty(fault))).prove(folder, 6))
                .isInstanceOfSatisfying(Verdict.Counterexample.class, run -> {
                    assertThat(run.check().check().message()).isIn(fault.claims);
                    assertThat(run.wave()).isNotEmptyFile();
                });
    }

    @ParameterizedTest
    @MethodSource("narrowband.hdl.stream.Proven#claims")
    void theClaimsHoldUnderRandomStalls(Proven.Claim claim) {
        for (long seed = 0; seed < 3; seed++) {
            Proven.Case stage = claim.module().get();
            StreamBench bench = new StreamBench(stage.module(), stage.ins(), stage.outs(), seed).mixtures();
            assertThat(bench.sent().getFirst().words()).hasSizeGreaterThan(50);
        }
    }
}
