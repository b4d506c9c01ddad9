package narrowband.accel.design;

import static narrowband.accel.design.Program.repeat;
import static narrowband.accel.design.Program.sequence;

import java.util.List;
import narrowband.accel.design.Program.Step;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Tensor;

/**
 * Sorts the best of the scores that stream in one by one into as many places: each score is compared with all places at
 * once, and those that it beats move down by one. Each score takes two steps, one to come in and one to be compared; then
 * the places go out, the best first, a class and its score in a word.
 *
 * @param channels scores of an image
 * @param count places, at most {@code channels}
 */
public record TopScores(String name, String layer, int channels, int count, CodeType from, CodeType to)
        implements Unit {
    static TopScores of(IntegerNetwork network, Layer.TopScores layer) {
        Tensor from = network.inputOf(layer);
        return new TopScores(
                layer.name(),
                layer.name(),
                from.shape().channels(),
                layer.count(),
                from.type(),
                network.tensor(layer.name()).type());
    }

    /** Bits of a class. */
    public int classBits() {
        return CodeType.ofRange(0, channels - 1L).bits();
    }

    @Override
    public List<StreamType> inputs() {
        return List.of(new StreamType(1, from, channels));
    }

    @Override
    public List<StreamType> outputs() {
        return List.of(new StreamType(2, to, count));
    }

    @Override
    public Timing timing() {
        return Timing.of(sequence(repeat(channels, sequence(Step.READ, Step.WORK)), repeat(count, Step.WRITE)), 2);
    }

    @Override
    public Resources resources(Fpga fpga) {
        long place = from.bits() + classBits();
        double moves = fpga.lutInputs() >= 6 ? 1.0 : 1.8;
        double compares = fpga.lutInputs() >= 6 ? 0.5 : 1.0;
        return Resources.logic(
                count * (moves * place + compares * from.bits() + 5) + 2.0 * classBits() + 8,
                count * (place + 2) + place + 2L * classBits() + 8);
    }
}
