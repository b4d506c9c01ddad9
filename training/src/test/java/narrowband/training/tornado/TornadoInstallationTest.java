package narrowband.training.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import narrowband.accel.InvalidInputException;
import narrowband.training.tornado.TornadoInstallation.Found;
import org.junit.jupiter.api.Test;

class TornadoInstallationTest {
    private static final Found CPU = new Found("opencl", 0, 0, "a processor", false);
    private static final Found GPU = new Found("cuda", 1, 0, "a GPU", true);

    @Test
    void aPlainJavaMachineHasNoTornadoVmAndSaysHowToGetIt() {
        assumeTrue(System.getProperty("tornado.load.runtime.implementation") == null, "this is no plain Java machine");
        TornadoInstallation installation = TornadoInstallation.probe();
        assertThat(installation.devices()).isEmpty();
        assertThat(installation.hasGpu()).isFalse();
        assertThatThrownBy(() -> installation.open("tornado"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("--device tornado")
                .hasMessageContaining("TORNADOVM_HOME")
                .hasMessageContaining("JDK 25");
    }

    @Test
    void nothingOfTornadoVmIsOnTheTestsClassPath() {
        assumeTrue(System.getProperty("tornado.load.runtime.implementation") == null, "this is no plain Java machine");
        assertThatThrownBy(() -> Class.forName("uk.ac.manchester.tornado.api.TaskGraph"))
                .isInstanceOf(ClassNotFoundException.class);
    }

    @Test
    void aGpuIsTakenBeforeAProcessorUnlessTheOtherIsNamed() {
        TornadoInstallation both = new TornadoInstallation(List.of(CPU, GPU), "");
        assertThat(both.open("tornado").name()).contains("a GPU");
        assertThat(both.open("tornado:opencl").name()).contains("a processor");
        assertThat(both.open("tornado:opencl:0").name()).contains("a processor");
    }

    @Test
    void ofAGpuThatTwoBackendsFindCudaTakesIt() {
        Found same = new Found("opencl", 0, 0, "the same GPU", true);
        TornadoInstallation both = new TornadoInstallation(List.of(same, CPU, GPU), "");
        assertThat(both.open("tornado").name()).contains("cuda").endsWith("tiled,graphs");
        assertThat(both.open("tornado:opencl").name()).contains("the same GPU").endsWith("tiled");
    }

    @Test
    void howItComputesStandsBehindTheIndex() {
        TornadoInstallation both = new TornadoInstallation(List.of(CPU, GPU), "");
        assertThat(both.open("tornado:cuda:0:integer,graphs").name()).endsWith("integer,graphs");
        assertThatThrownBy(() -> both.open("tornado:opencl:0:integer"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("integer");
    }

    @Test
    void aDeviceThatIsNotThereIsAnErrorThatListsThoseThatAre() {
        TornadoInstallation both = new TornadoInstallation(List.of(CPU, GPU), "");
        assertThatThrownBy(() -> both.open("tornado:cuda:3"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("tornado:cuda:3")
                .hasMessageContaining("tornado:opencl:0, tornado:cuda:0");
    }
}
