package narrowband.hdl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import narrowband.hdl.simulation.Simulator;
import narrowband.hdl.simulation.VerilogTool;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Verilog from elsewhere inside a design of ours. */
class BlackBoxTest {
    private static final String VENDORS = """
            `default_nettype none
            module VENDOR_MAC #(parameter OFFSET = 0, parameter MODE = "none") (
                input wire CK, input wire [7:0] A, input wire [7:0] B, output reg [16:0] P
            );
                initial P = 17'd0;
                wire [15:0] product = A * B;
                always @(posedge CK) P <= {1'b0, product} + (MODE == "biased" ? OFFSET[16:0] : 17'd0);
            endmodule
            `default_nettype wire
            """;

    /** A vendor's multiplier, with or without its meaning in Java. */
    private static final class VendorMultiplier extends BlackBox {
        final UInt a = input(8).named("A");
        final UInt b = input(8).named("B");
        final UInt product = output(17).named("P");

        VendorMultiplier(int offset, boolean described) {
            super("VENDOR_MAC", "CK", "");
            verilogParameter("OFFSET", offset);
            verilogParameter("MODE", "biased");
            if (described) {
                product.set(delayed(a.times(b).plus(offset)));
            }
        }
    }

    private static final class Pair extends Module {
        final UInt x = input(8);
        final UInt y = input(8);
        final UInt sum = output(18);
        final VendorMultiplier first;
        final VendorMultiplier second;

        Pair(boolean described) {
            first = instance(new VendorMultiplier(3, described));
            second = instance(new VendorMultiplier(5, described));
            first.a.set(x);
            first.b.set(y);
            second.a.set(y);
            second.b.set(y);
            sum.set(first.product.plus(second.product));
        }
    }

    @Test
    void itsInstancesAreWrittenAndItsTextIsNot() {
        VerilogFiles files = VerilogEmitter.emit(Design.of(new Pair(true)));
        assertThat(files.sources()).containsExactly("pair.v");
        assertThat(files.text("pair.v"))
                .contains(
                        "VENDOR_MAC #(.OFFSET(3), .MODE(\"biased\")) first (\n        .CK(clk),\n",
                        "VENDOR_MAC #(.OFFSET(5), .MODE(\"biased\")) second (",
                        ".P(second_P)");
        assertThat(VerilogEmitter.emit(Design.of(new Pair(false))).files()).isEqualTo(files.files());
    }

    @Test
    void itsBehaviourInJavaIsWhatSimulationsRun() {
        Pair pair = new Pair(true);
        Simulator simulator = Simulator.of(Design.of(pair));
        simulator.poke(pair.x, 20).poke(pair.y, 11).step();
        assertThat(simulator.peek(pair.sum)).isEqualTo(20 * 11 + 3 + 11 * 11 + 5);
    }

    @Test
    void withoutBehaviourItIsNotSimulated() {
        Design design = Design.of(new Pair(false));
        assertThatThrownBy(() -> Simulator.of(design))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("output first.P of a black box has no behaviour in Java: describe it in its constructor to"
                        + " simulate the design");
    }

    @ParameterizedTest
    @EnumSource(names = {"ICARUS", "VERILATOR"})
    void theVerilogFitsTheVendors(VerilogTool tool, @TempDir Path folder) throws Exception {
        assumeTrue(tool.available(), () -> tool + " is not here: this check is left out");
        VerilogFiles files = VerilogEmitter.emit(Design.of(new Pair(true)));
        files.writeTo(folder);
        Files.writeString(folder.resolve("VENDOR_MAC.v"), VENDORS);
        List<String> sources = new ArrayList<>(files.sources());
        sources.add("VENDOR_MAC.v");
        assertThat(tool.lint(folder, files.top(), sources)).isEmpty();
    }

    @Test
    void wideValuesPassThroughIt() {
        Pair pair = new Pair(true);
        Simulator simulator = Simulator.of(Design.of(pair));
        simulator
                .poke(pair.x, BigInteger.valueOf(255))
                .poke(pair.y, BigInteger.valueOf(255))
                .step();
        assertThat(simulator.peek(pair.sum)).isEqualTo(2 * 255 * 255 + 8);
    }
}
