package narrowband.hdl.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.UInt;
import narrowband.hdl.bits.BitLevel;
import narrowband.hdl.simulation.VerilogTool;
import narrowband.hdl.verilog.Counting;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;
import narrowband.hdl.verilog.VerilogOptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way to count ones in Verilog counts ones, for all inputs of many widths. */
class CountingProofTest {
    @TempDir
    Path folder;

    /** Counts the ones of words of 2 to {@code widest} bits, and of words that are the AND of two. */
    private static final class Counters extends Module {
        Counters(int widest) {
            for (int width = 2; width <= widest; width++) {
                UInt a = input(width).named("a" + width);
                UInt b = input(width).named("b" + width);
                UInt ones = a.countOnes();
                UInt products = a.and(b).countOnes();
                output(ones.width()).named("ones" + width).set(ones);
                output(products.width()).named("products" + width).set(products);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Counting.class)
    void countsTheOnesOfWordsOfEveryWidth(Counting counting) throws Exception {
        assumeTrue(
                Equivalence.bitsAvailable(), "yosys or berkeley-abc is not installed: proofs of counting are left out");
        Design design = Design.of(new Counters(12));
        Equivalence.bitsOf(design, VerilogOptions.PLAIN.withCounting(counting), folder);
        assertThat(Equivalence.ofBits(BitLevel.of(design.flat()).graph(), folder))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(Counting.class)
    void lintersFindNothingInWordsOfEveryWidth(Counting counting) throws Exception {
        assumeTrue(VerilogTool.VERILATOR.available(), "verilator is not installed: left out");
        VerilogFiles files =
                VerilogEmitter.emit(Design.of(new Counters(70)), VerilogOptions.PLAIN.withCounting(counting));
        files.writeTo(folder);
        assertThat(VerilogTool.VERILATOR.lint(folder, files.top(), files.sources()))
                .isEmpty();
    }
}
