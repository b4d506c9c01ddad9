package narrowband.accel.design;

import static narrowband.accel.design.Program.repeat;
import static narrowband.accel.design.Program.sequence;

import java.util.List;
import narrowband.accel.design.Program.Step;

/**
 * Puts the narrow words of a vector side by side into wide ones, the first in the low bits; the last word of a vector is
 * filled with zeros.
 *
 * @param from the narrow words, whole vectors of them
 * @param vectorWords narrow words of a vector
 * @param ratio narrow words in a wide one, at least 2
 */
public record WordPacker(String name, String layer, StreamType from, int vectorWords, int ratio) implements Unit {
    public WordPacker {
        if (ratio < 2 || ratio > vectorWords || from.words() % vectorWords != 0) {
            throw new IllegalArgumentException(
                    "%d words of vectors of %d cannot be packed by %d".formatted(from.words(), vectorWords, ratio));
        }
    }

    /** Wide words of a vector. */
    public int packedWords() {
        return Math.ceilDiv(vectorWords, ratio);
    }

    @Override
    public List<StreamType> inputs() {
        return List.of(from);
    }

    @Override
    public List<StreamType> outputs() {
        return List.of(
                new StreamType(from.lanes() * ratio, from.element(), from.words() / vectorWords * packedWords()));
    }

    @Override
    public Timing timing() {
        int left = vectorWords % ratio;
        Program whole = repeat(vectorWords / ratio, word(ratio));
        return Timing.of(repeat(from.words() / vectorWords, left == 0 ? whole : sequence(whole, word(left))), 1);
    }

    private static Program word(int narrow) {
        return sequence(repeat(narrow - 1L, Step.READ), Step.READ_WRITE);
    }

    @Override
    public Resources resources(Fpga fpga) {
        // Registers keep their words or are cleared by themselves; tables say only which of them do.
        long counters = LogicCost.counterBits(vectorWords) + LogicCost.counterBits(ratio);
        long bits = (long) from.bits() * ratio;
        return Resources.logic(LogicCost.of(fpga).control(counters) + 0.5 * ratio, bits + counters + 3);
    }
}
