package narrowband.hdlgen.unit;

import java.util.List;
import java.util.Optional;
import narrowband.accel.design.EnginePass;
import narrowband.accel.design.SharedEngine;
import narrowband.hdl.Bool;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;

/** The shared engine's {@code load} process: takes the words of a tile into the free half of the tile memories. */
final class EngineLoader extends EnginePart {
    final Stream<UInt> in;
    final Bool room = input().comment("a half of the tile memories is free");
    final Bool begins = output().comment("a half is taken");
    final Bool done = output().comment("its last word comes in");
    final UInt row;
    final UInt weightAddress;
    /** Where thresholds and biases go; none where no pass has any. */
    final Optional<EngineTail.ParameterPort> parameters;

    final UInt data;

    EngineLoader(SharedEngine engine) {
        List<EnginePass> passes =
                engine.passes().stream().filter(EnginePass::loads).toList();
        int lanes = engine.lanes();
        int half = Math.max(1, engine.tileWords());
        describe("Takes tiles of weights and thresholds in, one half of the memories while the other is in use.");
        in = streamInput(engine.streamBits());
        row = output(lanes).comment("the row whose weights are written");
        weightAddress = output(UnitModule.bitsFor(2L * half - 1));
        data = output(engine.streamBits());

        Bool begun = reg(false).named("begun").comment("words of a tile come in");
        begins.set(begun.not().and(room));
        in.ready.set(begun);
        Bool fire = called("fire", begun.and(in.valid));

        Bool passEnds = wire().named("pass_ends");
        UInt pass = passNumber(passes.size(), 0, passEnds);
        PassTable table = new PassTable(passes);
        table.with("words", p -> Math.max(0, p.tileWords() - 1))
                .with("nodes", p -> Math.max(0, p.parameters() - 1))
                .flag("weights", p -> p.tileWords() > 0)
                .flag("parameters", p -> p.parameters() > 0)
                .with("tiles", p -> p.tiles() - 1)
                .read(pass, true);
        Bool weights = reg(false).named("weights").comment("the words are weights");
        Bool parametersFollow = reg(false).named("parameters_follow");

        Bool takesWeight = called("takes_weight", fire.and(weights));
        Bool takesParameter = called("takes_parameter", fire.and(weights.not()));

        // Weights: rows within words.
        UInt rowNow = reg(lanes, 1).named("row_now").comment("one of all");
        when(takesWeight, () -> rowNow.set(rotated(rowNow)));
        Bool rowEnds = takesWeight.and(rowNow.bit(lanes - 1));
        Countdown word = countdown("word", table.number("words"), begins, rowEnds);
        Bool upper = reg(false).named("upper").comment("which half is filled");
        UInt address = reg(weightAddress.width()).named("address");
        when(begins, () -> address.set(mux(upper, UInt.of(address.width(), half), UInt.of(address.width(), 0))))
                .elseWhen(rowEnds, () -> address.set(address.wrappingPlus(1)));
        // What depends on the loops alone is worked out beside whether a word is there, which comes late.
        Bool weightsLast = called("weights_last", rowNow.bit(lanes - 1).and(word.last()));
        Bool weightsEnd = called("weights_end", takesWeight.and(weightsLast));

        // Written one cycle later.
        row.set(delayedMask("row_write", rowNow, takesWeight));
        weightAddress.set(delayed(address).named("weight_write_address"));
        data.set(delayed(in.data).named("write_data"));
        Bool parametersLast = wire().named("parameters_last");
        parameters = engine.parameterWords() == 0
                ? Optional.empty()
                : Optional.of(parameters(engine, takesParameter, table.number("nodes"), upper, parametersLast));
        if (parameters.isEmpty()) {
            parametersLast.set(false);
        }

        Bool tileLast = called("tile_last_word", mux(weights, weightsLast.and(parametersFollow.not()), parametersLast));
        Bool ends = called("ends", fire.and(tileLast));
        Bool firstTile = reg(true).named("first_tile").comment("of its pass");
        Countdown tile = countdown("tile", table.number("tiles"), begins.and(firstTile), ends);
        when(ends, () -> firstTile.set(tile.last()));
        passEnds.set(fire.and(tileLast.and(tile.last())));
        done.set(ends);
        when(begins, () -> {
            begun.set(true);
            weights.set(table.truth("weights"));
            parametersFollow.set(table.truth("parameters"));
        });
        when(weightsEnd, () -> weights.set(false));
        when(ends, () -> {
            begun.set(false);
            upper.set(upper.not());
        });
    }

    /** Thresholds of a search within lanes within turns. */
    private EngineTail.ParameterPort parameters(SharedEngine engine, Bool takes, UInt lastNode, Bool upper, Bool last) {
        EngineTail.ParameterPort port = new EngineTail.ParameterPort(
                output(engine.tailLanes()).named("parameter_lane").comment("the tail's lane that is written"),
                output(UnitModule.bitsFor(engine.parameterWords() - 1L)).named("parameter_address"),
                output(engine.accumulatorBits()).named("parameter_data"));
        UInt node = reg(engine.thresholdBits()).named("node").comment("in the order of a search, from 1");
        UInt laneNow = reg(engine.tailLanes(), 1).named("lane_now").comment("one of the tail's");
        UInt turn = reg(UnitModule.bitsFor(engine.turns() - 1L), 0).named("turn");
        Countdown nodes = countdown("node", lastNode, begins, takes);
        Bool laneLast = called("lane_last", nodes.last().and(laneNow.bit(engine.tailLanes() - 1)));
        Bool laneEnds = called("lane_ends", takes.and(nodes.last()));
        Bool turnEnds = called("turn_ends", takes.and(laneLast));
        last.set(laneLast.and(turn.all()));
        when(begins.or(laneEnds), () -> node.set(1)).elseWhen(takes, () -> node.set(node.wrappingPlus(1)));
        when(laneEnds, () -> laneNow.set(rotated(laneNow)));
        when(turnEnds, () -> turn.set(turn.wrappingPlus(1)));
        port.lane().set(delayedMask("lane_write", laneNow, takes));
        port.address().set(delayed(concat(upper, turn, node)).named("parameter_write_address"));
        port.data().set(data.trunc(engine.accumulatorBits()));
        return port;
    }

    private static UInt rotated(UInt oneHot) {
        return oneHot.width() == 1
                ? oneHot
                : concat(oneHot.bits(oneHot.width() - 2, 0), oneHot.bit(oneHot.width() - 1));
    }

    private UInt delayedMask(String name, UInt mask, Bool enable) {
        UInt register = reg(mask.width(), 0).named(name);
        register.set(mux(enable, mask, UInt.of(mask.width(), 0)));
        return register;
    }
}
