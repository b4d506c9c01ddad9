package narrowband.hdl.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import narrowband.hdl.Bool;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.simulation.VerilogTool;
import narrowband.hdl.tool.OutsideProgram;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FormalProofTest {
    @TempDir
    Path folder;

    /** Counts from 0 to {@code limit} - 1, and says that it stays below {@code claimed}. */
    private static final class Counter extends Module {
        final Bool enable = input();
        final UInt count = output(4);
        final UInt value = reg(4, 0);

        Counter(int limit, int claimed) {
            parameter("limit", limit);
            count.set(value);
            when(
                    enable,
                    () -> when(value.eq(limit - 1), () -> value.set(0))
                            .otherwise(() -> value.set(value.wrappingPlus(1))));
            assertAlways(value.lt(claimed), "the count stays below " + claimed);
            cover(value.eq(limit - 1), "the count reaches its last value");
        }
    }

    /** Two counters, the second one enabled by the first; promises to itself that the second is never enabled at 2. */
    private static final class Chain extends Module {
        final Bool enable = input();
        final UInt total = output(5);
        final Counter slow = instance(new Counter(4, 4));
        final Guarded guarded = instance(new Guarded());

        Chain(boolean careful) {
            slow.enable.set(enable);
            guarded.enable.set(careful ? enable.and(guarded.count.ne(2)) : enable);
            total.set(slow.count.plus(guarded.count));
        }
    }

    private static final class Guarded extends Module {
        final Bool enable = input();
        final UInt count = output(4);
        final UInt value = reg(4, 0);

        Guarded() {
            count.set(value);
            when(enable, () -> value.set(value.wrappingPlus(1)));
            assume(enable.not().or(value.ne(2)), "nobody counts on from 2");
            assertAlways(value.le(2), "the count stops at 2");
        }
    }

    @BeforeEach
    void requireProvers() {
        assumeTrue(FormalProof.available(), "yosys-smtbmc or z3 is not installed: proofs of checks are left out");
    }

    @Test
    void whatHoldsIsProvenForAllTime() throws Exception {
        assertThat(proof(new Counter(9, 9)).prove(folder, 2)).isEqualTo(new Verdict.Proven());
    }

    @Test
    void whatFailsIsShownWithItsCycleItsMessageAndItsLine() throws Exception {
        Verdict verdict = proof(new Counter(9, 7)).prove(folder, 12);
        assertThat(verdict).isInstanceOfSatisfying(Verdict.Counterexample.class, failure -> {
            assertThat(failure.cycle()).isEqualTo(7);
            assertThat(failure.check().check().message()).isEqualTo("the count stays below 7");
            assertThat(failure.check().check().source().file()).isEqualTo("FormalProofTest.java");
            assertThat(failure.wave()).isNotEmptyFile();
            assertThat(failure.toString())
                    .startsWith("cycle 7: \"the count stays below 7\" fails (FormalProofTest.java:");
        });
    }

    @Test
    void aBoundTooLowShowsNothing() throws Exception {
        assertThat(proof(new Counter(9, 7)).bounded(folder, 7)).isEqualTo(new Verdict.Bounded(7));
    }

    @Test
    void whatOnlyHoldsFromPowerUpIsNotProvenByInduction() throws Exception {
        assertThat(proof(new Counter(9, 14)).prove(folder, 3))
                .isInstanceOfSatisfying(
                        Verdict.Inconclusive.class,
                        open -> assertThat(open.check().check().message()).isEqualTo("the count stays below 14"));
    }

    @Test
    void anAssumptionOfTheTopModuleIsBelieved() throws Exception {
        assertThat(proof(new Guarded()).prove(folder, 2)).isEqualTo(new Verdict.Proven());
    }

    @Test
    void anAssumptionOfAnInstanceIsProven() throws Exception {
        assertThat(proof(new Chain(true)).prove(folder, 2)).isEqualTo(new Verdict.Proven());
        assertThat(proof(new Chain(false)).prove(folder, 6))
                .isInstanceOfSatisfying(Verdict.Counterexample.class, failure -> {
                    assertThat(failure.check().instance()).isEqualTo("guarded");
                    assertThat(failure.check().check().message()).isEqualTo("nobody counts on from 2");
                    assertThat(failure.cycle()).isEqualTo(2);
                });
    }

    @Test
    void assumptionsThatContradictEachOtherAreNoProof() throws Exception {
        final class Impossible extends Module {
            final Bool given = input();
            final UInt state = reg(2);

            Impossible() {
                state.set(state.wrappingPlus(1));
                assume(given, "it is given");
                assume(given.not().or(state.ne(2)), "it is not given at 2");
                assertAlways(state.ne(3), "3 is not reached");
                output(2).named("now").set(state);
            }
        }
        assertThat(proof(new Impossible()).bounded(folder, 5)).isEqualTo(new Verdict.Contradiction(5));
    }

    @Test
    void aCoverStatementIsReachedInItsFirstPossibleCycle() throws Exception {
        FormalProof proof = proof(new Counter(9, 9));
        assertThat(proof.covered(folder, 8)).isEmpty();
        assertThat(proof.covered(folder, 12).values()).containsExactly(8);
    }

    @Test
    void whatNoInductionReachesIsDecidedByReachability() throws Exception {
        assumeTrue(
                FormalProof.decisionAvailable(),
                "berkeley-abc is not installed: decisions by reachability are left out");
        Duration limit = Duration.ofSeconds(20);
        assertThat(proof(new Counter(9, 14)).decide(folder, limit)).isEqualTo(new Verdict.Proven());
        assertThat(proof(new Chain(true)).decide(folder, limit)).isEqualTo(new Verdict.Proven());
        assertThat(proof(new Counter(9, 7)).decide(folder, limit))
                .isInstanceOfSatisfying(
                        Verdict.Counterexample.class,
                        failure -> assertThat(failure.cycle()).isEqualTo(7));
        assertThat(proof(new Chain(false)).decide(folder, limit))
                .isInstanceOfSatisfying(
                        Verdict.Counterexample.class,
                        failure -> assertThat(failure.check().check().message()).isEqualTo("nobody counts on from 2"));
    }

    @Test
    void aDesignOfTwoClocksIsRefused() {
        final class Two extends Module {
            final Clock other = clock();
            final Bool given = input();
            final Bool kept = output();

            Two() {
                Bool here = reg(false).named("here");
                here.set(given);
                kept.set(here);
                in(other, () -> {
                    Bool there = reg(false).named("there");
                    there.set(there.not());
                });
            }
        }
        assertThatThrownBy(() -> proof(new Two())).hasMessageContaining("several clocks");
    }

    @ParameterizedTest
    @EnumSource(VerilogTool.class)
    void lintersHaveNothingToSayOfAModuleWithChecks(VerilogTool tool) throws Exception {
        assumeTrue(tool.available(), tool + " is not installed: its check is left out");
        VerilogFiles files = VerilogEmitter.emit(Design.of(new Chain(true)));
        files.writeTo(folder);
        assertThat(tool.lint(folder, files.top(), files.sources())).isEmpty();
    }

    /** Icarus 11 knows no labelled assertions: it and other simulators see the text without them. */
    @Test
    void verilatorHasNothingToSayOfTheChecksThemselves() throws Exception {
        OutsideProgram verilator = new OutsideProgram("verilator");
        assumeTrue(verilator.available(), "verilator is not installed: its check is left out");
        VerilogFiles files = VerilogEmitter.emit(Design.of(new Chain(true)));
        files.writeTo(folder);
        Path log = folder.resolve("lint.log");
        List<String> arguments =
                new ArrayList<>(List.of("--lint-only", "-Wall", "-DFORMAL", "--top-module", files.top()));
        arguments.addAll(files.sources());
        verilator.succeed(folder, log, arguments);
        assertThat(log).hasContent("");
    }

    private static FormalProof proof(Module module) {
        return new FormalProof(Design.of(module));
    }
}
