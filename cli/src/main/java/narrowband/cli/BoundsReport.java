package narrowband.cli;

import narrowband.training.onnx.OnnxNetwork;

/** Tells what of an ONNX file's network is left to the quantisers. */
final class BoundsReport {
    private BoundsReport() {}

    static void tell(OnnxNetwork network, Output output) {
        if (!network.bounds().isEmpty()) {
            output.say(
                    "bounds    left to the quantisers, which learn their own: " + String.join(", ", network.bounds()));
        }
    }
}
