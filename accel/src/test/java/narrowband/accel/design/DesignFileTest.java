package narrowband.accel.design;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Folding.MatrixVectorFolding;
import narrowband.accel.design.MatrixVector.Weights;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.RandomNetworks;
import narrowband.accel.network.Scale;
import narrowband.accel.network.Shape;
import narrowband.accel.network.WeightCodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DesignFileTest {
    @TempDir
    Path folder;

    @Test
    void aDesignIsReadBackUnitByUnit() throws IOException {
        for (long seed = 0; seed < 100; seed++) {
            IntegerNetwork network = RandomNetworks.network(seed);
            Random random = new Random(seed);
            Accelerator laidOut = RandomFoldings.accelerator(network, random);
            Map<String, Integer> depths = laidOut.depths();
            depths.replaceAll((_, _) -> 2 + random.nextInt(5));
            Accelerator design = laidOut.withDepths(depths);
            Path file = folder.resolve("design.json");
            DesignFile.write(design, file);
            assertThat(DesignFile.read(file, network)).as("seed %d", seed).isEqualTo(design);
        }
    }

    @Test
    void aSharedEngineIsReadBackUnitByUnit() throws IOException {
        for (long seed = 0; seed < 100; seed++) {
            IntegerNetwork network = RandomNetworks.wide(seed);
            Accelerator design = SharedLayout.layOut(network, Fpga.named("xc7a35t"), 100, new Sharing(4 << (seed % 3)));
            Path file = folder.resolve("design.json");
            DesignFile.write(design, file);
            assertThat(DesignFile.read(file, network)).as("seed %d", seed).isEqualTo(design);
        }
    }

    @Test
    void lanesThatAreNoPowerOfTwoAreRefused() throws IOException {
        IntegerNetwork network = RandomNetworks.network(4);
        Path file = folder.resolve("design.json");
        DesignFile.write(SharedLayout.layOut(network, Fpga.named("xc7a35t"), 100, new Sharing(4)), file);
        Files.writeString(file, Files.readString(file).replace("\"lanes\" : 4", "\"lanes\" : 12"));
        assertThatThrownBy(() -> DesignFile.read(file, network))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("lanes must be a power of two from 4 to 256, not 12.");
    }

    @Test
    void aFieldThatDoesNotDivideIsNamed() throws IOException {
        IntegerNetwork network = RandomNetworks.network(4);
        Path file = edited(network, "\"simd\" : \\d+", "\"simd\" : 1000");
        assertThatThrownBy(() -> DesignFile.read(file, network))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("simd is 1000, but it must divide the ");
    }

    /** A dense layer of 4 x 600 weights of 3 bits. */
    private static IntegerNetwork dense() {
        return new IntegerNetwork(
                "dense",
                List.of(
                        new Layer.Input("image", Shape.vector(600), CodeType.unsigned(2), Scale.uniform(1)),
                        new Layer.Dense(
                                "dense", "image", new WeightCodes(3, 4, 600, new int[4 * 600]), Scale.uniform(1))));
    }

    private static void refusedFolding(MatrixVectorFolding folding, String message) {
        assertThatThrownBy(() ->
                        Dataflow.layOut(dense(), Fpga.named("xc7a35t"), 100, new Folding(1, Map.of("dense", folding))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message);
    }

    @Test
    void frozenWeightsAreTakenWhole() {
        refusedFolding(
                new MatrixVectorFolding(4, 600, 1, 2, Weights.FROZEN),
                "Layer dense: weightDigit is 1, but frozen weights are taken whole, 3 bits at a time.");
    }

    @Test
    void frozenWeightsOfTooManyGroupsAreRefused() {
        refusedFolding(
                new MatrixVectorFolding(1, 2, 3, 2, Weights.FROZEN),
                "Layer dense: frozen weights are divided into 4 groups of rows and 300 of columns, which is more than truth"
                        + " tables are made for; choose a larger pe or simd, or stored weights.");
    }

    @Test
    void aDesignForAnotherNetworkIsRefused() throws IOException {
        Path file = edited(RandomNetworks.network(4), "format", "format");
        assertThatThrownBy(() -> DesignFile.read(file, RandomNetworks.network(5)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(file + ": the design was made for another network (random); export it again for this one.");
    }

    @Test
    void anUnknownFieldIsRefusedWithItsLine() throws IOException {
        IntegerNetwork network = RandomNetworks.network(4);
        Path file = edited(network, "\"fpga\"", "\"speed\" : 3,\n  \"fpga\"");
        assertThatThrownBy(() -> DesignFile.read(file, network))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(file + ": line ")
                .hasMessageContaining("speed");
    }

    private Path edited(IntegerNetwork network, String pattern, String replacement) throws IOException {
        Path file = folder.resolve("design.json");
        DesignFile.write(RandomFoldings.accelerator(network, new Random(1)), file);
        Files.writeString(file, Files.readString(file).replaceAll(pattern, replacement));
        return file;
    }
}
