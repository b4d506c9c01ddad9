package narrowband.training.gdnsq;

import narrowband.training.kernels.FairCoins;

/**
 * The noise of one training step. Each number's coin is a function of the seed, the step, the tensor and the number's place there,
 * so that it is the same in whichever order, and by however many threads, sums are made.
 *
 * @param dither what it adds to gradients
 * @param seed of the run
 * @param step which one of the run
 */
public record StepNoise(Dither dither, long seed, long step) {
    /** No noise. */
    public static final StepNoise NONE = new StepNoise(Dither.NONE, 0, 0);

    public boolean isOn() {
        return dither != Dither.NONE;
    }

    /** What {@link FairCoins} tosses by for a tensor. */
    public long key(String tensor) {
        return key() + partOf(tensor);
    }

    /** The part of keys that all tensors share. */
    public long key() {
        return FairCoins.mixed(FairCoins.mixed(seed) + step);
    }

    /** What a tensor adds to it. */
    public static long partOf(String tensor) {
        return FairCoins.mixed(tensor.hashCode());
    }
}
