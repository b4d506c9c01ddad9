package narrowband.sim.report;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Shares of test images classified right, 0..1.
 *
 * @param floating by the network in floating point; {@code float} in JSON
 * @param integer by the integer network, which is what the hardware computes
 * @param images test images
 */
public record Accuracy(@JsonProperty("float") double floating, double integer, int images) {
    public Accuracy {
        if (!(floating >= 0 && floating <= 1 && integer >= 0 && integer <= 1)) {
            throw new IllegalArgumentException("accuracies are shares of 0 to 1");
        }
    }
}
