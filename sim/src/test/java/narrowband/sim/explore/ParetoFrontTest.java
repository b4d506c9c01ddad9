package narrowband.sim.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import narrowband.accel.design.Resources;
import narrowband.sim.energy.EnergyInterval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParetoFrontTest {
    private static Outcome design(String network, String fpga, double rate, double latency, double energy, long cells) {
        return new Outcome(
                new DesignPoint(network, fpga, 100, rate + "fps", Optional.empty()),
                Optional.of(new Outcome.Figures(
                        rate,
                        latency,
                        Optional.of(new EnergyInterval(energy, energy, energy, energy)),
                        cells,
                        new Resources(cells, cells, 0))),
                Optional.empty());
    }

    @Test
    void aDesignThatIsWorseInOneThingAndBetterInNoneIsLeftOut() {
        Outcome good = design("a", "xc7a35t", 100, 10, 5, 1000);
        Outcome larger = design("a", "xc7a35t", 100, 10, 5, 1001);
        Outcome faster = design("a", "xc7a35t", 101, 10, 5, 1001);
        Outcome elsewhere = design("a", "ecp5-25k", 90, 20, 9, 2000);
        assertThat(ParetoFront.of(List.of(larger, good, faster, elsewhere), Map.of()))
                .containsExactly(good, faster, elsewhere);
    }

    @Test
    void networksAreHeldAgainstEachOtherOnlyWhereTheirAccuracyIsKnown() {
        Outcome small = design("small", "xc7a35t", 100, 10, 5, 1000);
        Outcome large = design("large", "xc7a35t", 50, 20, 9, 2000);
        assertThat(ParetoFront.of(List.of(small, large), Map.of())).containsExactly(small, large);
        assertThat(ParetoFront.of(List.of(small, large), Map.of("small", 0.9))).containsExactly(small, large);
        assertThat(ParetoFront.of(List.of(small, large), Map.of("small", 0.9, "large", 0.9)))
                .containsExactly(small);
        assertThat(ParetoFront.of(List.of(small, large), Map.of("small", 0.9, "large", 0.91)))
                .containsExactly(small, large);
    }

    @Test
    void whatWasRefusedIsOnNoFront() {
        Outcome refused = new Outcome(
                new DesignPoint("a", "xc7a35t", 100, "fill", Optional.empty()),
                Optional.empty(),
                Optional.of("no room"));
        assertThat(ParetoFront.of(List.of(refused), Map.of())).isEmpty();
    }

    /** On few levels many designs tie. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whateverIsLeftOutIsBeatenByOneOfTheFront(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int levels = random.nextInt(2, 30);
        List<Outcome> designs = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            designs.add(design(
                    "a",
                    "xc7a35t",
                    1 + random.nextInt(levels),
                    1 + random.nextInt(levels),
                    1 + random.nextInt(levels),
                    1 + random.nextInt(levels)));
        }
        List<Outcome> front = ParetoFront.of(designs, Map.of());
        assertThat(front).isNotEmpty();
        for (Outcome design : designs) {
            boolean beaten = front.stream().anyMatch(best -> isBeaten(figures(design), figures(best)));
            assertThat(front.contains(design)).isEqualTo(!beaten);
        }
    }

    private static Outcome.Figures figures(Outcome outcome) {
        return outcome.figures().orElseThrow();
    }

    private static boolean isBeaten(Outcome.Figures one, Outcome.Figures by) {
        double a = one.picojoulesPerImage().orElseThrow().nominal();
        double b = by.picojoulesPerImage().orElseThrow().nominal();
        return by.framesPerSecond() >= one.framesPerSecond()
                && by.latencyMicroseconds() <= one.latencyMicroseconds()
                && b <= a
                && by.logicCells() <= one.logicCells()
                && !(by.framesPerSecond() == one.framesPerSecond()
                        && by.latencyMicroseconds() == one.latencyMicroseconds()
                        && b == a
                        && by.logicCells() == one.logicCells());
    }
}
