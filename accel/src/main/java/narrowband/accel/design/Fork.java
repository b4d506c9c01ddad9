package narrowband.accel.design;

import static narrowband.accel.design.Program.repeat;

import java.util.Collections;
import java.util.List;
import narrowband.accel.design.Program.Step;

/** Copies a stream to several, in lock step: a word goes out when every copy has room. */
public record Fork(String name, String layer, StreamType stream, int copies) implements Unit {
    public Fork {
        if (copies < 2 || copies > 31) {
            throw new IllegalArgumentException("a fork has 2 to 31 copies, not %d".formatted(copies));
        }
    }

    @Override
    public List<StreamType> inputs() {
        return List.of(stream);
    }

    @Override
    public List<StreamType> outputs() {
        return Collections.nCopies(copies, stream);
    }

    @Override
    public Timing timing() {
        return Timing.of(repeat(stream.words(), new Step(1, (1 << copies) - 1, List.of(), List.of())), 1);
    }

    @Override
    public Resources resources(Fpga fpga) {
        return Resources.logic(copies + 4, stream.bits() + 1L);
    }
}
