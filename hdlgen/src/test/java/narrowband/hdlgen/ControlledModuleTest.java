package narrowband.hdlgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Dataflow;
import narrowband.accel.design.Folding;
import narrowband.accel.design.Folding.MatrixVectorFolding;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.MatrixVector.Weights;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.NetworkFile;
import narrowband.accel.network.RandomNetworks;
import narrowband.accel.network.ReferenceExecutor;
import narrowband.accel.network.WeightCodes;
import narrowband.hdl.Design;
import narrowband.hdl.simulation.Simulator;
import narrowband.hdlgen.control.AxiLiteControl;
import narrowband.hdlgen.control.ControlRegister;
import narrowband.hdlgen.control.WeightLoad;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A processor at the AXI4-Lite port sees what a witness at the streams sees. */
class ControlledModuleTest {
    private static final int OKAY = 0;
    private static final int SLAVE_ERROR = 2;
    private static final int IMAGES = 3;

    private final Random random = new Random(7);

    /** What happened on the streams since the counters were cleared. */
    private static final class Witness {
        long cycles;
        long imagesIn;
        long imagesOut;
        long inputStalls;
        long inputWaits;
        long outputStalls;
    }

    /** The design under test, a processor at its port and a source and sink that stall at random. */
    private final class Bench {
        final Accelerator accelerator;
        final ControlledModule top;
        final AxiLiteControl port;
        final Simulator simulator;
        final List<BigInteger> words;
        final Witness witness = new Witness();
        boolean holdsImages;
        int sent;
        int taken;

        final List<int[]> images = new ArrayList<>();
        final List<BigInteger> results = new ArrayList<>();

        Bench(long seed) {
            this(RandomFoldings.accelerator(RandomNetworks.network(seed), new Random(seed)));
        }

        Bench(Accelerator accelerator) {
            this.accelerator = accelerator;
            top = new ControlledModule(accelerator);
            port = top.control;
            simulator = Simulator.of(Design.of(top));
            for (int i = 0; i < IMAGES; i++) {
                images.add(RandomNetworks.image(accelerator.network(), random));
            }
            words = Words.pack(images, accelerator.input().type());
            simulator.reset(true).step(2);
            simulator.reset(false);
        }

        /** One cycle of the streams; the port's signals stay as they are. */
        void step() {
            boolean offers = !holdsImages && sent < words.size() && random.nextInt(3) > 0;
            boolean takes = random.nextInt(3) > 0;
            simulator.poke(top.imageValid, offers ? 1 : 0).poke(top.resultReady, takes ? 1 : 0);
            if (offers) {
                simulator.poke(top.imageData, words.get(sent));
            }
            boolean ready = simulator.peek(top.imageReady) != 0;
            boolean valid = simulator.peek(top.resultValid) != 0;
            witness.cycles++;
            witness.inputStalls += offers && !ready ? 1 : 0;
            witness.inputWaits += ready && !offers ? 1 : 0;
            witness.outputStalls += valid && !takes ? 1 : 0;
            if (offers && ready) {
                sent++;
                witness.imagesIn += sent % accelerator.input().type().words() == 0 ? 1 : 0;
            }
            if (valid && takes) {
                results.add(simulator.peekWide(top.resultData));
                taken++;
                witness.imagesOut += taken % accelerator.output().type().words() == 0 ? 1 : 0;
            }
            simulator.step();
        }

        /** Reads an address; the value is that of the cycle in which the address is taken. */
        long read(int address, int response) {
            simulator.poke("s_axi_araddr", address).poke("s_axi_arvalid", 1);
            while (simulator.peek(port.readAddressReady) == 0) {
                step();
            }
            step();
            simulator.poke("s_axi_arvalid", 0);
            for (int wait = random.nextInt(3); wait > 0; wait--) {
                assertThat(simulator.peek(port.readDataValid)).isOne();
                step();
            }
            simulator.poke("s_axi_rready", 1);
            assertThat(simulator.peek(port.readDataValid)).isOne();
            assertThat(simulator.peek(port.readResponse)).isEqualTo(response);
            long value = simulator.peek(port.readData);
            step();
            simulator.poke("s_axi_rready", 0);
            return value;
        }

