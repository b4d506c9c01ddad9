package narrowband.training;

import java.util.List;
import java.util.Map;
import narrowband.training.gdnsq.Capacity;

/**
 * What a run went through, epoch by epoch.
 *
 * @param epochs in order
 */
public record TrainingHistory(List<Epoch> epochs) {
    public TrainingHistory {
        epochs = List.copyOf(epochs);
    }

    /**
     * One pass over the training images.
     *
     * @param epoch counted from 0 over the whole run
     * @param phase what was trained
     * @param loss mean over the epoch: cross entropy in floating point, else the divergence from the teacher
     * @param trainAccuracy 0..1, as seen while training
     * @param validationAccuracy 0..1, on the held-out images, after the epoch
     * @param learningRate at the end
     * @param cost bit operations for one image; 0 in floating point
     * @param limit the budget
     * @param weightBits width of each layer's weights; empty in floating point
     * @param activationBits width of each activation quantiser
     * @param weightCapacity what is left of each layer's weights; empty in floating point
     * @param activationCapacity what each activation quantiser lets through of held-out images
     * @param converged whether all codes were within their caps (gdnsq 1.2), and the budget was met within 1 %; not so in
     *     floating point
     */
    public record Epoch(
            int epoch,
            Phase phase,
            double loss,
            double trainAccuracy,
            double validationAccuracy,
            double learningRate,
            double cost,
            double limit,
            Map<String, Double> weightBits,
            Map<String, Double> activationBits,
            Map<String, Capacity> weightCapacity,
            Map<String, Capacity> activationCapacity,
            boolean converged) {}
}
