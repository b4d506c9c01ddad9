package narrowband.accel.design;

import static narrowband.accel.design.Program.repeat;

import java.util.List;
import narrowband.accel.design.Program.Step;
import narrowband.accel.network.CodeType;

/** Adds two streams lane by lane. */
public record Adder(String name, String layer, StreamType left, StreamType right, CodeType to) implements Unit {
    public Adder {
        if (left.lanes() != right.lanes() || left.words() != right.words()) {
            throw new IllegalArgumentException("the streams of adder %s differ in shape".formatted(name));
        }
    }

    @Override
    public List<StreamType> inputs() {
        return List.of(left, right);
    }

    @Override
    public List<StreamType> outputs() {
        return List.of(new StreamType(left.lanes(), to, left.words()));
    }

    @Override
    public Timing timing() {
        return Timing.of(repeat(left.words(), new Step(0b11, 1, List.of(), List.of())), 1);
    }

    @Override
    public Resources resources(Fpga fpga) {
        long bits = (long) left.lanes() * to.bits();
        return Resources.logic(left.lanes() * LogicCost.sum(to.bits(), fpga) + 4.0, bits + 2);
    }
}