        long read(ControlRegister register) {
            return read(register.offset(), OKAY);
        }

        void write(int address, long value, int strobes, int response) {
            simulator
                    .poke("s_axi_awaddr", address)
                    .poke("s_axi_awvalid", 1)
                    .poke("s_axi_wdata", value)
                    .poke("s_axi_wstrb", strobes);
            for (int wait = random.nextInt(3); wait > 0; wait--) {
                assertThat(simulator.peek(port.writeAddressReady)).isZero();
                step();
            }
            simulator.poke("s_axi_wvalid", 1);
            assertThat(simulator.peek(port.writeAddressReady)).isOne();
            assertThat(simulator.peek(port.writeDataReady)).isOne();
            step();
            simulator.poke("s_axi_awvalid", 0).poke("s_axi_wvalid", 0).poke("s_axi_bready", 1);
            assertThat(simulator.peek(port.writeResponseValid)).isOne();
            assertThat(simulator.peek(port.writeResponse)).isEqualTo(response);
            step();
            simulator.poke("s_axi_bready", 0);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void theCountersAreWhatAWitnessCounts(long seed) {
        Bench bench = new Bench(seed);
        assertThat(bench.read(ControlRegister.STATUS)).isZero();
        while (bench.witness.imagesOut < IMAGES - 1) {
            bench.step();
        }
        assertThat(bench.read(ControlRegister.STATUS)).isOne();
        while (bench.witness.imagesOut < IMAGES) {
            bench.step();
        }
        // The counter as of a cycle is what was witnessed before it.
        long before = bench.witness.cycles;
        assertThat(bench.read(ControlRegister.CYCLES_LOW)).isEqualTo(before);
        assertThat(bench.read(ControlRegister.CYCLES_HIGH)).isZero();
        assertThat(bench.read(ControlRegister.IMAGES_IN)).isEqualTo(bench.witness.imagesIn);
        assertThat(bench.read(ControlRegister.IMAGES_OUT)).isEqualTo(IMAGES);
        assertThat(bench.read(ControlRegister.INPUT_STALLS)).isEqualTo(bench.witness.inputStalls);
        assertThat(bench.read(ControlRegister.OUTPUT_STALLS)).isEqualTo(bench.witness.outputStalls);
        before = bench.witness.inputWaits;
        assertThat(bench.read(ControlRegister.INPUT_WAITS)).isEqualTo(before);
        assertThat(bench.read(ControlRegister.STATUS)).isZero();
    }

    @Test
    void softwareRecognisesTheNetwork() {
        Bench bench = new Bench(1);
        String digest = NetworkFile.digest(bench.accelerator.network());
        assertThat(bench.read(ControlRegister.IDENTIFICATION)).isEqualTo(ControlRegister.MAGIC);
        assertThat("%08x%08x"
                        .formatted(bench.read(ControlRegister.NETWORK_LOW), bench.read(ControlRegister.NETWORK_HIGH)))
                .isEqualTo(digest.substring(0, 16));
    }

    @Test
    void clearingStartsAllCountersAgainAndStopsNoImage() {
        Bench bench = new Bench(2);
        while (bench.witness.imagesIn < 1) {
            bench.step();
        }
        bench.write(ControlRegister.CONTROL.offset(), 1, 0xf, OKAY);
        // Clearing took effect two cycles ago: the answer and its taking came after.
        assertThat(bench.read(ControlRegister.CYCLES_LOW)).isLessThan(5);
        assertThat(bench.read(ControlRegister.STATUS)).isOne();
        while (bench.witness.imagesOut < IMAGES) {
            bench.step();
        }
        assertThat(bench.read(ControlRegister.STATUS)).isZero();
    }

    @Test
    void whatCannotBeDoneIsAnsweredWithAnError() {
        Bench bench = new Bench(3);
        assertThat(bench.read(0x3c, SLAVE_ERROR)).isZero();
        assertThat(bench.read(ControlRegister.CONTROL.offset(), SLAVE_ERROR)).isZero();
        long before = bench.read(ControlRegister.CYCLES_LOW);
        bench.write(ControlRegister.STATUS.offset(), 1, 0xf, SLAVE_ERROR);
        bench.write(ControlRegister.CONTROL.offset(), 1, 0x1, SLAVE_ERROR);
        bench.write(ControlRegister.CONTROL.offset(), 0, 0xf, OKAY);
        assertThat(bench.read(ControlRegister.CYCLES_LOW)).isGreaterThan(before);
    }

    /** The network with the columns of every matrix in reverse, so that all ranges stay what they are; depthwise weights stay. */
    private static IntegerNetwork reversed(IntegerNetwork network) {
        return new IntegerNetwork(
                network.name(),
                network.layers().stream()
                        .map(layer -> switch (layer) {
                            case Layer.Convolution c
                            when c.groups() == 1 ->
                                new Layer.Convolution(
                                        c.name(),
                                        c.input(),
                                        reversed(c.weights()),
                                        c.kernelHeight(),
                                        c.kernelWidth(),
                                        c.stride(),
                                        c.padding(),
                                        c.groups(),
                                        c.scale());
                            case Layer.Dense d ->
                                (Layer) new Layer.Dense(d.name(), d.input(), reversed(d.weights()), d.scale());
                            default -> layer;
                        })
                        .toList());
    }

    private static WeightCodes reversed(WeightCodes weights) {
        int[] codes = new int[weights.outputs() * weights.inputs()];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = weights.code(i / weights.inputs(), weights.inputs() - 1 - i % weights.inputs());
        }
        return new WeightCodes(weights.bits(), weights.outputs(), weights.inputs(), codes);
    }

