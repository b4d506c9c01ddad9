package narrowband.sim.bottleneck;

import java.util.OptionalLong;
import narrowband.accel.design.DepthwiseConvolution;
import narrowband.accel.design.EnginePass;
import narrowband.accel.design.MatrixVector;
import narrowband.accel.design.SharedEngine;
import narrowband.accel.design.Unit;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;

/**
 * What arrays that multiply could do, and what a network asks of them, in bit operations: the product of one bit of a weight and
 * one of an activation. A multiply-accumulate of W by A bits is W x A of them.
 */
public final class ArrayWork {
    private ArrayWork() {}

    /** Bit operations that a unit makes in a cycle if all its lanes work; none where it multiplies nothing. */
    public static OptionalLong peak(Unit unit) {
        return switch (unit) {
            case MatrixVector mvu ->
                OptionalLong.of((long) mvu.pe() * mvu.simd() * mvu.weightDigit() * mvu.activationDigit());
            case DepthwiseConvolution depthwise ->
                OptionalLong.of((long) depthwise.lanes()
                        * depthwise.weightBits()
                        * depthwise.activation().bits());
            case SharedEngine engine -> OptionalLong.of((long) engine.lanes() * engine.lanes());
            default -> OptionalLong.empty();
        };
    }

    /** Bit operations that a layer with weights asks for one image, those on padding among them. */
    public static long operations(IntegerNetwork network, String layer) {
        Layer named = network.layer(layer);
        return network.multiplyAccumulates(named)
                * network.weights().get(layer).bits()
                * network.inputOf(named).type().bits();
    }

    /**
     * The cycles that a unit's array is too long at work for one image: as many as all lanes together would need to do what those
     * without a channel leave undone.
     *
     * @return at least 0; 0 where the unit is no array
     */
    static double padding(Unit unit, IntegerNetwork network) {
        if (unit instanceof SharedEngine engine) {
            return engine.passes().stream()
                    .mapToDouble(pass -> padding(pass, engine, network))
                    .sum();
        }
        return peak(unit).isEmpty()
                ? 0
                : unit.timing().cycles()
                        - (double) operations(network, unit.layer())
                                / peak(unit).getAsLong();
    }

    /** A sum or a maximum leaves only those lanes idle that have no channel in the last tile. */
    private static double padding(EnginePass pass, SharedEngine engine, IntegerNetwork network) {
        double steps = (double) pass.tiles() * pass.window().positions() * pass.steps();
        double lanes = engine.lanes();
        return pass.head() == EnginePass.Head.PRODUCT
                ? steps - operations(network, pass.layers().getFirst()) / (lanes * lanes)
                : steps / pass.tiles() * (1 - pass.lastLanes() / lanes);
    }
}
