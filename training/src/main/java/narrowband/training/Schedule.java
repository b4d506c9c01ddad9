package narrowband.training;

/**
 * When each phase of a run ends, how fast it learns and what pulls at the widths. With {@code u} updates of the phase done,
 * of {@code U} that it is planned to have, and {@code p = u / U}; names are settings of the {@link Recipe}:
 *
 * <pre>
 *   learning rate    FLOAT    floatRate c(p; 0.02, 0.5, 0.02)
 *                    GRADUAL  gradualRate w(u) c(p; 0, 0.65, 0.2)     or, if anneal is set, gradualRate w(u)
 *                    FIXED    fixedRate c(p; 0, 0.1, 0.01)            or, if anneal is set, fixedRate anneal^u
 *   warm-up          w(u) = min(1, u / warmUp), in the first quantised phase
 *   course           c(p; a, b, l) = p / a up to a, 1 up to b, then l^((p - b) / (1 - b))
 *   penalty          t(u) = penaltyGrowth max(0, u - warmUp) / (U - warmUp), times the mean loss of the phase so far
 *   slew of widths   at most fall / U bits in an update at the full rate, in proportion to the rate
 *   freezing         freeze (1 + 9 (1 + cos(pi p)) / 2)
 * </pre>
 *
 * In the method as published (gdnsq 1.5) the rate is {@code lr0} after the warm-up until the widths are converged, then falls
 * by {@code anneal} with each update; {@code t} grows by {@code 2 lr0} with each, and a width slides by {@code 2 lr0} bits at
 * most: {@code untilConverged=true}, {@code penaltyGrowth = 2 lr0 (U - warmUp)}, {@code fall = 2 lr0 U}.
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

    /**
     * The learning rate.
     *
     * @param updates of the phase that are done
     * @param planned updates of the phase
     */
    double rate(Phase phase, long updates, long planned) {
        double progress = (double) updates / planned;
        boolean byCourse = recipe.anneal() == 0;
        return switch (phase) {
            case FLOAT -> recipe.floatRate() * FLOAT.at(progress);
            case GRADUAL -> recipe.gradualRate() * warmUp(phase, updates) * (byCourse ? GRADUAL.at(progress) : 1);
            case FIXED ->
                recipe.fixedRate()
                        * warmUp(phase, updates)
                        * (byCourse ? FIXED.at(progress) : Math.pow(recipe.anneal(), updates));
            case DONE -> 0;
        };
    }

    private double warmUp(Phase phase, long updates) {
        boolean first = phase == (gradualEnd > floatEnd ? Phase.GRADUAL : Phase.FIXED);
        return first && updates < recipe.warmUp() ? (double) updates / recipe.warmUp() : 1;
    }

    /** The multiplier {@code t} of the penalty, in units of the loss; 0 but in the gradual phase. */
    double penalty(Phase phase, long updates, long planned) {
        int warmUp = recipe.warmUp();
        return phase == Phase.GRADUAL && updates > warmUp
                ? recipe.penaltyGrowth() * ((double) (updates - warmUp) / Math.max(1, planned - warmUp))
                : 0;
    }

    /** Above which frequency a code that turns back is frozen. */
    double freezing(long updates, long planned) {
        return recipe.freeze() * (1 + 9 * (1 + Math.cos(Math.PI * updates / planned)) / 2);
    }
}
