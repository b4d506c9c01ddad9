package narrowband.sim.cycle;

import java.util.List;
import narrowband.accel.design.SharedEngine;
import narrowband.accel.design.SlidingWindow;
import narrowband.accel.design.Unit;

/** What a unit's counter counts, over which its processes wait for each other. */
public enum CounterRole {
    /** Rows of a line buffer that may be filled. */
    FREE_ROWS("free rows"),
    /** Rows of a line buffer that are complete. */
    COMPLETE_ROWS("complete rows"),
    /** Halves of a shared engine's tile memories that may be filled. */
    FREE_TILES("free tiles"),
    /** Tiles of weights that a shared engine has not begun with. */
    LOADED_TILES("loaded tiles"),
    /** Whether a shared engine's tail takes accumulators. */
    FREE_TAIL("free tail"),
    /** Accumulators that a shared engine's tail has not taken. */
    ACCUMULATORS("accumulators"),
    /** Whether all passes before are done. */
    FINISHED_PASS("finished pass");

    private final String text;

    CounterRole(String text) {
        this.text = text;
    }

    /** The roles of a unit's counters, in the order of its timing. */
    public static List<CounterRole> of(Unit unit) {
        List<CounterRole> roles = switch (unit) {
            case SlidingWindow _ -> List.of(FREE_ROWS, COMPLETE_ROWS);
            case SharedEngine _ -> List.of(FREE_TILES, LOADED_TILES, FREE_TAIL, ACCUMULATORS, FINISHED_PASS);
            default -> List.of();
        };
        if (roles.size() != unit.timing().counters().size()) {
            throw new IllegalStateException("the counters of %s have no roles".formatted(unit.name()));
        }
        return roles;
    }

    @Override
    public String toString() {
        return text;
    }
}
