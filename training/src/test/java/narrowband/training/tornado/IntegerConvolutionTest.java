package narrowband.training.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel computes is tested on a device (TornadoDeviceTest); here is what can be seen without one. */
class IntegerConvolutionTest {
    /** The oldest architecture with the instruction, and that of the newest GPUs that CUDA 13 knows by a plain name. */
    @Test
    void cudasCompilerTakesItWithoutSpills(@TempDir Path folder) throws IOException, InterruptedException {
        assumeTrue(isThere("nvcc"), "nvcc is not here");
        Path source = IntegerConvolution.file();
        try {
            for (String architecture : List.of("sm_80", "sm_90", "sm_120")) {
                Process compiler = new ProcessBuilder(
                                "nvcc",
                                "-cubin",
                                "-arch=" + architecture,
                                "-Xptxas",
                                "-v",
                                "-o",
                                folder.resolve("out.cubin").toString(),
                                source.toString())
                        .redirectErrorStream(true)
                        .start();
                String log = new String(compiler.getInputStream().readAllBytes());
                assertThat(compiler.waitFor()).as(log).isZero();
                assertThat(log).contains("'" + IntegerConvolution.ENTRY + "'").contains("0 bytes spill stores");
            }
        } finally {
            Files.delete(source);
        }
    }

    private static boolean isThere(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** The places that the source reads are those that Java writes. */
    @Test
    void itsConstantsAreThoseOfTheRecords() throws IOException {
        Path source = IntegerConvolution.file();
        String text = Files.readString(source);
        Files.delete(source);
        assertThat(text)
                .contains("#define THREADS " + Work.BLOCK)
                .contains("#define HEADER " + Work.HEADER)
                .contains("tile.tall = record[" + TiledKernels.ROWS + "]")
                .contains("tile.wide = record[" + TiledKernels.COLUMNS + "]")
                .contains("record[" + TiledKernels.SUMS + "] >= 0")
                .contains("tile.grid = record[" + IntegerConvolution.INPUT_GRID + "]")
                .contains("tile.weightGrid = record[" + IntegerConvolution.WEIGHT_GRID + "]")
                .contains("tile.apart = record[" + IntegerConvolution.APART + "]")
                .contains("grid[" + WeightGridKernels.SHIFT + "] > 0")
                .contains("grid[" + WeightGridKernels.FIRST + "] >= -128")
                .contains("grid[" + WeightGridKernels.LAST + "] <= 127");
    }
}
