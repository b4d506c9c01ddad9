package narrowband.hdlgen;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import narrowband.accel.design.Channel;

/**
 * The test bench's watch over one FIFO: signatures of the words that enter it and of the cycles in which they do. A
 * signature rotates by five and takes in 32 bits; a single difference always shows.
 *
 * @param number tells the watches apart
 * @param cycles when each word must enter
 * @param words what must enter; none for a FIFO whose words are not codes of a layer in order
 */
record ChannelWatch(int number, Channel channel, long[] cycles, Optional<List<BigInteger>> words) {
    private static final int BITS = 32;
    private static final int ROTATION = 5;

    /** The registers and the process that watch. */
    String watch() {
        String values = words.isPresent() ? "            values_%1$d <= mixed(values_%1$d, %2$s);\n" : "";
        return ("""
                    // %4$s: %5$d words of %6$s
                    integer count_%1$d = 0;
                    reg [31:0] values_%1$d = 32'd0;
                    reg [31:0] cycles_%1$d = 32'd0;
                    always @(posedge clk) begin
                        if (!rst && dut.%4$s.in_valid && dut.%4$s.in_ready && count_%1$d < %5$d) begin
                            count_%1$d <= count_%1$d + 1;
                            cycles_%1$d <= mixed(cycles_%1$d, cycle);
                %3$s        end
                    end
                """)
                .formatted(
                        number,
                        "",
                        values.formatted(number, folded("dut." + channel.name() + ".in_data")),
                        channel.name(),
                        cycles.length,
                        channel.type());
    }

    /** The statements that judge at the end. */
    String verdict() {
        return """
                                if (count_%1$d !== %2$d || values_%1$d !== 32'h%3$08x || cycles_%1$d !== 32'h%4$08x) begin
                                    unlike = unlike + 1;
                                    $display("channel %5$s: %%0d words, not %2$d; values %%s; cycles %%s", count_%1$d,
                                        values_%1$d === 32'h%3$08x ? "agree" : "differ",
                                        cycles_%1$d === 32'h%4$08x ? "agree" : "differ");
                                end""".formatted(number, cycles.length, valueSignature(), cycleSignature(), channel.name());
    }

    /** The Verilog expression that folds a word to 32 bits: its pieces, exclusive or. */
    private String folded(String word) {
        int width = channel.type().bits();
        if (width == 1) {
            return "{31'd0, %s}".formatted(word);
        }
        List<String> pieces = new ArrayList<>();
        for (int low = 0; low < width; low += BITS) {
            int high = Math.min(low + BITS, width) - 1;
            int padding = BITS - (high - low + 1);
            String piece = "%s[%d:%d]".formatted(word, high, low);
            pieces.add(padding == 0 ? piece : "{%d'd0, %s}".formatted(padding, piece));
        }
        return String.join(" ^ ", pieces);
    }

    private int valueSignature() {
        int signature = 0;
        for (BigInteger word : words.orElse(List.of())) {
            int folded = 0;
            for (BigInteger rest = word; rest.signum() > 0; rest = rest.shiftRight(BITS)) {
                folded ^= rest.intValue();
            }
            signature = mixed(signature, folded);
        }
        return signature;
    }

    private int cycleSignature() {
        int signature = 0;
        for (long cycle : cycles) {
            signature = mixed(signature, (int) cycle);
        }
        return signature;
    }

    private static int mixed(int signature, int word) {
        return Integer.rotateLeft(signature, ROTATION) ^ word;
    }
}
