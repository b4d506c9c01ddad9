package narrowband.hdlgen.control;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.MatrixVector;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.WeightCodes;

/** The writes to the AXI4-Lite port that give an accelerator the weights of another network, trained on from its own. */
public final class WeightLoad {
    /** Bits of a register. */
    public static final int WORD_BITS = 32;

    /** Bits of LOAD_START that are an address; those above name the unit. */
    public static final int ADDRESS_BITS = 24;

    private WeightLoad() {}

    /** A word written to a register. */
    public record Write(ControlRegister register, int data) {}

    /** The units whose weights can be loaded, in the order of their numbers. */
    public static List<MatrixVector> units(Accelerator accelerator) {
        return accelerator.units().stream()
                .filter(unit ->
                        unit instanceof MatrixVector product && product.weights() == MatrixVector.Weights.RELOADABLE)
                .map(MatrixVector.class::cast)
                .toList();
    }

    /**
     * The writes, in order, that give the accelerator the network's weights.
     *
     * @throws InvalidInputException if the two networks differ in more than weights that can be loaded, or an accumulator
     *     of the new one does not fit the unit's
     */
    public static List<Write> writes(Accelerator accelerator, IntegerNetwork network) {
        List<MatrixVector> units = units(accelerator);
        requireLike(accelerator.network(), network, units);
        List<Write> writes = new ArrayList<>();
        for (int unit = 0; unit < units.size(); unit++) {
            MatrixVector product = units.get(unit);
            int pieces = Math.ceilDiv(product.weightWordBits(), WORD_BITS);
            writes.add(new Write(ControlRegister.LOAD_START, unit << ADDRESS_BITS));
            for (BigInteger word : product.weightMemory(network.weights().get(product.layer()))) {
                for (int piece = 0; piece < pieces; piece++) {
                    writes.add(new Write(
                            ControlRegister.LOAD_NEXT,
                            word.shiftRight(piece * WORD_BITS).intValue()));
                }
            }
        }
        return writes;
    }

    private static void requireLike(IntegerNetwork ours, IntegerNetwork theirs, List<MatrixVector> units) {
        List<String> names = ours.layers().stream().map(Layer::name).toList();
        if (!names.equals(theirs.layers().stream().map(Layer::name).toList())) {
            throw new InvalidInputException(
                    "The network has other layers than the accelerator's; only weights can be loaded.");
        }
        for (Layer layer : ours.layers()) {
            Layer other = theirs.layer(layer.name());
            WeightCodes codes = ours.weights().get(layer.name());
            if (codes == null) {
                require(layer.equals(other), layer, "is not the same");
                continue;
            }
            WeightCodes loaded = theirs.weights().get(layer.name());
            require(
                    loaded != null
                            && loaded.bits() == codes.bits()
                            && loaded.inputs() == codes.inputs()
                            && loaded.outputs() == codes.outputs()
                            && isAlike(layer, other)
                            && ours.inputOf(layer).equals(theirs.inputOf(other)),
                    layer,
                    "has weights of another shape or width");
            boolean loadable = units.stream().anyMatch(unit -> unit.layer().equals(layer.name()));
            require(loadable || loaded.equals(codes), layer, "has other weights, which are fixed in this design");
            CodeType unit = ours.tensor(layer.name()).type();
            CodeType needed = theirs.tensor(layer.name()).type();
            require(
                    unit.min() <= needed.min() && needed.max() <= unit.max(),
                    layer,
                    "needs accumulators of %s, but the unit has %s".formatted(needed, unit));
        }
    }

    /** Whether two layers with weights differ in nothing but these, and in the scale that goes with them. */
    private static boolean isAlike(Layer ours, Layer theirs) {
        return switch (ours) {
            case Layer.Convolution one
            when theirs instanceof Layer.Convolution two ->
                one.input().equals(two.input())
                        && one.kernelHeight() == two.kernelHeight()
                        && one.kernelWidth() == two.kernelWidth()
                        && one.stride() == two.stride()
                        && one.padding() == two.padding()
                        && one.groups() == two.groups();
            case Layer.Dense one
            when theirs instanceof Layer.Dense two -> one.input().equals(two.input());
            default -> false;
        };
    }

    private static void require(boolean condition, Layer layer, String otherwise) {
        if (!condition) {
            throw new InvalidInputException(
                    "Layer %s of the network %s; only the weights of units that were made reloadable can be loaded."
                            .formatted(layer.name(), otherwise));
        }
    }
}
