package narrowband.hdl.verilog;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.MemoryBlock;

/** Writes a memory in logic: a function that lists, for each word but the most frequent one, the addresses that hold it. */
final class TruthTable {
    private static final int ADDRESSES_IN_A_LINE = 12;

    private TruthTable() {}

    static void write(StringBuilder text, MemoryBlock memory, String name, String address) {
        int addressBits = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(memory.depth() - 1));
        Map<BigInteger, List<String>> addresses = new TreeMap<>();
        for (int i = 0; i < 1 << addressBits; i++) {
            BigInteger word = i < memory.depth() ? memory.contents().get(i) : BigInteger.ZERO;
            addresses
                    .computeIfAbsent(word, first -> new ArrayList<>())
                    .add(Phrases.constant(new Constant(addressBits, BigInteger.valueOf(i))));
        }
        BigInteger common = addresses.entrySet().stream()
                .max(Comparator.comparingInt(entry -> entry.getValue().size()))
                .orElseThrow()
                .getKey();
        text.append("    function ")
                .append(ModuleText.range(memory.width()))
                .append(name)
                .append(";\n");
        text.append("        input ")
                .append(ModuleText.range(addressBits))
                .append(address)
                .append(";\n");
        text.append("        case (").append(address).append(")\n");
        addresses.forEach((word, places) -> {
            if (!word.equals(common)) {
                item(text, places, name, word, memory.width());
            }
        });
        item(text, List.of("default"), name, common, memory.width());
        text.append("        endcase\n    endfunction\n");
    }

    private static void item(StringBuilder text, List<String> places, String name, BigInteger word, int width) {
        for (int i = 0; i < places.size(); i++) {
            text.append(i % ADDRESSES_IN_A_LINE == 0 ? "            " : " ").append(places.get(i));
            boolean last = i + 1 == places.size();
            text.append(last ? ": " : (i + 1) % ADDRESSES_IN_A_LINE == 0 ? ",\n" : ",");
        }
        text.append(name)
                .append(" = ")
                .append(Phrases.constant(new Constant(width, word)))
                .append(";\n");
    }
}
