package narrowband.training;

/**
 * When each phase of a run ends, and how fast it learns.
 *
 * @param floatEnd the epoch with which the phase in floating point ends, counted over the whole run; 0 without one
 * @param gradualEnd that of the phase in which widths fall
 * @param epochs of the whole run
 * @param recipe the learning rates
 */
record Schedule(int floatEnd, int gradualEnd, int epochs, Recipe recipe) {
    /**
     * How the rate of a phase goes: a linear warm-up, constant, then annealed exponentially (gdnsq 1.5).
     *
     * @param warmUp the part of the phase in which it rises
     * @param constant the part after which it falls
     * @param last the rate at the end, as a part of the highest
     */
    private record Course(double warmUp, double constant, double last) {
        double at(double progress) {
            if (progress < warmUp) {
                return progress / warmUp;
            }
            return progress < constant ? 1 : Math.pow(last, (progress - constant) / (1 - constant));
        }
    }

    private static final Course FLOAT = new Course(0.02, 0.5, 0.02);
    private static final Course GRADUAL = new Course(0, 0.65, 0.2);
    private static final Course FIXED = new Course(0, 0.1, 0.01);

    /** The schedule of a run; each phase that has a share gets one epoch at least. */
    static Schedule of(TrainingOptions options) {
        int epochs = options.epochs();
        Recipe recipe = options.recipe();
        boolean learnsFloat = options.weights().isEmpty();
        double floatShare = learnsFloat ? recipe.floatShare() : 0;
        // What the first phase does not need goes to the others in their proportion.
        double gradualShare = learnsFloat ? recipe.gradualShare() : recipe.gradualShare() / (1 - recipe.floatShare());
        int floatEnd = learnsFloat ? Math.clamp(Math.round(epochs * floatShare), 1, epochs - 2) : 0;
        int gradualEnd = gradualShare == 0
                ? floatEnd
                : Math.clamp(Math.round(epochs * (floatShare + gradualShare)), floatEnd + 1, epochs - 1);
        return new Schedule(floatEnd, gradualEnd, epochs, recipe);
    }

    /** The epoch, counted over the whole run, with which the phase ends. */
    int end(Phase phase) {
        return switch (phase) {
            case FLOAT -> floatEnd;
            case GRADUAL -> gradualEnd;
            case FIXED, DONE -> epochs;
        };
    }

    /** The epoch with which the phase starts. */
    int start(Phase phase) {
        return phase == Phase.FLOAT ? 0 : end(Phase.values()[phase.ordinal() - 1]);
    }

    /**
     * The learning rate.
     *
     * @param progress the part of the phase that is over, 0..1
     */
    double rate(Phase phase, double progress) {
        return switch (phase) {
            case FLOAT -> recipe.floatRate() * FLOAT.at(progress);
            case GRADUAL -> recipe.gradualRate() * GRADUAL.at(progress);
            case FIXED -> recipe.fixedRate() * FIXED.at(progress);
            case DONE -> 0;
        };
    }
}
