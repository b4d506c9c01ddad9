package narrowband.accel.design;

import static narrowband.accel.design.Program.repeat;
import static narrowband.accel.design.Program.sequence;

import java.util.List;
import narrowband.accel.design.Program.Step;
import narrowband.accel.network.CodeType;

/**
 * Reduces windows that stream in, position by position, to one position each: the largest code or the sum of each channel.
 *
 * @param windows windows of one image
 * @param windowPositions positions of a window
 */
public record Pooling(
        String name,
        String layer,
        Operation operation,
        long windows,
        int windowPositions,
        int channels,
        int lanes,
        CodeType from,
        CodeType to)
        implements Unit {
    /** How the codes of a window become one. */
    public enum Operation {
        MAXIMUM,
        SUM
    }

    public Pooling {
        if (channels % lanes != 0) {
            throw new IllegalArgumentException("%d lanes must divide %d channels".formatted(lanes, channels));
        }
    }

    /** Words of one position. */
    public int channelFolds() {
        return channels / lanes;
    }

    @Override
    public List<StreamType> inputs() {
        return List.of(new StreamType(lanes, from, windows * windowPositions * channelFolds()));
    }

    @Override
    public List<StreamType> outputs() {
        return List.of(new StreamType(lanes, to, windows * channelFolds()));
    }

    @Override
    public Timing timing() {
        long silent = (windowPositions - 1L) * channelFolds();
        return Timing.of(
                repeat(windows, sequence(repeat(silent, Step.READ), repeat(channelFolds(), Step.READ_WRITE))), 1);
    }

    @Override
    public Resources resources(Fpga fpga) {
        Resources partials = channelFolds() == 1
                ? Resources.distributedRam(1, (long) lanes * to.bits(), fpga)
                : Resources.buffer(channelFolds(), (long) lanes * to.bits(), fpga);
        LogicCost cost = LogicCost.of(fpga);
        long counters = LogicCost.counterBits(channelFolds()) + LogicCost.counterBits(windowPositions);
        long bits = (long) lanes * to.bits();
        double reduced = switch (operation) {
            case MAXIMUM -> lanes * cost.compared(to.bits(), fpga) + cost.choice() * bits;
            case SUM -> sumAndStart(fpga) * bits;
        };
        return partials.plus(Resources.logic(reduced + cost.control(counters), bits + counters + CONTROL_REGISTERS));
    }

    /** The pipeline's flags, and those of the counters. */
    private static final long CONTROL_REGISTERS = 5;

    /** A bit of a sum, and the choice of the code itself where a window begins: an iCE40 table has an input to spare for it. */
    private static double sumAndStart(Fpga fpga) {
        return switch (fpga.family()) {
            case ICE40 -> 1.05;
            case ECP5, GOWIN -> 1.95;
            case SERIES_7, ULTRASCALE_PLUS -> 1.35;
        };
    }
}
