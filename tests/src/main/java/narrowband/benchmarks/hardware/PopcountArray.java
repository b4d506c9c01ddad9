package narrowband.benchmarks.hardware;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import narrowband.hdl.Module;
import narrowband.hdl.UInt;

/**
 * Lanes that each count the ones in the conjunction of two words and add the counts up: the arithmetic of a bit-serial accelerator. Activations wander from lane to lane,
 * weights rotate in their lane.
 */
public final class PopcountArray extends Module {
    private static final int BITS = 64;
    private static final int SUM_BITS = 32;
    private static final int ROTATION = 5;

    /** Takes in all sums, in every cycle. */
    public final UInt signature = output(SUM_BITS);

    private final List<Lane> lanes = new ArrayList<>();

    /**
     * An array of {@code lanes} lanes.
     *
     * @param seed of the words at reset
     */
    public PopcountArray(int lanes, long seed) {
        parameter("lanes", lanes);
        parameter("seed", seed);
        describe("Ones in the conjunction of two words of 64 bits, added up, lane by lane.");
        Random random = new Random(seed);
        for (int i = 0; i < lanes; i++) {
            this.lanes.add(instance(new Lane(random.nextLong() >>> 1, random.nextLong() >>> 1)));
        }
        UInt kept = reg(SUM_BITS, 1).named("kept");
        UInt mixed = rotated(kept, ROTATION);
        for (int i = 0; i < lanes; i++) {
            this.lanes.get(i).arriving.set(this.lanes.get((i + 1) % lanes).activation);
            mixed = mixed.xor(this.lanes.get(i).sum);
        }
        kept.set(mixed);
        signature.set(kept);
    }

    static UInt rotated(UInt word, int distance) {
        int low = word.width() - distance;
        return word.bits(low - 1, 0).concat(word.bits(word.width() - 1, low));
    }

    /** One lane. */
    public static final class Lane extends Module {
        final UInt arriving = input(BITS);
        final UInt activation = output(BITS);
        final UInt sum = output(SUM_BITS);

        Lane(long weights, long activations) {
            parameter("weights", Long.toHexString(weights));
            parameter("activations", Long.toHexString(activations));
            UInt weight = reg(BITS, weights).named("weight");
            UInt word = reg(BITS, activations).named("word");
            UInt total = reg(SUM_BITS, 0).named("total");
            weight.set(rotated(weight, 1));
            word.set(arriving);
            total.set(total.wrappingPlus(weight.and(word).countOnes()));
            activation.set(word);
            sum.set(total);
        }
    }
}
