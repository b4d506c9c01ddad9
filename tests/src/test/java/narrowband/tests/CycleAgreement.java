package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;

import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.hdlgen.RtlRun;
import narrowband.sim.cycle.Simulation;

/** That hardware and simulator agree to the cycle, on every word of every channel and of every result. */
final class CycleAgreement {
    private CycleAgreement() {}

    /** @param simulated with traces */
    static void assertCycles(Accelerator accelerator, Simulation simulated, RtlRun rtl, long seed) {
        for (Channel channel : accelerator.channels()) {
            long[] expected = simulated.traces().stream()
                    .filter(trace -> trace.name().equals(channel.name()))
                    .findFirst()
                    .orElseThrow()
                    .entered()
                    .toArray();
            assertThat(rtl.transfers().get(channel.name()).cycles())
                    .as("seed %d, channel %s", seed, channel.name())
                    .startsWith(expected);
        }
        assertThat(rtl.resultCycles()).as("seed %d, images", seed).hasSameSizeAs(simulated.outputCycles());
        for (int i = 0; i < rtl.resultCycles().size(); i++) {
            assertThat(rtl.resultCycles().get(i))
                    .as("seed %d, result of image %d", seed, i)
                    .isEqualTo(simulated.outputCycles().get(i).toArray());
        }
    }
}
