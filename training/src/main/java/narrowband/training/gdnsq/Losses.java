package narrowband.training.gdnsq;

import java.util.Arrays;

/** The losses on class scores ("logits") {@code [N, classes]}, each with its gradient. All sums run in one fixed order. */
public final class Losses {
    private final int classes;
    private final double[] student;
    private final double[] teacher;

    public Losses(int classes) {
        this.classes = classes;
        this.student = new double[classes];
        this.teacher = new double[classes];
    }

    /**
     * Mean cross entropy with the labels.
     *
     * @param gradient receives {@code dL/dscores}
     */
    public double crossEntropy(float[] scores, int[] labels, int count, float[] gradient) {
        double loss = 0;
        for (int n = 0; n < count; n++) {
            logProbabilities(scores, n, student);
            loss -= student[labels[n]];
            for (int c = 0; c < classes; c++) {
                double p = Math.exp(student[c]);
                gradient[n * classes + c] = (float) ((p - (c == labels[n] ? 1 : 0)) / count);
            }
        }
        return loss / count;
    }

    /**
     * Mean Jeffreys divergence {@code KL(T||S) + KL(S||T)} from the teacher's scores (gdnsq 1.6), with
     * {@code dD/dz = (p_S - p_T + p_S (log p_S - log p_T - KL(S||T))) / N}.
     */
    public double jeffreys(float[] scores, float[] teacherScores, int count, float[] gradient) {
        double loss = 0;
        for (int n = 0; n < count; n++) {
            logProbabilities(scores, n, student);
            logProbabilities(teacherScores, n, teacher);
            double backward = 0;
            double forward = 0;
            for (int c = 0; c < classes; c++) {
                backward += Math.exp(student[c]) * (student[c] - teacher[c]);
                forward += Math.exp(teacher[c]) * (teacher[c] - student[c]);
            }
            loss += forward + backward;
            for (int c = 0; c < classes; c++) {
                double p = Math.exp(student[c]);
                gradient[n * classes + c] =
                        (float) ((p - Math.exp(teacher[c]) + p * (student[c] - teacher[c] - backward)) / count);
            }
        }
        return loss / count;
    }

    /**
     * {@code D(T, S) + labelWeight CE}, as the objective has it.
     *
     * @param gradient receives {@code dL/dscores}
     */
    public double distil(
            Objective objective, float[] scores, float[] teacherScores, int[] labels, int count, float[] gradient) {
        double loss = switch (objective.distillation()) {
            case JEFFREYS -> jeffreys(scores, teacherScores, count, gradient);
            case FORWARD_KL -> forwardDivergence(scores, teacherScores, count, gradient);
            case NONE -> {
                Arrays.fill(gradient, 0, count * classes, 0);
                yield 0;
            }
        };
        if (objective.labelWeight() == 0) {
            return loss;
        }
        double weight = objective.labelWeight();
        double labelLoss = 0;
        for (int n = 0; n < count; n++) {
            logProbabilities(scores, n, student);
            labelLoss -= student[labels[n]];
            for (int c = 0; c < classes; c++) {
                double slope = (Math.exp(student[c]) - (c == labels[n] ? 1 : 0)) / count;
                gradient[n * classes + c] += (float) (weight * slope);
            }
        }
        return loss + weight * labelLoss / count;
    }

    /** Mean divergence {@code KL(T||S)}, with {@code dD/dz = (p_S - p_T) / N}. */
    double forwardDivergence(float[] scores, float[] teacherScores, int count, float[] gradient) {
        double loss = 0;
        for (int n = 0; n < count; n++) {
            logProbabilities(scores, n, student);
            logProbabilities(teacherScores, n, teacher);
            for (int c = 0; c < classes; c++) {
                double p = Math.exp(teacher[c]);
                loss += p * (teacher[c] - student[c]);
                gradient[n * classes + c] = (float) ((Math.exp(student[c]) - p) / count);
            }
        }
        return loss / count;
    }

    /** How many of the images have their largest score, the first on a tie, at their label. */
    public int correct(float[] scores, int[] labels, int count) {
        int correct = 0;
        for (int n = 0; n < count; n++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                if (scores[n * classes + c] > scores[n * classes + best]) {
                    best = c;
                }
            }
            correct += best == labels[n] ? 1 : 0;
        }
        return correct;
    }

    private void logProbabilities(float[] scores, int n, double[] out) {
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            max = Math.max(max, scores[n * classes + c]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(scores[n * classes + c] - max);
        }
        double logSum = max + Math.log(sum);
        for (int c = 0; c < classes; c++) {
            out[c] = scores[n * classes + c] - logSum;
        }
    }
}
