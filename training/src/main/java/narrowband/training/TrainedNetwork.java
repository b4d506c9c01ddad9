package narrowband.training;

import narrowband.training.net.Graph;
import narrowband.training.net.Parameters;

/**
 * The end of a run.
 *
 * @param options what was asked for
 * @param floatGraph the network in floating point
 * @param floatParameters its parameters after the first phase
 * @param graph the quantised network; its widths are integers
 * @param parameters its parameters, batch norm re-estimated
 * @param history the way there
 * @param keptEpoch the epoch whose parameters they are, from 0 over the whole run: the best of the fixed phase on the held-out
 *     images
 * @param floatAccuracy 0..1, of the floating-point network on the test images
 * @param quantisedAccuracy 0..1, of the quantised network, evaluated in floating point, on the test images
 */
public record TrainedNetwork(
        TrainingOptions options,
        Graph floatGraph,
        Parameters floatParameters,
        Graph graph,
        Parameters parameters,
        TrainingHistory history,
        int keptEpoch,
        double floatAccuracy,
        double quantisedAccuracy) {}
