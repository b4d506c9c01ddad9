package narrowband.training.data;

import java.util.Arrays;

/**
 * What a network learns from and is judged by.
 *
 * @param name as it was asked for, such as {@code strokes}
 * @param train images that gradients see
 * @param validation images held out from the training images, for choices made during training
 * @param test images that only judge the finished network
 * @param augmentation how training images are varied
 */
public record DataSet(String name, Images train, Images validation, Images test, Augmentation augmentation) {

    /**
     * Holds out a seeded random choice of the training images for validation.
     *
     * @param heldOut how many images; fewer than there are
     */
    static DataSet holdingOut(String name, Images all, int heldOut, Images test, Augmentation augmentation, long seed) {
        int[] order = BatchOrder.permutation(all.size(), seed);
        return new DataSet(
                name,
                all.select(Arrays.copyOfRange(order, heldOut, order.length)),
                all.select(Arrays.copyOf(order, heldOut)),
                test,
                augmentation);
    }
}
