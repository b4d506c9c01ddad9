package narrowband.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Shape;
import narrowband.training.FloatNetwork;
import narrowband.training.UntrainedNetwork;
import narrowband.training.device.JvmDevice;

/** ResNet-18 at 224x224, 2 bits but for the image and the first and the last weights, which have 8; it has learned nothing. */
final class LargeNetwork {
    private static final int CLASSES = 1000;
    private static final int WEIGHTS = 21;
    private static final int ACTIVATIONS = 19;

    private LargeNetwork() {}

    static IntegerNetwork resnet18() {
        List<Integer> weights = new ArrayList<>(Collections.nCopies(WEIGHTS, 2));
        weights.set(0, 8);
        weights.set(WEIGHTS - 1, 8);
        List<Integer> activations = new ArrayList<>(Collections.nCopies(ACTIVATIONS, 2));
        activations.set(0, 8);
        try (JvmDevice device = JvmDevice.ofAllProcessors()) {
            FloatNetwork network =
                    FloatNetwork.of("resnet18", Optional.of(new Shape(224, 224, 3)), OptionalInt.of(CLASSES));
            return UntrainedNetwork.of(network, weights, activations, device, 1);
        }
    }
}
