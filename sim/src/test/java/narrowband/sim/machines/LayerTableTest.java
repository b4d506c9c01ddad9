package narrowband.sim.machines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.RandomNetworks;
import narrowband.sim.machines.FinnMvau.Folding;
import narrowband.sim.machines.LayerTable.Row;
import org.junit.jupiter.api.Test;

class LayerTableTest {
    private static final int NETWORKS = 200;

    @Test
    void aTableHasTheNetworksLayersWithWeightsAndTheirWork() {
        for (long seed = 0; seed < NETWORKS; seed++) {
            IntegerNetwork network = RandomNetworks.network(seed);
            if (network.weights().isEmpty()) {
                assertThatThrownBy(() -> LayerTable.of(network)).isInstanceOf(InvalidInputException.class);
                continue;
            }
            LayerTable table = LayerTable.of(network);
            assertThat(table.rows())
                    .as("seed %d", seed)
                    .extracting(Row::name)
                    .containsExactlyElementsOf(network.weights().keySet());
            for (Row row : table.rows()) {
                assertThat(row.multiplyAccumulates())
                        .as("seed %d, %s", seed, row.name())
                        .isEqualTo(network.multiplyAccumulates(network.layer(row.name())));
                assertThat(row.weightBits())
                        .isEqualTo(network.weights().get(row.name()).bits());
            }
        }
    }

    /** No array makes more products than it has lanes and cycles. */
    @Test
    void noMachineDoesMoreThanItsArrayCan() {
        for (long seed = 0; seed < NETWORKS; seed++) {
            IntegerNetwork network = RandomNetworks.network(seed);
            if (network.weights().isEmpty()) {
                continue;
            }
            for (Machine machine : Machine.known()) {
                try {
                    MachineRun run = MachineRun.of(LayerTable.of(network), machine);
                    assertThat(run.layers())
                            .as("seed %d, %s", seed, machine.name())
                            .allSatisfy(layer ->
                                    assertThat(layer.used()).isGreaterThan(0).isLessThanOrEqualTo(1));
                    assertThat(run.intervalCycles()).isLessThanOrEqualTo(run.cycles());
                    assertThat(run.balancedCycles()).isLessThanOrEqualTo(run.intervalCycles());
                } catch (InvalidInputException e) {
                    assertThat(e.getMessage()).as("seed %d", seed).contains("at most");
                }
            }
        }
    }

    /** 64 outputs of 576 products: SIMD grows to 36 one-bit weights, then PE until 32,768 cycles are undercut. */
    @Test
    void finnsRuleWidensColumnsBeforeRows() {
        Row row = Row.convolution("conv", 64, 64, 3, 1, 28, 28, 1, 1);
        // 576 / 36 = 16 steps for each output, 64 outputs, 784 positions: 802,816 cycles; a 32nd is 25,088.
        assertThat(FinnMvau.PUBLISHED.cycles(row).total()).isEqualTo(25_088);
        assertThat(FinnMvau.folded(1, Map.of("conv", new Folding(1, 1)))
                        .cycles(row)
                        .total())
                .isEqualTo(64 * 576 * 784);
    }

    @Test
    void groupsGoOneAfterAnother() {
        Row whole = new Row("depthwise", 128, 128, 3, 3, 1, 1, 128, 8, 8, 4, 4, false);
        Row one = new Row("one", 1, 1, 3, 3, 1, 1, 1, 8, 8, 4, 4, false);
        assertThat(Barvinn.PUBLISHED.cycles(whole).total())
                .isEqualTo(128 * Barvinn.PUBLISHED.cycles(one).total());
    }

    @Test
    void anUnknownMachineIsAnsweredWithTheKnownOnes() {
        assertThatThrownBy(() -> Machine.named("eyeriss"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "There is no machine \"eyeriss\"; the known ones are barvinn, bismo, bitfusion, finn, stripes.");
        assertThat(Machine.known())
                .extracting(Machine::source)
                .allSatisfy(source -> assertThat(source).isNotBlank());
        assertThat(List.copyOf(Machine.known())).doesNotHaveDuplicates();
    }
}
