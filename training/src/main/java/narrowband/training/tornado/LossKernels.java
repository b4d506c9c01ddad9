package narrowband.training.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;

/**
 * The losses on class scores, an image a thread; {@code Losses} has the formulas. Record: scores, the teacher's scores or -1,
 * labels, gradient of the scores, losses {@code [N]} followed by 1 or 0 for each image that is right or wrong, classes, kind, place
 * of the labels' weight.
 */
public final class LossKernels {
    /** A divergence in the table. */
    static final int NONE = 0;

    static final int JEFFREYS = 1;
    static final int FORWARD_KL = 2;

    private LossKernels() {}

    /** The logarithm of the sum of exponentials of scores. */
    private static double logSum(float[] memory, int from, int classes) {
        double max = memory[from];
        for (int c = 1; c < classes; c++) {
            max = Math.max(max, (double) memory[from + c]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(memory[from + c] - max);
        }
        return max + Math.log(sum);
    }

    /**
     * Loss, gradient and success of each image.
     *
     * @param count images
     */
    public static void imageLoss(float[] state, float[] memory, int[] table, int at, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            int classes = table[at + 5];
            int kind = table[at + 6];
            int scores = table[at] + i * classes;
            // Without a teacher its place is the student's own: every divergence from it is 0.
            int teacher = table[at + 1] < 0 ? scores : table[at + 1] + i * classes;
            int label = (int) memory[table[at + 2] + i];
            int gradient = table[at + 3] + i * classes;
            double weight = memory[table[at + 7]];
            double studentSum = logSum(memory, scores, classes);
            double teacherSum = logSum(memory, teacher, classes);
            double forward = 0;
            double backward = 0;
            int best = 0;
            for (int c = 0; c < classes; c++) {
                double student = memory[scores + c] - studentSum;
                double target = memory[teacher + c] - teacherSum;
                backward += Math.exp(student) * (student - target);
                forward += Math.exp(target) * (target - student);
                best = memory[scores + c] > memory[scores + best] ? c : best;
            }
            double onForward = kind == NONE ? 0 : 1;
            double onBackward = kind == JEFFREYS ? 1 : 0;
            for (int c = 0; c < classes; c++) {
                double student = memory[scores + c] - studentSum;
                double target = memory[teacher + c] - teacherSum;
                double p = Math.exp(student);
                double isLabel = c == label ? 1 : 0;
                double slope = onForward * (p - Math.exp(target))
                        + onBackward * p * (student - target - backward)
                        + weight * (p - isLabel);
                memory[gradient + c] = (float) (slope / count);
            }
            double labelLoss = studentSum - memory[scores + label];
            memory[table[at + 4] + i] = (float) (onForward * forward + onBackward * backward + weight * labelLoss);
            memory[table[at + 4] + count + i] = best == label ? 1 : 0;
        }
    }
}
