package narrowband.training.lowering;

import narrowband.training.lowering.FrozenNetwork.Norm;
import narrowband.training.net.Node;
import narrowband.training.net.Node.Weighted;
import org.apache.commons.math3.fraction.BigFraction;

/** What stands before each quantiser: the integers that come in, and what they are worth. */
final class QuantiserInputs {
    /** A pixel code is worth this much. */
    private static final BigFraction PIXEL = new BigFraction(1, 256);

    private QuantiserInputs() {}

    /**
     * @param source the layer whose integers come in
     * @param codes one for the tensor, or one for each channel
     */
    record Coding(String source, AffineCode[] codes) {
        AffineCode of(int channel) {
            return codes[codes.length == 1 ? 0 : channel];
        }
    }

    static Coding before(FrozenNetwork network, Node.Quantise quantise) {
        FrozenNetwork.CodeGrid grid = network.grids().get(quantise.name());
        return switch (network.graph().node(quantise.input())) {
            case Node.Image image -> uniform(image.name(), PIXEL, grid);
            case Node.Normalise normalise -> normalised(network, normalise, grid);
            case Node.Quantise narrowed -> uniform(narrowed.name(), step(network, narrowed.name()), grid);
            case Node.MaxPool pool -> uniform(pool.name(), step(network, pool.name()), grid);
            case Node.Add add -> uniform(add.name(), step(network, add.right()), grid);
            case Node.GlobalAveragePool pool -> {
                int positions = network.graph().shape(pool.input()).positions();
                yield uniform(pool.name(), step(network, pool.input()).divide(positions), grid);
            }
            case Node.BatchNorm norm -> normalised(network, norm, grid);
            case Node other ->
                throw new IllegalStateException("no rule to quantise what layer " + other.name() + " yields");
        };
    }

    private static Coding uniform(String source, BigFraction unit, FrozenNetwork.CodeGrid grid) {
        return new Coding(source, new AffineCode[] {new AffineCode(unit, BigFraction.ZERO, grid)});
    }

    /** The step of the quantised tensor at a place, past pooling. */
    private static BigFraction step(FrozenNetwork network, String place) {
        return network.graph().node(place) instanceof Node.MaxPool pool
                ? step(network, pool.input())
                : new BigFraction(network.grids().get(place).step());
    }

    /** Pixel codes, each channel with a factor and a constant of its own. */
    private static Coding normalised(FrozenNetwork network, Node.Normalise layer, FrozenNetwork.CodeGrid grid) {
        Norm norm = network.norms().get(layer.name());
        AffineCode[] codes = new AffineCode[norm.factor().length];
        for (int c = 0; c < codes.length; c++) {
            codes[c] = new AffineCode(
                    new BigFraction(norm.factor()[c]).multiply(PIXEL), new BigFraction(norm.constant()[c]), grid);
        }
        return new Coding(layer.input(), codes);
    }

    /** {@code a (s_w s_x / 2) I + c}: an accumulator counts half weight steps times input steps. */
    private static Coding normalised(FrozenNetwork network, Node.BatchNorm layer, FrozenNetwork.CodeGrid grid) {
        Weighted source = (Weighted) network.graph().node(layer.input());
        Norm norm = network.norms().get(layer.name());
        float[] steps = network.weights().get(source.name()).steps();
        BigFraction input = new BigFraction(network.inputStep(source)).divide(2);
        AffineCode[] codes = new AffineCode[steps.length];
        for (int c = 0; c < steps.length; c++) {
            BigFraction factor = new BigFraction(norm.factor()[c])
                    .multiply(new BigFraction(steps[c]))
                    .multiply(input);
            codes[c] = new AffineCode(factor, new BigFraction(norm.constant()[c]), grid);
        }
        return new Coding(source.name(), codes);
    }
}
