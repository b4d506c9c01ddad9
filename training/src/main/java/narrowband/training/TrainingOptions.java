package narrowband.training;

import narrowband.accel.InvalidInputException;
import narrowband.training.gdnsq.Budget;

/**
 * What to train and how. Equal options and data give an equal network.
 *
 * @param data the data source as named on the command line
 * @param model the network's name
 * @param seed decides everything random
 * @param epochs passes over the training images, all phases together; at least 3
 * @param batch images of a step
 * @param weightBits the widest weights, 1..16
 * @param activationBits the widest activations, 1..16
 * @param budget the cost in bit operations, as {@link Budget#parse} reads it
 */
public record TrainingOptions(
        String data,
        String model,
        long seed,
        int epochs,
        int batch,
        int weightBits,
        int activationBits,
        String budget) {
    public static final int DEFAULT_EPOCHS = 24;
    public static final int DEFAULT_BATCH = 64;
    public static final int DEFAULT_WEIGHT_BITS = 8;
    public static final int DEFAULT_ACTIVATION_BITS = 6;

    private static final int MAX_BITS = 16;

    /** @throws InvalidInputException if a number is out of range; the message names the option */
    public TrainingOptions {
        if (epochs < Phase.count()) {
            throw new InvalidInputException(
                    "--epochs must be at least %d, one for each phase, not %d.".formatted(Phase.count(), epochs));
        }
        if (batch < 2) {
            throw new InvalidInputException("The batch must be at least 2 images, not %d.".formatted(batch));
        }
        requireBits("--weight-bits", weightBits);
        requireBits("--act-bits", activationBits);
        Budget.parse(budget);
    }

    private static void requireBits(String option, int bits) {
        if (bits < 1 || bits > MAX_BITS) {
            throw new InvalidInputException("%s must be 1 to %d, not %d.".formatted(option, MAX_BITS, bits));
        }
    }

    /** The defaults for a data source, a model and a seed. */
    public static TrainingOptions of(String data, String model, long seed) {
        return new TrainingOptions(
                data,
                model,
                seed,
                DEFAULT_EPOCHS,
                DEFAULT_BATCH,
                DEFAULT_WEIGHT_BITS,
                DEFAULT_ACTIVATION_BITS,
                Budget.DEFAULT.spec());
    }

    public TrainingOptions withEpochs(int count) {
        return new TrainingOptions(data, model, seed, count, batch, weightBits, activationBits, budget);
    }

    public TrainingOptions withCaps(int weights, int activations) {
        return new TrainingOptions(data, model, seed, epochs, batch, weights, activations, budget);
    }

    public TrainingOptions withBudget(String spec) {
        return new TrainingOptions(data, model, seed, epochs, batch, weightBits, activationBits, spec);
    }

    public TrainingOptions withBatch(int images) {
        return new TrainingOptions(data, model, seed, epochs, images, weightBits, activationBits, budget);
    }
}
