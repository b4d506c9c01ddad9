package narrowband.hdlgen.unit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.BiasAdder;
import narrowband.accel.design.Fpga;
import narrowband.hdl.Bool;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;

/** Fetches the biases of a word's channels in one stage and adds them in the next. */
public final class BiasAdderModule extends UnitModule {
    final Stream<UInt> in;
    final Stream<UInt> out;

    public BiasAdderModule(BiasAdder unit, List<Integer> biases, Fpga fpga) {
        super(unit, fpga);
        describe("Adds an integer to each of %d channels.".formatted(unit.channels()));
        parameter("lanes", unit.lanes());
        in = entering(unit.lanes() * unit.from().bits());
        out = leaving(unit.lanes() * unit.to().bits());
        Bool fire = wire().named("fire");
        Loop fold = loop("fold", unit.channelFolds(), fire);
        Bool moves = pipeline(2, fire, out);
        fire.set(moves.and(in.valid));
        in.ready.set(moves);

        List<BigInteger> words = new ArrayList<>();
        for (int f = 0; f < unit.channelFolds(); f++) {
            BigInteger word = BigInteger.ZERO;
            for (int lane = unit.lanes() - 1; lane >= 0; lane--) {
                long mask = (1L << unit.to().bits()) - 1;
                word = word.shiftLeft(unit.to().bits())
                        .or(BigInteger.valueOf(biases.get(f * unit.lanes() + lane) & mask));
            }
            words.add(word);
        }
        UInt bias = words.size() == 1
                ? UInt.of(out.data.width(), words.getFirst())
                : romOf(out.data.width(), words)
                        .named("biases")
                        .readSync(fold.value(), moves)
                        .named("bias");
        UInt codes = delayed("codes", in.data, moves);
        List<UInt> sums = new ArrayList<>();
        for (int i = 0; i < unit.lanes(); i++) {
            sums.add(AdderModule.widened(codes, i, unit.from(), unit.to())
                    .wrappingPlus(lane(bias, i, unit.to().bits())));
        }
        out.data.set(delayed("sum", pack(sums), moves));
    }
}
