package narrowband.hdlgen;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.StreamType;

/** Codes as the words of a stream, lane 0 in the low bits. */
final class Words {
    private Words() {}

    /** The words of tensors that follow each other. */
    static List<BigInteger> pack(List<int[]> tensors, StreamType type) {
        List<BigInteger> words = new ArrayList<>();
        for (int[] codes : tensors) {
            for (int at = 0; at < codes.length; at += type.lanes()) {
                BigInteger word = BigInteger.ZERO;
                for (int lane = type.lanes() - 1; lane >= 0; lane--) {
                    word = word.shiftLeft(type.element().bits())
                            .or(BigInteger.valueOf(type.element().pattern(codes[at + lane])));
                }
                words.add(word);
            }
        }
        return words;
    }

    /** The codes of words, all lanes in order; bits beyond the lanes are padding. */
    static int[] unpack(List<BigInteger> words, StreamType type) {
        int[] codes = new int[words.size() * type.lanes()];
        BigInteger mask = BigInteger.ONE.shiftLeft(type.element().bits()).subtract(BigInteger.ONE);
        for (int i = 0; i < codes.length; i++) {
            BigInteger lane = words.get(i / type.lanes())
                    .shiftRight(i % type.lanes() * type.element().bits())
                    .and(mask);
            codes[i] = type.element().code(lane.longValue());
        }
        return codes;
    }
}
