package narrowband.accel.design;

import static narrowband.accel.design.Program.repeat;
import static narrowband.accel.design.Program.sequence;

import java.util.List;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Folding.MatrixVectorFolding;
import narrowband.accel.design.Program.Step;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Tensor;

/**
 * The products of a depthwise convolution: each channel's window, which streams in tap by tap, times the channel's own
 * weights. A channel has one product in a cycle and nothing to sum it with but its past, so that there is nothing to gain
 * from taking digits one after the other: operands are taken whole, and the lanes are what is folded.
 *
 * <p>Pipeline: operands are fetched (1), multiplied (2), accumulated (3).
 *
 * @param windows windows of one image
 * @param taps positions of a window
 * @param lanes channels at a time; divides {@code channels}
 * @param activation the type of the incoming codes; unsigned
 */
public record DepthwiseConvolution(
        String name,
        String layer,
        long windows,
        int taps,
        int channels,
        int lanes,
        CodeType activation,
        int weightBits,
        CodeType accumulator)
        implements Unit {
    public DepthwiseConvolution {
        if (lanes < 1 || channels % lanes != 0) {
            throw new IllegalArgumentException("%d lanes must divide %d channels".formatted(lanes, channels));
        }
        if (activation.signed()) {
            throw new InvalidInputException(
                    "Layer %s: its activations are signed (%s); a depthwise convolution takes unsigned codes."
                            .formatted(layer, activation));
        }
    }

    /** Whether each channel of the layer is convolved by itself, with one output of its own. */
    public static boolean carries(Layer layer) {
        return layer instanceof Layer.Convolution convolution
                && convolution.groups() > 1
                && convolution.weights().outputs() == convolution.groups()
                && convolution.weights().inputs() == convolution.kernelHeight() * convolution.kernelWidth();
    }

    /** The unit of a depthwise layer. */
    static DepthwiseConvolution of(IntegerNetwork network, Layer.Convolution layer, MatrixVectorFolding folding) {
        Tensor from = network.inputOf(layer);
        Tensor out = network.tensor(layer.name());
        return new DepthwiseConvolution(
                layer.name() + "_depthwise",
                layer.name(),
                out.shape().positions(),
                layer.weights().inputs(),
                out.shape().channels(),
                folding.pe(),
                from.type(),
                layer.weights().bits(),
                out.type());
    }

    /** Words of one position. */
    public int channelFolds() {
        return channels / lanes;
    }

    /** The type of one product. */
    public CodeType product() {
        long largest = ((1L << weightBits) - 1) * activation.max();
        return CodeType.ofRange(-largest, largest);
    }

    @Override
    public List<StreamType> inputs() {
        return List.of(new StreamType(lanes, activation, windows * taps * channelFolds()));
    }

    @Override
    public List<StreamType> outputs() {
        return List.of(new StreamType(lanes, accumulator, windows * channelFolds()));
    }

    @Override
    public Timing timing() {
        long silent = (taps - 1L) * channelFolds();
        return Timing.of(
                repeat(windows, sequence(repeat(silent, Step.READ), repeat(channelFolds(), Step.READ_WRITE))), 3);
    }

    /** Counters, addresses and handshakes. */
    private static final int CONTROL_LUTS = 52;

    private static final long CONTROL_REGISTERS = 28;

    /** Look-up tables for each register but one of those that a bit is chosen from, where there is no distributed RAM: two for each three. */
    private static final double CHOICE_OF_REGISTER = 0.67;

    @Override
    public Resources resources(Fpga fpga) {
        // Behind a product, what accumulates, and the choice of a window's start.
        int product = product().bits();
        // A sum in registers is cleared by tables that a sum out of a memory shares with the chain.
        double accumulate = fpga.lutInputs() >= 6 ? channelFolds() == 1 ? 1.4 : 1.0 : 2.0;
        long words = (long) taps * channelFolds();
        long width = (long) lanes * weightBits;
        long kept = channelFolds() == 1 ? accumulator.bits() : 0;
        long registers = lanes * (activation.bits() + product + accumulator.bits() + kept) + CONTROL_REGISTERS;
        long sums = (long) lanes * accumulator.bits();
        Resources partials;
        if (channelFolds() == 1) {
            partials = Resources.NONE;
        } else if (fpga.distributedRam().exists()) {
            partials = Resources.distributedRam(channelFolds(), sums, fpga);
        } else {
            partials = Resources.logic(
                    CHOICE_OF_REGISTER * (channelFolds() - 1) * sums + channelFolds(), channelFolds() * sums);
        }
        return Resources.logic(lanes * (multiplier(fpga) + accumulate * accumulator.bits()) + CONTROL_LUTS, registers)
                .plus(partials)
                .plus(Resources.rom(words, width, fpga));
    }

    /**
     * Tables of a product: a code for each weight bit, inverted or not, and one number for what inversion lacks. Full adders
     * make two numbers of them, of which a carry chain makes one.
     */
    private double multiplier(Fpga fpga) {
        if (weightBits == 1) {
            return product().bits();
        }
        // Wide tables take what chooses between a code and its inverse in, and now and then two full adders.
        double fullAdder = fpga.lutInputs() >= 6 ? 1.3 : 2.0;
        return fullAdder * (weightBits - 1) * (activation.bits() + 1) + activation.bits() + weightBits;
    }
}
