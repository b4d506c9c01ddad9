package narrowband.sim.machines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import narrowband.sim.machines.LayerTable.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bit Fusion's closed form against the authors' results: results/bitfusion-eyeriss-sim-sweep.csv of hsharma35/bitfusion. */
class BitFusionTest {
    private static final Map<String, LayerTable> NETWORKS = Stream.of(
                    PublishedNetworks.wideAlexNet(),
                    PublishedNetworks.svhn(),
                    PublishedNetworks.cifar10(),
                    PublishedNetworks.leNet5(),
                    PublishedNetworks.vgg7(),
                    PublishedNetworks.wideResNet18(),
                    PublishedNetworks.rnn(),
                    PublishedNetworks.lstm())
            .collect(Collectors.toMap(LayerTable::network, Function.identity()));

    private static Row row(String network, String layer) {
        return NETWORKS.get(network).rows().stream()
                .filter(row -> row.name().equals(layer))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "wide_alexnet,  conv2_a,   5018849,    1249",
        "wide_alexnet,  fc2,       1575596, 1051308",
        "wide_resnet18, conv1_a,   9793537, 1765377",
        "wide_resnet18, conv2_1_b, 3613708,    1036",
        "wide_resnet18, conv3_1_b, 3613708,    1036",
        "wide_resnet18, conv5_1_b, 3614180,    1508",
    })
    void layersTakeTheAuthorsCyclesAndWaits(String network, String layer, long cycles, long waiting) {
        Machine.Cycles counted = BitFusion.PUBLISHED.cycles(row(network, layer));
        assertThat(counted.total()).isEqualTo(cycles);
        assertThat(counted.waiting()).isEqualTo(waiting);
    }

    @ParameterizedTest
    @CsvSource({
        "wide_alexnet,  37666491",
        "svhn,           1317523",
        "cifar10,        3293704",
        "lenet5,          410352",
        "vgg7,           2822491",
        "wide_resnet18, 49079982",
        "rnn,             394583",
        "lstm,            337175",
    })
    void networksTakeTheAuthorsCycles(String network, long cycles) {
        assertThat(MachineRun.of(NETWORKS.get(network), BitFusion.PUBLISHED).cycles())
                .isEqualTo(cycles);
    }

    /**
     * The "power" that the authors' notebook prints for the same constants, in mW. It divides the energy of 16 images, in nJ, by
     * the time of one, in ms, and multiplies by 16e-6, which is 0.256 times the power; the energy is what is compared.
     */
    @ParameterizedTest
    @CsvSource({
        "wide_alexnet,  448.386",
        "svhn,          410.014",
        "cifar10,       450.465",
        "lenet5,        356.024",
        "vgg7,          419.433",
        "wide_resnet18, 442.486",
        "rnn,           407.721",
        "lstm,          410.009",
    })
    void networksTakeTheAuthorsEnergy(String network, double printed) {
        LayerTable table = NETWORKS.get(network);
        double picojoules = table.rows().stream()
                .mapToDouble(row -> BitFusion.PUBLISHED.traffic(row).picojoules())
                .sum();
        double millisecondsOfOne = MachineRun.of(table, BitFusion.PUBLISHED).cycles() / 500e3 / 16;
        // Constants are known to three digits.
        assertThat(picojoules * 1e-3 / millisecondsOfOne * 16e-6).isCloseTo(printed, withinPercentage(1));
    }
}
