package narrowband.accel.design;

import narrowband.accel.network.CodeType;

/**
 * What flows through a port: words of some neighbouring channels of one position, lane 0 in the low bits; positions in
 * raster order, channels fastest.
 *
 * @param lanes codes in a word
 * @param element the type of each code
 * @param words words for one image
 */
public record StreamType(int lanes, CodeType element, long words) {
    public StreamType {
        if (lanes < 1 || words < 1) {
            throw new IllegalArgumentException("a stream has at least one lane and one word");
        }
    }

    /** The width of a word in bits. */
    public int bits() {
        return lanes * element.bits();
    }

    @Override
    public String toString() {
        return lanes + " x " + element;
    }
}
