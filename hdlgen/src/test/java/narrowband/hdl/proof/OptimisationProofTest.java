package narrowband.hdl.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.RandomModule;
import narrowband.hdl.UInt;
import narrowband.hdl.bits.BitLevel;
import narrowband.hdl.ir.Expression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What expressions leave out, fold and push around while they are built changes nothing: random designs, built so and built as written, are proven equal. */
class OptimisationProofTest {
    private static final int DESIGNS = 8;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aDesignIsEqualToTheSameOneBuiltAsWritten(long block) throws Exception {
        assumeTrue(Equivalence.designsAvailable(), "yosys is not installed: proofs of optimisation are left out");
        int saved = 0;
        for (long seed = block * 1000; seed < block * 1000 + DESIGNS; seed++) {
            long number = seed;
            Design optimised = Design.of(small(seed));
            Design written = Expression.asWritten(() -> Design.of(small(number)));
            saved += written.flat().order().size() - optimised.flat().order().size();
            assertThat(Equivalence.ofDesigns(optimised, written, folder.resolve("seed" + seed)))
                    .as("seed %d", seed)
                    .isTrue();
        }
        assertThat(saved).as("operators that need not be").isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void theNetlistsAreEqualInAllCyclesToo(long block) throws Exception {
        assumeTrue(Equivalence.bitsAvailable(), "berkeley-abc is not installed: proofs of optimisation are left out");
        for (long seed = block * 1000; seed < block * 1000 + 40; seed++) {
            long number = seed;
            Design optimised = Design.of(small(seed));
            Design written = Expression.asWritten(() -> Design.of(small(number)));
            assertThat(Equivalence.ofGraphs(
                            BitLevel.of(optimised.flat()).graph(),
                            BitLevel.of(written.flat()).graph(),
                            folder.resolve("seed" + seed)))
                    .as("seed %d", seed)
                    .isTrue();
        }
    }

    @Test
    void aWrongNextStateIsFoundOut() throws Exception {
        assumeTrue(Equivalence.designsAvailable(), "yosys is not installed: proofs of optimisation are left out");
        Design right = Design.of(new Accumulator(false));
        assertThat(Equivalence.ofDesigns(right, Design.of(new Accumulator(false)), folder))
                .isTrue();
        assertThat(Equivalence.ofDesigns(right, Design.of(new Accumulator(true)), folder))
                .isFalse();
    }

    private static final class Accumulator extends Module {
        final UInt step = input(4);
        final UInt total = output(6);
        final UInt sum = reg(6, 0);

        Accumulator(boolean wrong) {
            sum.set(wrong ? sum.wrappingPlus(step.and(UInt.of(4, 7))) : sum.wrappingPlus(step));
            total.set(sum);
        }
    }

    private static RandomModule small(long seed) {
        return new RandomModule(seed, 10, 1, 7);
    }
}
