package narrowband.hdlgen.unit;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Pooling;
import narrowband.hdl.Bool;
import narrowband.hdl.Ram;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;

/** Keeps one partial result for each channel and shows it as the window's last position passes. */
public final class PoolingModule extends UnitModule {
    final Stream<UInt> in;
    final Stream<UInt> out;

    private final Pooling unit;

    public PoolingModule(Pooling unit, Fpga fpga) {
        super(unit, fpga);
        this.unit = unit;
        describe("Takes the %s of %d positions for each channel."
                .formatted(unit.operation() == Pooling.Operation.SUM ? "sum" : "maximum", unit.windowPositions()));
        parameter("channels", unit.channels());
        parameter("lanes", unit.lanes());
        in = entering(unit.lanes() * unit.from().bits());
        out = leaving(unit.lanes() * unit.to().bits());

        Bool fire = wire().named("fire").comment("a word enters");
        Loop channel = loop("channel", unit.channelFolds(), fire);
        Loop position = loop("position", unit.windowPositions(), fire.and(channel.last()));
        Bool moves = pipeline(1, fire.and(position.last()), out);
        fire.set(moves.and(in.valid));
        in.ready.set(moves);

        UInt next = wire(out.data.width()).named("next").comment("the partial result with this position");
        // A window of one position has nothing to keep.
        UInt partial = unit.windowPositions() == 1 ? next : partial(channel, next, fire);
        List<UInt> lanes = new ArrayList<>();
        for (int i = 0; i < unit.lanes(); i++) {
            UInt code = lane(in.data, i, unit.from().bits());
            UInt widened = unit.from().signed()
                    ? code.asSInt().extend(unit.to().bits()).asUInt()
                    : code.extend(unit.to().bits());
            lanes.add(mux(
                    position.first(),
                    widened,
                    reduced(lane(partial, i, unit.to().bits()), widened)));
        }
        next.set(pack(lanes));
        out.data.set(delayed("result", next, moves));
    }

    private UInt partial(Loop channel, UInt next, Bool fire) {
        if (unit.channelFolds() == 1) {
            return delayed("partial", next, fire);
        }
        int folds = unit.channelFolds();
        Ram partials = ram(next.width(), folds, bufferStyle(folds, next.width()))
                .ignoringCollisions()
                .ignoringStart()
                .named("partials");
        partials.write(channel.value(), next, fire);
        // Read a word ahead: another channel's, whose partial result is long written.
        UInt coming = mux(
                channel.last(),
                UInt.of(channel.value().width(), 0),
                channel.value().wrappingPlus(1));
        return partials.readSync(coming, fire).named("partial");
    }

    private UInt reduced(UInt before, UInt code) {
        return switch (unit.operation()) {
            case SUM -> before.wrappingPlus(code);
            case MAXIMUM ->
                mux(unit.from().signed() ? before.asSInt().lt(code.asSInt()) : before.lt(code), code, before);
        };
    }
}
