package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Dataflow;
import narrowband.accel.design.Folding;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.design.Unit;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.RandomNetworks;
import narrowband.accel.network.WeightCodes;
import narrowband.hdlgen.RtlDesign;
import org.junit.jupiter.api.Test;

/** A layer that was trained anew changes its own files and no others, so that a place and route of the rest can stay. */
class UnchangedLayersTest {
    @Test
    void otherWeightsOfALayerLeaveTheVerilogOfAllOthersAsItIsToTheByte() {
        int changed = 0;
        for (long seed = 0; seed < 80; seed++) {
            Random random = new Random(seed);
            IntegerNetwork network = RandomNetworks.network(seed);
            List<String> layers = List.copyOf(network.weights().keySet());
            String layer = layers.get(random.nextInt(layers.size()));
            IntegerNetwork other = withOtherWeights(network, layer, random);
            if (other.equals(network)) {
                continue;
            }
            Folding folding = RandomFoldings.folding(network, random);
            Accelerator accelerator = Dataflow.layOut(network, Fpga.named("xc7a35t"), 100, folding);
            Map<String, String> before = new RtlDesign(accelerator).files();
            Map<String, String> after =
                    new RtlDesign(Dataflow.layOut(other, Fpga.named("xc7a35t"), 100, folding)).files();

            TreeSet<String> differing = new TreeSet<>(before.keySet());
            differing.addAll(after.keySet());
            differing.removeIf(
                    file -> before.containsKey(file) && before.get(file).equals(after.get(file)));
            // The control port shows the digest of the whole network.
            assertThat(differing.remove("axi_lite_control.v"))
                    .as("seed %d: the network's digest", seed)
                    .isTrue();
            List<String> units = accelerator.units().stream()
                    .filter(unit -> unit.layer().equals(layer))
                    .map(Unit::name)
                    .toList();
            assertThat(differing)
                    .as("seed %d: files of other units than %s", seed, units)
                    .allMatch(file -> units.stream()
                            .anyMatch(unit -> file.startsWith(unit + ".") || file.startsWith(unit + "_")));
            changed += differing.isEmpty() ? 0 : 1;
        }
        assertThat(changed).as("designs in which files differ").isGreaterThan(30);
    }

    private static IntegerNetwork withOtherWeights(IntegerNetwork network, String name, Random random) {
        WeightCodes weights = network.weights().get(name);
        int[] codes = weights.codes();
        // One output's weights in another order: the range of its sums stays.
        int first = random.nextInt(weights.outputs()) * weights.inputs();
        int last = codes[first + weights.inputs() - 1];
        System.arraycopy(codes, first, codes, first + 1, weights.inputs() - 1);
        codes[first] = last;
        WeightCodes changed = new WeightCodes(weights.bits(), weights.outputs(), weights.inputs(), codes);
        return new IntegerNetwork(
                network.name(),
                network.layers().stream()
                        .map(layer -> !layer.name().equals(name) ? layer : with(layer, changed))
                        .toList());
    }

    private static Layer with(Layer layer, WeightCodes weights) {
        return switch (layer) {
            case Layer.Convolution c ->
                new Layer.Convolution(
                        c.name(),
                        c.input(),
                        weights,
                        c.kernelHeight(),
                        c.kernelWidth(),
                        c.stride(),
                        c.padding(),
                        c.groups(),
                        c.scale());
            case Layer.Dense d -> new Layer.Dense(d.name(), d.input(), weights, d.scale());
            default -> throw new IllegalArgumentException(layer.name() + " has no weights");
        };
    }
}
