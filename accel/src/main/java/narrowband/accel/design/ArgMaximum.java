package narrowband.accel.design;

import static narrowband.accel.design.Program.repeat;
import static narrowband.accel.design.Program.sequence;

import java.util.List;
import narrowband.accel.design.Program.Step;
import narrowband.accel.network.CodeType;

/**
 * The index of the largest of the scores that stream in one by one; the first such on a tie. Each score takes two steps, one to
 * come in and one to be compared.
 */
public record ArgMaximum(String name, String layer, int channels, CodeType from, CodeType to) implements Unit {
    @Override
    public List<StreamType> inputs() {
        return List.of(new StreamType(1, from, channels));
    }

    @Override
    public List<StreamType> outputs() {
        return List.of(new StreamType(1, to, 1));
    }

    @Override
    public Timing timing() {
        return Timing.of(
                sequence(repeat(channels - 1L, sequence(Step.READ, Step.WORK)), sequence(Step.READ, Step.WRITE)), 2);
    }

    @Override
    public Resources resources(Fpga fpga) {
        // One of two steps, each a bit; what wins is decided a step before what it changes.
        double luts = LogicCost.of(fpga).compared(from.bits(), fpga)
                + LogicCost.of(fpga).control(to.bits() + 1)
                + (fpga.lutInputs() >= 6 ? 4 : 12);
        return Resources.logic(luts, 2L * from.bits() + 3L * to.bits() + 8);
    }
}
