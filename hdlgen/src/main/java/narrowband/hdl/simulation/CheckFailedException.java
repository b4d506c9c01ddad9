package narrowband.hdl.simulation;

import narrowband.hdl.ir.Check;
import narrowband.hdl.ir.FlatNetlist.PlacedCheck;

/** An assertion of the design does not hold, or the stimuli break an assumption of it. */
public final class CheckFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient PlacedCheck check;
    private final long cycle;

    CheckFailedException(PlacedCheck check, long cycle) {
        super(message(check, cycle));
        this.check = check;
        this.cycle = cycle;
    }

    private static String message(PlacedCheck check, long cycle) {
        boolean assumption = check.check().kind() == Check.Kind.ASSUME;
        String place = check.instance().isEmpty() ? "the top module" : check.instance();
        return check.check().source() + ": " + (assumption ? "the stimuli break an assumption: " : "assertion failed: ")
                + check.check().message() + " (in " + place + ", at the edge that ends cycle " + cycle + ")";
    }

    /** What failed, and where it stands. */
    public PlacedCheck check() {
        return check;
    }

    /** The cycle at whose end it failed: as many steps had been done. */
    public long cycle() {
        return cycle;
    }
}
