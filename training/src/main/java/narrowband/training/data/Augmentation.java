package narrowband.training.data;

/** How a training image is varied each time it is seen. */
public enum Augmentation {
    /** As it is. */
    NONE,
    /** A random crop after zero padding by 4 pixels on every side, and a horizontal flip with probability 1/2. */
    CROP_AND_FLIP,
    /**
     * A random part of the picture, 8 to 100 % of its area with sides of 3:4 to 4:3, brought to the size that the network
     * sees, and a horizontal flip with probability 1/2 (Szegedy et al. 2015); for {@link ImageFolder}.
     */
    RESIZED_CROP_AND_FLIP
}
