package narrowband.hdlgen.unit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import narrowband.hdl.Bool;
import narrowband.hdl.Module;
import narrowband.hdl.Ram;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock.Style;

/**
 * A memory that has contents at power up and can be written while the clock runs: 32 bits at a time, the low ones of a word
 * first; the last ones write the word, and the address steps on. What is read during that is the old word or the new.
 */
final class ReloadableMemory extends Module {
    /** Bits of a piece of a word. */
    static final int PIECE = 32;

    final UInt address;
    final Bool enable = input().named("enable").comment("the word read changes");
    final UInt word;

    final Bool start = input().named("load_start").comment("the low bits of the data are the address of the next word");
    final Bool next = input().named("load_next").comment("the data are the next piece of a word");
    final UInt data = input(PIECE).named("load_data");

    private final String name;

    /** @param name of the module, unique in the design */
    ReloadableMemory(String name, int width, List<BigInteger> contents, Style style) {
        this.name = name;
        describe("A memory of %d words of %d bits that can be written while the clock runs."
                .formatted(contents.size(), width));
        List<BigInteger> words = new ArrayList<>(contents);
        if (words.size() == 1) {
            words.add(BigInteger.ZERO);
        }
        Ram memory = ram(width, words, style).named("words");
        address = input(memory.addressWidth()).named("address");
        word = output(width).named("word");
        word.set(memory.readSync(address, enable).named("word_read"));

        int pieces = Math.ceilDiv(width, PIECE);
        UInt target = reg(memory.addressWidth(), 0).named("target").comment("the word that is loaded");
        Bool last = Bool.TRUE;
        UInt whole = data;
        if (pieces > 1) {
            UInt piece = reg(UnitModule.bitsFor(pieces - 1L), 0).named("piece").comment("of the word");
            UInt kept = reg((pieces - 1) * PIECE).named("kept").comment("the pieces before this one");
            last = piece.eq(pieces - 1L);
            whole = concat(data, kept);
            UInt shifted = whole.bits(whole.width() - 1, PIECE);
            Bool done = last;
            when(next, () -> {
                kept.set(shifted);
                piece.set(mux(done, UInt.of(piece.width(), 0), piece.wrappingPlus(1)));
            });
            when(start, () -> piece.set(0));
        }
        Bool writes = next.and(last).named("writes");
        memory.write(target, whole.trunc(width), writes);
        when(writes, () -> target.set(target.wrappingPlus(1)));
        when(start, () -> target.set(data.trunc(target.width())));
    }

    @Override
    public String kind() {
        return name;
    }
}