    /** A design of a random network whose matrices all lie in one kind of place. */
    private static Accelerator withWeights(long seed, Weights place) {
        IntegerNetwork network = RandomNetworks.network(seed);
        Folding folding = RandomFoldings.folding(network, new Random(seed));
        Map<String, MatrixVectorFolding> layers = new LinkedHashMap<>(folding.layers());
        layers.replaceAll((name, layer) -> network.layer(name) instanceof Layer.Convolution c && c.groups() > 1
                ? layer
                : new MatrixVectorFolding(
                        layer.pe(), layer.simd(), layer.weightDigit(), layer.activationDigit(), place));
        return Dataflow.layOut(network, Fpga.named("xc7a35t"), 100, new Folding(folding.targetCycles(), layers));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void loadedWeightsAreComputedWith(long seed) {
        Accelerator accelerator = withWeights(seed, Weights.RELOADABLE);
        IntegerNetwork other = reversed(accelerator.network());
        assertThat(other).isNotEqualTo(accelerator.network());
        Bench bench = new Bench(accelerator);
        bench.holdsImages = true;
        assertThat(bench.read(ControlRegister.LOADABLE))
                .isEqualTo(WeightLoad.units(accelerator).size());
        for (WeightLoad.Write write : WeightLoad.writes(accelerator, other)) {
            bench.write(write.register().offset(), write.data() & 0xffff_ffffL, 0xf, OKAY);
        }
        bench.holdsImages = false;
        while (bench.witness.imagesOut < IMAGES) {
            bench.step();
        }
        int[] expected = bench.images.stream()
                .flatMapToInt(image -> Arrays.stream(new ReferenceExecutor(other)
                        .run(image)
                        .get(other.output().name())))
                .toArray();
        assertThat(Words.unpack(bench.results, accelerator.output().type())).isEqualTo(expected);
    }

    @Test
    void aNetworkThatDiffersInMoreThanWeightsIsRefused() {
        Accelerator accelerator = withWeights(1, Weights.RELOADABLE);
        assertThatThrownBy(() -> WeightLoad.writes(accelerator, RandomNetworks.network(5)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("only weights can be loaded");
    }

    @Test
    void fixedWeightsAreNotLoaded() {
        Accelerator fixed = withWeights(1, Weights.STORED);
        assertThatThrownBy(() -> WeightLoad.writes(fixed, reversed(fixed.network())))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("has other weights, which are fixed in this design");
    }
}
