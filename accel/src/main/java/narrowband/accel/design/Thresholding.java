package narrowband.accel.design;

import static narrowband.accel.design.Program.repeat;

import java.util.List;
import narrowband.accel.design.Program.Step;
import narrowband.accel.network.CodeType;

/**
 * Requantises each code by a pipelined binary search in its channel's thresholds: one pipeline stage, comparator and
 * threshold memory for each bit of the outgoing code, most significant first. A word enters every cycle.
 *
 * @param positions positions of one image
 * @param perChannel whether each channel has its own thresholds
 */
public record Thresholding(
        String name,
        String layer,
        long positions,
        int channels,
        int lanes,
        CodeType from,
        CodeType to,
        boolean perChannel)
        implements Unit {
    public Thresholding {
        if (channels % lanes != 0) {
            throw new IllegalArgumentException("%d lanes must divide %d channels".formatted(lanes, channels));
        }
    }

    /** Words of one position. */
    public int channelFolds() {
        return channels / lanes;
    }

    /** Words of the threshold memory of one lane for bit {@code level}, counted from the most significant. */
    public long thresholdWords(int level) {
        return (perChannel ? channelFolds() : 1L) << level;
    }

    @Override
    public List<StreamType> inputs() {
        return List.of(new StreamType(lanes, from, positions * channelFolds()));
    }

    @Override
    public List<StreamType> outputs() {
        return List.of(new StreamType(lanes, to, positions * channelFolds()));
    }

    @Override
    public Timing timing() {
        return Timing.of(repeat(positions * channelFolds(), Step.READ_WRITE), to.bits());
    }

    @Override
    public Resources resources(Fpga fpga) {
        double comparator = fpga.lutInputs() >= 6 ? 0.5 * from.bits() : 1.2 * from.bits();
        Resources lane = Resources.logic(comparator * to.bits(), (long) to.bits() * from.bits());
        for (int level = 0; level < to.bits(); level++) {
            lane = lane.plus(Resources.rom(thresholdWords(level), from.bits(), fpga));
        }
        return lane.times(lanes).plus(Resources.logic(8, 8 + to.bits()));
    }
}
