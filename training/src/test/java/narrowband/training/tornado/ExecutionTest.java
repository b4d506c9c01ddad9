package narrowband.training.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import narrowband.accel.InvalidInputException;
import narrowband.training.tornado.Execution.Convolutions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExecutionTest {
    private static final TornadoInstallation.Found CUDA = new TornadoInstallation.Found("cuda", 0, 0, "a GPU", true);
    private static final TornadoInstallation.Found OPENCL =
            new TornadoInstallation.Found("opencl", 1, 0, "a processor", false);

    @Test
    void aGpuHasTilesAndCudaItsGraphs() {
        assertThat(Execution.of(CUDA)).isEqualTo(new Execution(Convolutions.TILED, true));
        assertThat(Execution.of(OPENCL)).isEqualTo(new Execution(Convolutions.PLAIN, false));
    }

    @ParameterizedTest
    @CsvSource({
        "plain, PLAIN, false",
        "tiled, TILED, false",
        "graphs, TILED, true",
        "'integer,graphs', INTEGER, true",
        "'graphs,plain', PLAIN, true"
    })
    void whatIsAskedForIsTaken(String text, Convolutions convolutions, boolean graphs) {
        assertThat(Execution.parse(text, CUDA)).isEqualTo(new Execution(convolutions, graphs));
    }

    @ParameterizedTest
    @ValueSource(strings = {"integer", "graphs", "plain,graphs"})
    void whatOnlyCudaHasIsRefusedElsewhere(String text) {
        assertThatThrownBy(() -> Execution.parse(text, OPENCL))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(text + ": integer and graphs are for the backend cuda; this device's is opencl.");
    }

    @ParameterizedTest
    @CsvSource({"fast, fast", "'tiled,', an empty word", "tiled:x, tiled:x"})
    void otherWordsAreNamedWithThoseThatAreKnown(String text, String culprit) {
        assertThatThrownBy(() -> Execution.parse(text, CUDA))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "%s: %s is not known; known are plain, tiled, integer and graphs.".formatted(text, culprit));
    }

    @Test
    void itIsWrittenAsItIsRead() {
        for (Convolutions kind : Convolutions.values()) {
            for (boolean graphs : new boolean[] {false, true}) {
                Execution execution = new Execution(kind, graphs);
                assertThat(Execution.parse(execution.toString(), CUDA)).isEqualTo(execution);
            }
        }
    }
}
