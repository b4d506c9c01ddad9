package narrowband.training.tornado;

import narrowband.training.gdnsq.StepNoise;

/** The host's side of {@link Dithering}: what says how to toss. */
final class NoiseNumbers {
    /** Numbers of a step: the magnitude, 0 without noise, then the step's part of the key in pieces, the lowest first. */
    static final int COUNT = 5;

    /** Bits of a piece, all of which a float holds. */
    private static final int PIECE = 16;

    private NoiseNumbers() {}

    /** Puts those of a step where it takes them in. */
    static void put(StepNoise noise, float[] inputs, int at) {
        inputs[at] = (float) noise.dither().magnitude();
        for (int piece = 0; piece < COUNT - 1; piece++) {
            inputs[at + 1 + piece] = noise.key() >>> PIECE * piece & 0xffff;
        }
    }

    /** A tensor's part of the key as two integers: the part is the second one plus {@code 2^32} times the first. */
    static int[] ofTensor(String tensor) {
        long part = StepNoise.partOf(tensor);
        int low = (int) part;
        return new int[] {(int) (part - low >> Integer.SIZE), low};
    }
}
