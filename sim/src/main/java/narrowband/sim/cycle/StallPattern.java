package narrowband.sim.cycle;

import java.util.BitSet;

/**
 * In which cycles the world outside may act: the source offer a word, the sink take one. A function of the cycle alone, so
 * that a test bench can replay it as a list of bits.
 */
@FunctionalInterface
public interface StallPattern {
    /** Acts in every cycle. */
    StallPattern ALWAYS = _ -> true;

    /** Whether the outside may act in a cycle; cycle 0 is the first after reset. */
    boolean acts(long cycle);

    /** Bit {@code t} is set where the outside may act in cycle {@code t}, for the first cycles. */
    default BitSet bits(int cycles) {
        BitSet bits = new BitSet(cycles);
        for (int cycle = 0; cycle < cycles; cycle++) {
            bits.set(cycle, acts(cycle));
        }
        return bits;
    }

    /**
     * Acts in a share of the cycles, as evenly as it can: a memory of so much bandwidth.
     *
     * @param share above 0, rounded to a multiple of 2^-{@value Paced#FRACTION}; from 1 on in every cycle
     */
    static StallPattern paced(double share) {
        if (!(share > 0)) {
            throw new IllegalArgumentException("a share is above 0, not " + share);
        }
        long rounded = Math.max(1, Math.round(Math.min(1, share) * (1 << Paced.FRACTION)));
        return rounded == 1 << Paced.FRACTION ? ALWAYS : new Paced(rounded);
    }

    /** Whether it is known without looking how often it acts, and when next: {@link #ALWAYS} and {@link Paced}. */
    default boolean isRegular() {
        return this == ALWAYS;
    }

    /** Cycles from one on, up to before another, in which a regular pattern acts. */
    default long acts(long from, long until) {
        return until - from;
    }

    /** The cycle in which a regular pattern acts for the so-manieth time from one on, at least the first. */
    default long cycle(long from, long times) {
        return from + times - 1;
    }

    /**
     * Acts where the whole part of {@code cycle * share} rises.
     *
     * @param share in units of 2^-{@value #FRACTION}, less than one whole
     */
    record Paced(long share) implements StallPattern {
        static final int FRACTION = 30;

        public Paced {
            if (share < 1 || share >= 1 << FRACTION) {
                throw new IllegalArgumentException("a share is above 0 and below one whole, not " + share);
            }
        }

        @Override
        public boolean isRegular() {
            return true;
        }

        /** How often it acts before a cycle. */
        private long before(long cycle) {
            return cycle * share >> FRACTION;
        }

        @Override
        public boolean acts(long cycle) {
            return before(cycle + 1) > before(cycle);
        }

        @Override
        public long acts(long from, long until) {
            return before(until) - before(from);
        }

        @Override
        public long cycle(long from, long times) {
            return Math.ceilDiv(before(from) + times << FRACTION, share) - 1;
        }
    }

    /** Stalls each cycle with a probability, drawn from a seed. */
    static StallPattern random(long seed, double stallProbability) {
        return stallProbability == 0 ? ALWAYS : new SplitMix(seed, stallProbability);
    }

    /**
     * Stalls in cycle {@code t} where the upper 24 bits of the {@code t}-th output of SplitMix64 (Steele, Lea, Flood, OOPSLA
     * 2014), as an unsigned number, are below {@code stallProbability * 2^24}. With 64-bit wrapping arithmetic:
     *
     * <pre>
     * z = seed + (t + 1) * 0x9E3779B97F4A7C15
     * z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9
     * z = (z ^ (z >>> 27)) * 0x94D049BB133111EB
     * z =  z ^ (z >>> 31)
     * </pre>
     *
     * @param stallProbability at least 0 and below 1
     */
    record SplitMix(long seed, double stallProbability) implements StallPattern {
        public SplitMix {
            if (!(stallProbability >= 0 && stallProbability < 1)) {
                throw new IllegalArgumentException(
                        "a stall probability is at least 0 and below 1, not " + stallProbability);
            }
        }

        /** The {@code t}-th output of the generator. */
        long output(long t) {
            long z = seed + (t + 1) * 0x9E3779B97F4A7C15L;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            return z ^ (z >>> 31);
        }

        @Override
        public boolean acts(long cycle) {
            return output(cycle) >>> 40 >= stallProbability * (1 << 24);
        }
    }
}
