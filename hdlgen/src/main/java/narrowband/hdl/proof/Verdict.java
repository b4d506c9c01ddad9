package narrowband.hdl.proof;

import java.nio.file.Path;
import narrowband.hdl.ir.FlatNetlist.PlacedCheck;

/** What a proof of a design's checks came to. */
public sealed interface Verdict {
    /** The checks hold in all cycles of all runs from power up. */
    record Proven() implements Verdict {}

    /** The checks hold in the first {@code cycles} cycles of all runs; of later ones nothing is known. */
    record Bounded(int cycles) implements Verdict {}

    /**
     * The checks hold in the first {@code cycles} cycles of all runs, but that many cycles in which they hold do not imply that they hold in the next: a larger depth, or
     * further checks that rule out states that are never reached, may help.
     *
     * @param check one that does not follow
     */
    record Inconclusive(int cycles, PlacedCheck check) implements Verdict {}

    /** The assumptions contradict each other within {@code cycles} cycles: nothing that is proven of them means anything. */
    record Contradiction(int cycles) implements Verdict {}

    /**
     * A run in which {@code check} fails.
     *
     * @param cycle the cycle of the failure, 0 the first
     * @param wave the run as a VCD file
     */
    record Counterexample(int cycle, PlacedCheck check, Path wave) implements Verdict {
        @Override
        public String toString() {
            String place = check.instance().isEmpty() ? "" : " in " + check.instance();
            return "cycle " + cycle + ": \"" + check.check().message() + "\"" + place + " fails ("
                    + check.check().source() + "); see " + wave;
        }
    }
}
