package narrowband.accel.design;

import static narrowband.accel.design.Program.repeat;
import static narrowband.accel.design.Program.sequence;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.Program.Step;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Shape;

/**
 * Lets every {@code stride}-th row and column pass, with channels of zeros around its own; see {@link
 * Layer.IdentityShortcut}. Either some lanes of a position at a time, then the zeros are words of their own; or whole
 * positions, then the zeros are lanes, and a position comes in with every step.
 *
 * @param from the image that comes in
 * @param lanes codes of a word that comes in: all channels, or a number that divides the channels, those before and those
 *     after
 */
public record IdentityShortcut(
        String name,
        String layer,
        Shape from,
        int stride,
        int channelsBefore,
        int channelsAfter,
        int lanes,
        CodeType type)
        implements Unit {
    public IdentityShortcut {
        if (!laneChoices(from.channels(), channelsBefore, channelsAfter).contains(lanes)) {
            throw new IllegalArgumentException("%d lanes must divide %d channels, %d before and %d after, or be all"
                    .formatted(lanes, from.channels(), channelsBefore, channelsAfter));
        }
    }

    /** The unit with the fewest lanes that takes no more than the cycles for an image; the fastest if none does. */
    static IdentityShortcut of(IntegerNetwork network, Layer.IdentityShortcut layer, long cycles) {
        Shape from = network.inputOf(layer).shape();
        List<IdentityShortcut> units = new ArrayList<>();
        for (int lanes : laneChoices(from.channels(), layer.channelsBefore(), layer.channelsAfter())) {
            units.add(new IdentityShortcut(
                    layer.name(),
                    layer.name(),
                    from,
                    layer.stride(),
                    layer.channelsBefore(),
                    layer.channelsAfter(),
                    lanes,
                    network.inputOf(layer).type()));
        }
        return units.stream()
                .filter(unit -> unit.timing().cycles() <= cycles)
                .findFirst()
                .orElse(units.getLast());
    }

    private static List<Integer> laneChoices(int channels, int before, int after) {
        List<Integer> choices = new ArrayList<>();
        for (int lanes = 1; lanes < channels; lanes++) {
            if (channels % lanes == 0 && before % lanes == 0 && after % lanes == 0) {
                choices.add(lanes);
            }
        }
        choices.add(channels);
        return choices;
    }

    /** Whether a word is a whole position. */
    public boolean isWhole() {
        return lanes == from.channels();
    }

    /** Words of a position that comes in. */
    public int words() {
        return from.channels() / lanes;
    }

    /** Words of zeros before those of a position that passes. */
    public int wordsBefore() {
        return isWhole() ? 0 : channelsBefore / lanes;
    }

    /** Words of zeros after those of a position that passes. */
    public int wordsAfter() {
        return isWhole() ? 0 : channelsAfter / lanes;
    }

    /** The image that goes out. */
    private Shape to() {
        return from.windows(1, 1, stride, 0, channelsBefore + from.channels() + channelsAfter);
    }

    @Override
    public List<StreamType> inputs() {
        return List.of(new StreamType(lanes, type, (long) from.positions() * words()));
    }

    @Override
    public List<StreamType> outputs() {
        int outgoing = isWhole() ? to().channels() : lanes;
        return List.of(new StreamType(outgoing, type, to().size() / outgoing));
    }

    @Override
    public Timing timing() {
        Shape to = to();
        Program passes = sequence(
                repeat(wordsBefore(), Step.WRITE), repeat(words(), Step.READ_WRITE), repeat(wordsAfter(), Step.WRITE));
        Program row = sequence(
                repeat(to.width() - 1L, sequence(passes, dropped(stride - 1L))),
                passes,
                dropped((from.width() - 1L) % stride));
        return Timing.of(
                sequence(
                        repeat(to.height() - 1L, sequence(row, dropped((stride - 1L) * from.width()))),
                        row,
                        dropped((from.height() - 1L) % stride * from.width())),
                1);
    }

    /** Of a word; Yosys 0.23 clears those of 8 bits on an Artix-7 by tables, those of 24 bits by resets. */
    private static final int FEW_BITS = 8;

    private Program dropped(long positions) {
        return repeat(positions * words(), Step.READ);
    }

    @Override
    public Resources resources(Fpga fpga) {
        long bits = (long) lanes * type.bits();
        long counters = LogicCost.counterBits(from.width())
                + LogicCost.counterBits(from.height())
                + LogicCost.counterBits(wordsBefore() + words() + wordsAfter())
                + 2L * LogicCost.counterBits(stride);
        // What goes out is cleared by the registers' own reset, but where a few bits get none.
        boolean masks = !isWhole() && fpga.lutInputs() >= 6 && bits <= FEW_BITS;
        return Resources.logic((masks ? bits : 0) + LogicCost.of(fpga).control(counters), bits + counters + 4);
    }
}
