package narrowband.hdl.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The handshake properties of the stages. */
class StageProofTest {
    @ParameterizedTest
    @MethodSource("narrowband.hdl.stream.Proven#claims")
    void theClaimsHoldUnderRandomStalls(Proven.Claim claim) {
        for (long seed = 0; seed < 3; seed++) {
            Proven.Case stage = claim.module().get();
            StreamBench bench = new StreamBench(stage.module(), stage.ins(), stage.outs(), seed).mixtures();
            assertThat(bench.sent().getFirst().words()).hasSizeGreaterThan(50);
        }
    }
}
