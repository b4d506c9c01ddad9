package narrowband.training.gdnsq;

/**
 * What a quantised network learns from: {@code L = D(teacher, student) + labelWeight * CE(labels)}.
 *
 * @param distillation the divergence {@code D} from the teacher's class probabilities, at temperature 1
 * @param labelWeight the weight of the cross entropy with the labels; 0 leaves them out, as the method does (gdnsq 1.6)
 */
public record Objective(Distillation distillation, double labelWeight) {
    /** As the method has it: Jeffreys divergence alone. */
    public static final Objective JEFFREYS = new Objective(Distillation.JEFFREYS, 0);

    /** How far the student is from its teacher. */
    public enum Distillation {
        /** {@code KL(T||S) + KL(S||T)} (gdnsq 1.6). */
        JEFFREYS,
        /** {@code KL(T||S)}, Hinton's distillation at temperature 1. */
        FORWARD_KL,
        /** The teacher is not asked. */
        NONE
    }
}
