package narrowband.hdl.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.RandomModule;
import narrowband.hdl.UInt;
import narrowband.hdl.bits.BitLevel;
import narrowband.hdl.ir.MemoryBlock.Style;
import narrowband.hdl.stream.Fifo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole designs with registers, memories and hierarchy: what Yosys reads in their Verilog does in all cycles, for all inputs, what the JVM's bit-level form does. */
class DesignProofTest {
    private static final int DESIGNS = 12;

    @TempDir
    Path folder;

    @BeforeEach
    void requireCheckers() {
        assumeTrue(
                Equivalence.bitsAvailable(), "yosys or berkeley-abc is not installed: proofs of designs are left out");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void theVerilogOfARandomDesignIsTheDesign(long block) throws Exception {
        for (long seed = block * 100; seed < block * 100 + DESIGNS; seed++) {
            Design design = Design.of(new RandomModule(seed, 10, 1, 7));
            Path place = folder.resolve("seed" + seed);
            Equivalence.bitsOf(design, place);
            assertThat(Equivalence.ofBits(BitLevel.of(design.flat()).graph(), place))
                    .as("seed %d", seed)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Style.class,
            names = {"BLOCK", "DISTRIBUTED"})
    void theVerilogOfAQueueIsTheQueue(Style style) throws Exception {
        Design design = Design.of(Fifo.of(3, 4, style));
        Equivalence.bitsOf(design, folder);
        assertThat(Equivalence.ofBits(BitLevel.of(design.flat()).graph(), folder))
                .isTrue();
    }

    @Test
    void aRegisterThatStartsOtherwiseIsFoundOut() throws Exception {
        Equivalence.bitsOf(Design.of(new Accumulator(5, 15)), folder);
        assertThat(Equivalence.ofBits(bits(new Accumulator(5, 15)), folder)).isTrue();
        assertThat(Equivalence.ofBits(bits(new Accumulator(4, 15)), folder)).isFalse();
    }

    @Test
    void aWrongNextStateIsFoundOut() throws Exception {
        Equivalence.bitsOf(Design.of(new Accumulator(5, 15)), folder);
        assertThat(Equivalence.ofBits(bits(new Accumulator(5, 7)), folder)).isFalse();
    }

    private static narrowband.hdl.bits.AndInverterGraph bits(Module module) {
        return BitLevel.of(Design.of(module).flat()).graph();
    }

    private static final class Accumulator extends Module {
        final UInt step = input(4);
        final UInt total = output(6);
        final UInt sum;

        Accumulator(int start, int mask) {
            sum = reg(6, start);
            sum.set(sum.wrappingPlus(step.and(UInt.of(4, mask))));
            total.set(sum);
        }
    }
}
