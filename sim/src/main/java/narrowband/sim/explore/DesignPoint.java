package narrowband.sim.explore;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.FoldingSearch;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Goal;
import narrowband.accel.design.SharedLayout;
import narrowband.accel.design.Sharing;
import narrowband.accel.network.IntegerNetwork;
import narrowband.sim.sizing.DesignSearch;

/**
 * One way to carry a network.
 *
 * @param network what the network is called among those explored
 * @param fpga a device of the catalogue
 * @param clockMegahertz the clock
 * @param plan {@code fill}, the fastest unit-for-each-layer design in half of the FPGA; {@code 300fps}, the smallest of that
 *     rate; {@code shared}, the fastest engine; {@code 32lanes}, an engine of that size
 * @param megabytesPerSecond what the memory of an engine's weights gives, 10^6 bytes; none if it gives a word in each cycle
 */
public record DesignPoint(
        String network, String fpga, double clockMegahertz, String plan, Optional<Double> megabytesPerSecond) {
    private static final Pattern NUMBERED = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(fps|lanes)");

    /** @throws InvalidInputException if there is no such FPGA or plan, or a number is out of range */
    public DesignPoint {
        Fpga.named(fpga);
        if (!(clockMegahertz > 0 && Double.isFinite(clockMegahertz))) {
            throw new InvalidInputException("A clock must be above 0 MHz, not %s.".formatted(clockMegahertz));
        }
        Matcher numbered = NUMBERED.matcher(plan);
        if (!plan.equals("fill") && !plan.equals("shared") && !numbered.matches()) {
            throw new InvalidInputException(
                    "The plan \"%s\" is not understood: expected fill, a rate such as 300fps, shared, or an engine's size such as 32lanes."
                            .formatted(plan));
        }
        if (plan.endsWith("lanes")) {
            sharing(numbered);
        }
        if (plan.endsWith("fps") && !(Double.parseDouble(numbered.group(1)) > 0)) {
            throw new InvalidInputException("The plan \"%s\" must ask for a rate above 0.".formatted(plan));
        }
        if (megabytesPerSecond.isPresent() && !(megabytesPerSecond.get() > 0)) {
            throw new InvalidInputException(
                    "A bandwidth must be above 0 MB/s, not %s.".formatted(megabytesPerSecond.get()));
        }
    }

    private static Sharing sharing(Matcher numbered) {
        double lanes = Double.parseDouble(numbered.group(1));
        return new Sharing(lanes == Math.rint(lanes) && lanes < Integer.MAX_VALUE ? (int) lanes : 0);
    }

    /** Whether it is one array for all layers, whose weights stream in. */
    public boolean isShared() {
        return plan.equals("shared") || plan.endsWith("lanes");
    }

    /** The same with a memory of weights that never lets an engine wait. */
    DesignPoint withoutBandwidth() {
        return new DesignPoint(network, fpga, clockMegahertz, plan, Optional.empty());
    }

    /** @throws InvalidInputException if there is no such design, with what stops it */
    Accelerator design(IntegerNetwork given) {
        Fpga device = Fpga.named(fpga);
        Matcher numbered = NUMBERED.matcher(plan);
        if (plan.equals("shared")) {
            return SharedLayout.search(given, device, clockMegahertz, Goal.FillDevice.DEFAULT);
        }
        if (numbered.matches() && numbered.group(2).equals("lanes")) {
            return DesignSearch.shared(given, device, clockMegahertz, sharing(numbered));
        }
        Goal goal = numbered.matches()
                ? new Goal.FramesPerSecond(Double.parseDouble(numbered.group(1)))
                : Goal.FillDevice.DEFAULT;
        return DesignSearch.dataflow(given, device, clockMegahertz, goal, FoldingSearch.FIXED);
    }
}
