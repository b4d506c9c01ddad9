package narrowband.hdlgen;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.RandomFoldings;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.NetworkFile;
import narrowband.accel.network.RandomNetworks;
import narrowband.hdl.Design;
import narrowband.hdl.simulation.Simulator;
import narrowband.hdlgen.control.AxiLiteControl;
import narrowband.hdlgen.control.ControlRegister;
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
        int sent;
        int taken;

        Bench(long seed) {
            IntegerNetwork network = RandomNetworks.network(seed);
            accelerator = RandomFoldings.accelerator(network, new Random(seed));
            top = new ControlledModule(accelerator);
            port = top.control;
            simulator = Simulator.of(Design.of(top));
            List<int[]> images = new ArrayList<>();
            for (int i = 0; i < IMAGES; i++) {
                images.add(RandomNetworks.image(network, random));
            }
            words = Words.pack(images, accelerator.input().type());
            simulator.reset(true).step(2);
            simulator.reset(false);
        }

        /** One cycle of the streams; the port's signals stay as they are. */
        void step() {
            boolean offers = sent < words.size() && random.nextInt(3) > 0;
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
}
