package narrowband.hdlgen.unit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.DepthwiseConvolution;
import narrowband.accel.design.Fpga;
import narrowband.accel.network.WeightCodes;
import narrowband.hdl.Bool;
import narrowband.hdl.Ram;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;

/** Multiplies each channel's codes by its own weights and keeps one sum for each channel; see {@link DepthwiseConvolution}. */
public final class DepthwiseConvolutionModule extends UnitModule {
    final Stream<UInt> in;
    final Stream<UInt> out;

    private final DepthwiseConvolution unit;
    private final WeightCodes weights;

    public DepthwiseConvolutionModule(DepthwiseConvolution unit, WeightCodes weights, Fpga fpga) {
        super(unit, fpga);
        this.unit = unit;
        this.weights = weights;
        describe("Multiplies windows of %d positions by %d-bit weights, each of %d channels by itself."
                .formatted(unit.taps(), unit.weightBits(), unit.channels()));
        parameter("lanes", unit.lanes());
        in = entering(unit.lanes() * unit.activation().bits());
        out = leaving(unit.lanes() * unit.accumulator().bits());

        Bool fire = wire().named("fire").comment("a word enters");
        Loop channel = loop("channel", unit.channelFolds(), fire);
        Bool positionDone = called("position_done", fire.and(channel.last()));
        Loop position = loop("position", unit.taps(), positionDone);
        Bool moves = pipeline(3, fire.and(position.last()), out);
        fire.set(moves.and(in.valid));
        in.ready.set(moves);

        // Stage 1: operands.
        UInt codes = delayed("codes", in.data, moves);
        UInt weightWord = weightWord(fire, positionDone.and(position.last()), moves);
        Bool works1 = delayed("works1", fire, moves);
        Bool first1 = delayed("first1", position.first(), moves);
        UInt channel1 = delayed("channel1", channel.value(), moves);

        // Stage 2: products.
        List<UInt> products = new ArrayList<>();
        for (int i = 0; i < unit.lanes(); i++) {
            UInt product = product(lane(codes, i, unit.activation().bits()), lane(weightWord, i, unit.weightBits()));
            products.add(delayed("product_" + i, product, moves));
        }
        Bool works2 = delayed("works2", works1, moves);
        Bool first2 = delayed("first2", first1, moves);
        UInt channel2 = delayed("channel2", channel1, moves);

        // Stage 3: sums.
        UInt next = wire(out.data.width()).named("next").comment("the sums with this position");
        UInt before = unit.taps() == 1 ? next : sums(channel2, next, moves.and(works2));
        int bits = unit.accumulator().bits();
        List<UInt> lanes = new ArrayList<>();
        for (int i = 0; i < unit.lanes(); i++) {
            UInt product = modulo(products.get(i), bits);
            lanes.add(
                    unit.taps() == 1
                            ? product
                            : product.wrappingPlus(mux(first2, UInt.of(bits, 0), lane(before, i, bits))));
        }
        next.set(pack(lanes));
        out.data.set(delayed("result", next, moves));
    }

    /** The weights of this word, one cycle later. */
    private UInt weightWord(Bool fire, Bool windowDone, Bool moves) {
        List<BigInteger> contents = new ArrayList<>();
        for (int tap = 0; tap < unit.taps(); tap++) {
            for (int fold = 0; fold < unit.channelFolds(); fold++) {
                BigInteger word = BigInteger.ZERO;
                for (int lane = unit.lanes() - 1; lane >= 0; lane--) {
                    int code = weights.code(fold * unit.lanes() + lane, tap);
                    word = word.shiftLeft(unit.weightBits()).or(BigInteger.valueOf(code));
                }
                contents.add(word);
            }
        }
        int width = unit.lanes() * unit.weightBits();
        if (contents.size() == 1) {
            return UInt.of(width, contents.getFirst());
        }
        UInt address = reg(bitsFor(contents.size() - 1L), 0).named("address").comment("of the weight memory");
        when(fire, () -> address.set(mux(windowDone, UInt.of(address.width(), 0), address.wrappingPlus(1))));
        return romOf(width, contents).named("weights").readSync(address, moves).named("weight_word");
    }

    /** A code times the weight {@code 2k - (2^bits - 1)}: each bit of k adds the code or its negative. */
    private UInt product(UInt code, UInt weight) {
        int width = unit.product().bits();
        // A negative is the inverse and 1; all these ones together are the inverse of k.
        UInt sum = weight.not().extend(width);
        for (int bit = 0; bit < unit.weightBits(); bit++) {
            UInt shifted = code.extend(width).shiftLeft(bit).trunc(width);
            UInt inverse = code.extend(width).not().shiftLeft(bit).trunc(width);
            sum = sum.wrappingPlus(mux(weight.bits(bit, bit).eq(1), shifted, inverse));
        }
        return sum;
    }

    /** The sum of each channel before this position. */
    private UInt sums(UInt channel, UInt next, Bool works) {
        if (unit.channelFolds() == 1) {
            return delayed("sums", next, works);
        }
        Ram sums = ram(next.width(), unit.channelFolds(), smallStyle()).named("sums");
        sums.write(channel, next, works);
        return sums.read(channel);
    }
}
