package narrowband.accel.design;

import static narrowband.accel.design.Program.repeat;
import static narrowband.accel.design.Program.sequence;

import java.util.List;
import narrowband.accel.design.Program.Step;

/** Gathers several narrow words into a wide one, or splits a wide one; one number of lanes divides the other. */
public record WidthConverter(String name, String layer, StreamType from, int toLanes) implements Unit {
    public WidthConverter {
        if (from.lanes() % toLanes != 0 && toLanes % from.lanes() != 0) {
            throw new IllegalArgumentException("%d and %d lanes do not divide".formatted(from.lanes(), toLanes));
        }
        if (from.lanes() * from.words() % toLanes != 0) {
            throw new IllegalArgumentException("%d lanes do not divide an image".formatted(toLanes));
        }
    }

    /** Whether words get wider. */
    public boolean gathers() {
        return toLanes > from.lanes();
    }

    /** Narrow words in a wide one. */
    public int ratio() {
        return gathers() ? toLanes / from.lanes() : from.lanes() / toLanes;
    }

    @Override
    public List<StreamType> inputs() {
        return List.of(from);
    }

    @Override
    public List<StreamType> outputs() {
        return List.of(new StreamType(toLanes, from.element(), from.words() * from.lanes() / toLanes));
    }

    @Override
    public Timing timing() {
        return gathers()
                ? Timing.of(
                        repeat(from.words() / ratio(), sequence(repeat(ratio() - 1L, Step.READ), Step.READ_WRITE)), 1)
                : Timing.of(repeat(from.words(), sequence(Step.READ_WRITE, repeat(ratio() - 1L, Step.WRITE))), 1);
    }

    /**
     * Whether a wide word that is split moves down by a narrow one with each step, so that what goes out is always its lowest
     * part: a table before each register, which on narrow tables is no more than a choice among the parts takes, and no way
     * through that choice. Wide tables choose among four.
     */
    public boolean shifts(Fpga fpga) {
        return !gathers() && fpga.lutInputs() < 6;
    }

    @Override
    public Resources resources(Fpga fpga) {
        long wide = (long) Math.max(from.lanes(), toLanes) * from.element().bits();
        long narrow = (long) Math.min(from.lanes(), toLanes) * from.element().bits();
        double choice = shifts(fpga) ? 1 : 0.34;
        return Resources.logic((gathers() ? 0 : Math.max(1, choice * (ratio() - 1)) * narrow) + 6, wide + 8);
    }
}
