package narrowband.hdl.verilog;

import java.math.BigInteger;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.MemoryBlock;

/** Writes a memory in logic. Of the forms that were tried, Yosys reads a function with cases fastest and Verilator slowest, and both read this one well. */
final class TruthTable {
    private TruthTable() {}

    /**
     * Declares the memory, with a word for each address that its port can carry; those beyond its depth are 0.
     *
     * @param constant what the constant with all words is called
     * @param index the loop's variable
     */
    static void write(StringBuilder text, MemoryBlock memory, String name, String constant, String index) {
        int width = memory.width();
        int words = Math.max(2, Integer.highestOneBit(2 * memory.depth() - 1));
        BigInteger all = BigInteger.ZERO;
        for (int i = 0; i < memory.depth(); i++) {
            all = all.or(memory.contents().get(i).shiftLeft(i * width));
        }
        String part = width == 1 ? index : width + " * " + index + " +: " + width;
        text.append("    localparam ")
                .append(ModuleText.range(words * width))
                .append(constant)
                .append(" = ");
        text.append(Phrases.constant(new Constant(words * width, all))).append(";\n");
        text.append("    reg ").append(ModuleText.range(width)).append(name);
        text.append(" [0:")
                .append(words - 1)
                .append("];\n    initial for (")
                .append(index)
                .append(" = 0; ");
        text.append(index)
                .append(" < ")
                .append(words)
                .append("; ")
                .append(index)
                .append(" = ")
                .append(index);
        text.append(" + 1) ")
                .append(name)
                .append('[')
                .append(index)
                .append("] = ")
                .append(constant);
        text.append('[').append(part).append("];\n");
    }
}
