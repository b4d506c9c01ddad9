package narrowband.training.tornado;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/**
 * The kernel {@code integer_convolution.cu}. It is CUDA C, since the interface of TornadoVM that we compile against has no methods for
 * tensor cores; what it means is {@link ConvolutionKernels#convolve}, as for all tiled kernels.
 */
final class IntegerConvolution {
    /** Its name there. */
    static final String ENTRY = "convolveIntegers";

    /** Places in a record behind those of {@link TiledKernels}, and its length. */
    static final int INPUT_GRID = 21;

    static final int WEIGHT_GRID = 22;
    static final int APART = 23;
    static final int RECORD = 24;

    private static final String SOURCE = "integer_convolution.cu";

    private IntegerConvolution() {}

    /**
     * A tiled convolution's record with the grids of its input and of its weights.
     *
     * @param inputGrid place of the grid, or -1 where the layer is not quantised
     * @param weightGrid place of the grid of the first output
     * @param apart distance between the grids of outputs
     */
    static int[] appendedTo(int[] record, int inputGrid, int weightGrid, int apart) {
        int[] longer = Arrays.copyOf(record, RECORD);
        longer[INPUT_GRID] = inputGrid;
        longer[WEIGHT_GRID] = weightGrid;
        longer[APART] = apart;
        return longer;
    }

    /** The source as a file, which TornadoVM wants; to be deleted by whoever asked. */
    static Path file() {
        try (InputStream source = IntegerConvolution.class.getResourceAsStream(SOURCE)) {
            Path file = Files.createTempFile("narrowband", ".cu");
            Files.copy(source, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
