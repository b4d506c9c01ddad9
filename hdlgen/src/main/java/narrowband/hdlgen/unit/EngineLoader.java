package narrowband.hdlgen.unit;

import java.util.List;
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
    final UInt lane;
    final UInt parameterAddress;
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
        lane = output(engine.tailLanes()).comment("the tail's lane whose threshold is written");
        parameterAddress = output(UnitModule.bitsFor(Math.max(1, engine.parameterWords() - 1L)));
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
        Bool weightsEnd = called("weights_end", rowEnds.and(word.last()));

        // Parameters: thresholds within lanes within turns.
        int nodeBits = Math.max(1, engine.thresholdBits());
        UInt node = reg(nodeBits).named("node").comment("in the order of a search, from 1");
        Bool nodeLast = wire().named("node_last");
        UInt laneNow = reg(engine.tailLanes(), 1).named("lane_now").comment("one of the tail's");
        int turnBits = UnitModule.bitsFor(engine.turns() - 1L);
        UInt turn = reg(turnBits, 0).named("turn");
        UInt nodes = reg(table.number("nodes").width()).named("nodes");
        nodeLast.set(node.eq(nodes.plus(1)));
        Bool laneEnds = called("lane_ends", takesParameter.and(nodeLast));
        Bool turnEnds = called("turn_ends", laneEnds.and(laneNow.bit(engine.tailLanes() - 1)));
        Bool parametersEnd = called("parameters_end", turnEnds.and(turn.all()));
        when(begins.or(laneEnds), () -> node.set(1)).elseWhen(takesParameter, () -> node.set(node.wrappingPlus(1)));
        when(laneEnds, () -> laneNow.set(rotated(laneNow)));
        when(turnEnds, () -> turn.set(turn.wrappingPlus(1)));

        Bool ends = called("ends", parametersEnd.or(weightsEnd.and(parametersFollow.not())));
        Bool firstTile = reg(true).named("first_tile").comment("of its pass");
        Countdown tile = countdown("tile", table.number("tiles"), begins.and(firstTile), ends);
        when(ends, () -> firstTile.set(tile.last()));
        passEnds.set(ends.and(tile.last()));
        done.set(ends);
        when(begins, () -> {
            begun.set(true);
            weights.set(table.truth("weights"));
            parametersFollow.set(table.truth("parameters"));
            nodes.set(table.number("nodes"));
        });
        when(weightsEnd, () -> weights.set(false));
        when(ends, () -> {
            begun.set(false);
            upper.set(upper.not());
        });

        // Written one cycle later.
        row.set(delayedMask("row_write", rowNow, takesWeight));
        weightAddress.set(delayed(address).named("weight_write_address"));
        lane.set(delayedMask("lane_write", laneNow, takesParameter));
        UInt place = engine.parameterWords() == 0 ? UInt.of(1, 0) : concat(upper, turn, node);
        parameterAddress.set(delayed(place).named("parameter_write_address"));
        data.set(delayed(in.data).named("write_data"));
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
