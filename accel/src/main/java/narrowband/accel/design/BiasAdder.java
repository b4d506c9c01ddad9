package narrowband.accel.design;

import static narrowband.accel.design.Program.repeat;

import java.util.List;
import narrowband.accel.design.Program.Step;
import narrowband.accel.network.CodeType;

/** Adds each channel's integer. Pipeline: the biases are fetched (1), added (2). */
public record BiasAdder(String name, String layer, long positions, int channels, int lanes, CodeType from, CodeType to)
        implements Unit {
    public BiasAdder {
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
        return List.of(new StreamType(lanes, from, positions * channelFolds()));
    }

    @Override
    public List<StreamType> outputs() {
        return List.of(new StreamType(lanes, to, positions * channelFolds()));
    }

    @Override
    public Timing timing() {
        return Timing.of(repeat(positions * channelFolds(), Step.READ_WRITE), 2);
    }

    @Override
    public Resources resources(Fpga fpga) {
        long bits = (long) lanes * to.bits();
        double logic = lanes * LogicCost.sum(to.bits(), fpga)
                + LogicCost.of(fpga).control(LogicCost.counterBits(channelFolds()));
        return Resources.rom(channelFolds(), bits, fpga).plus(Resources.logic(logic, 2 * bits + 8));
    }
}
