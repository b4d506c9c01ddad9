package narrowband.training.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The device that {@code ./verify --device SPEC} asked for; without it any that is there, and tests are left out if none is. */
final class DeviceUnderTest {
    private static final TornadoInstallation INSTALLATION = TornadoInstallation.probe();

    private DeviceUnderTest() {}

    static TornadoInstallation.Found find() {
        String asked = System.getProperty("narrowband.device", "");
        if (asked.isEmpty()) {
            assumeTrue(!INSTALLATION.devices().isEmpty(), INSTALLATION.problem());
            return INSTALLATION.find("tornado");
        }
        assertThat(INSTALLATION.devices()).as(INSTALLATION.problem()).isNotEmpty();
        return INSTALLATION.find(asked);
    }
}
