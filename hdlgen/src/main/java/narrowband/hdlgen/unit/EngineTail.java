package narrowband.hdlgen.unit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import narrowband.accel.design.EnginePass;
import narrowband.accel.design.EnginePass.Tail;
import narrowband.accel.design.SharedEngine;
import narrowband.hdl.Bool;
import narrowband.hdl.Data;
import narrowband.hdl.Ram;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock.Style;

/**
 * The shared engine's {@code tail} process: keeps the values of a position in a ring of lanes and turns it, so that a few
 * lanes at a time are compared with their thresholds, or go out one by one; or shifts them, so that plane after plane is
 * stored.
 */
final class EngineTail extends EnginePart {
    private static final int STAGES = 3;
    private static final int WAITS = SharedEngine.ACCUMULATE - 1;

    final Bool complete = input();
    final List<UInt> values = new ArrayList<>();
    final Bool valueReady = input().comment("a position is on its way, or there");
    final Bool takes = output();
    final Bool frees = output();
    final Bool freesTile = output();
    final Bool passDone = output();
    /** How thresholds and biases are written; none where no pass has any. */
    final Optional<ParameterPort> written;

    final Bool writes = output().comment("a plane is stored");
    final UInt writeAddress;
    final UInt writeData;
    final Stream<UInt> out;

    /**
     * A write port of the memories of thresholds and biases.
     *
     * @param lane one bit for each memory
     */
    record ParameterPort(UInt lane, UInt address, UInt data) {}

    private final SharedEngine engine;
    private final PassTable table;
    private final List<UInt> ring = new ArrayList<>();
    private final Bool moves;
    private final Bool starts;
    private final Bool body;
    private final boolean thresholds;

    EngineTail(SharedEngine engine, Style parameters) {
        this.engine = engine;
        int lanes = engine.lanes();
        int bits = engine.accumulatorBits();
        thresholds = engine.has(Tail.THRESHOLD);
        describe("Requantises the values of a position, stores them or sends them out.");
        written = engine.parameterWords() == 0
                ? Optional.empty()
                : Optional.of(new ParameterPort(
                        input(engine.tailLanes()).named("parameter_lane"),
                        input(UnitModule.bitsFor(engine.parameterWords() - 1L)).named("parameter_address"),
                        input(bits).named("parameter_data")));
        writeAddress = output(UnitModule.bitsFor(engine.memoryWords() - 1L));
        writeData = output(lanes);
        out = streamOutput(engine.result().bits());
        for (int p = 0; p < lanes; p++) {
            values.add(input(bits).named("value_" + p));
        }

        // Control: waits, then the steps of a position; positions, tiles, passes.
        moves = wire().named("moves").comment("the pipeline is not blocked by its last word");
        Bool waiting = reg(true).named("waiting");
        body = called("body", moves.and(waiting.not()));
        UInt wait = reg(4, WAITS - 1).named("wait_left");
        Bool firstWait = called("first_wait", wait.eq(WAITS - 1));
        Bool waits = called("waits", moves.and(waiting).and(firstWait.not().or(valueReady)));
        takes.set(waits.and(firstWait));
        Bool fresh = reg(true).named("fresh").comment("the pass is not set up yet");
        UInt pass = passNumber(engine.passes().size(), engine.passes().size() - 1, takes.and(fresh));
        table = table();
        table.read(pass, false);
        Bool setUp = called("set_up", waits.and(wait.eq(2)).and(fresh));
        starts = called("starts", waits.and(wait.eq(0)));
        Bool ends = wire().named("ends");
        when(waits, () -> wait.set(wait.wrappingMinus(1)));
        when(starts, () -> waiting.set(false));
        when(ends, () -> {
            waiting.set(true);
            wait.set(WAITS - 1);
        });
        // What depends on the loops alone is worked out beside whether a step fires, which comes late.
        Bool stepLast = wire().named("last_step");
        Countdown inner = countdown("inner", table.number("inner"), setUp, ends);
        Bool outerTurn = called("outer_turn", stepLast.and(inner.last()));
        Countdown outer = countdown("outer", table.number("outer"), setUp, body.and(outerTurn));
        Bool tileTurn = called("tile_turn", outerTurn.and(outer.last()));
        Bool tileEnds = called("tile_ends", body.and(tileTurn));
        Countdown tile = countdown("tile", table.number("tiles"), setUp, tileEnds);
        Bool partial =
                called("partial", tile.last().and(table.truth("unloads").not().or(inner.last())));
        UInt limit = mux(partial, table.number("last_steps"), table.number("steps"));
        Countdown step = countdown("step", limit, starts, body);
        stepLast.set(step.last());
        ends.set(body.and(step.last()));
        frees.set(ends);
        freesTile.set(tileEnds.and(table.truth("loads")));
        passDone.set(body.and(tileTurn.and(tile.last())));
        when(setUp, () -> fresh.set(false));
        when(passDone, () -> fresh.set(true));

        Bool searches = called("searches", body.and(table.truth("searches")));
        Bool stores = called("stores", body.and(table.truth("stores")));
        Bool scores = called("scores", body.and(table.truth("scores")));
        UInt destination = destination(setUp, ends, tileEnds);
        Bool upper = reg(false).named("upper").comment("which half of the parameters is in use");
        when(freesTile, () -> upper.set(upper.not()));

        // The ring turns by the tail's lanes.
        UInt sub = engine.tailLanes() == 1
                ? UInt.of(1, 0)
                : reg(UnitModule.bitsFor(engine.tailLanes() - 1L)).named("sub").comment("lane among the tail's");
        Bool subLast = called("sub_last", engine.tailLanes() == 1 ? Bool.TRUE : sub.all());
        if (engine.tailLanes() > 1) {
            when(starts, () -> sub.set(0)).elseWhen(scores, () -> sub.set(sub.wrappingPlus(1)));
        }
        Bool turns = called("turns", searches.or(scores.and(subLast)));
        UInt turn = reg(UnitModule.bitsFor(engine.turns() - 1L)).named("turn");
        when(starts, () -> turn.set(0)).elseWhen(turns, () -> turn.set(turn.wrappingPlus(1)));
        ring(turns, stores);

        // Stages 1 and 2: values against thresholds, or with their biases.
        List<UInt> values1 = new ArrayList<>();
        List<UInt> parameters1 = new ArrayList<>();
        List<UInt> prefixes = thresholds ? prefixes() : List.of();
        List<Bool> reached2 = new ArrayList<>();
        for (int t = 0; t < engine.tailLanes(); t++) {
            UInt value1 = held(reg(bits).named("value_1_" + t), ring.get(t));
            values1.add(value1);
            if (written.isPresent()) {
                ParameterPort port = written.get();
                Ram memory = ram(bits, engine.parameterWords(), parameters).named("parameters_" + t);
                memory.write(port.address(), port.data(), port.lane().bit(t));
                UInt node = thresholds ? prefixes.get(t) : UInt.of(engine.thresholdBits(), 1);
                UInt parameter =
                        memory.readSync(concat(upper, turn, node), moves).named("parameter_1_" + t);
                parameters1.add(parameter);
                if (thresholds) {
                    reached2.add(held(
                            reg(false).named("reached_2_" + t), value1.asSInt().ge(parameter.asSInt())));
                }
            }
        }
        store(searches, stores, starts, turn, destination, partial, reached2, prefixes);
        send(scores, sub, values1, parameters1);
    }

    private PassTable table() {
        int lanes = engine.lanes();
        int addressBits = writeAddress.width();
        return new PassTable(engine.passes())
                .with("inner", p -> p.window().width() - 1)
                .with("outer", p -> p.window().height() - 1)
                .with("tiles", p -> p.tiles() - 1)
                .with("steps", p -> engine.tailSteps(p, lanes) - 1)
                .with("last_steps", UnitModule.bitsFor(mostSteps() - 1), p -> engine.tailSteps(p, p.lastLanes()) - 1)
                .with("last_lanes", UnitModule.bitsFor(lanes), EnginePass::lastLanes)
                .flag("loads", EnginePass::loads)
                .flag("searches", p -> p.tail() == Tail.THRESHOLD)
                .flag("stores", p -> p.tail() == Tail.STORE)
                .flag("scores", p -> p.tail().leaves())
                .flag("each", p -> p.tail() == Tail.SCORES || p.tail() == Tail.UNLOAD)
                .flag("unloads", p -> p.tail() == Tail.UNLOAD)
                .flag("biased", p -> p.tail().leaves() && p.parameters() > 0)
                .flag("signed", EnginePass::signed)
                .with("destination", addressBits, EnginePass::destination)
                .with("top_plane", addressBits, p -> p.tail() == Tail.THRESHOLD ? p.outputPlanes() - 1 : 0)
                .with("next", addressBits, p -> (long) p.destinationGroups() * p.outputPlanes())
                .with(
                        "next_tile",
                        addressBits,
                        p -> p.outputPlanes()
                                - (p.window().positions() - 1L) * p.destinationGroups() * p.outputPlanes());
    }

    private long mostSteps() {
        return engine.passes().stream()
                .mapToLong(pass -> engine.tailSteps(pass, engine.lanes()))
                .max()
                .orElseThrow();
    }

    /** The first word of the position that is stored. */
    private UInt destination(Bool setUp, Bool ends, Bool tileEnds) {
        UInt destination = reg(writeAddress.width()).named("destination");
        UInt step = mux(tileEnds, table.number("next_tile"), table.number("next"));
        when(setUp, () -> destination.set(table.number("destination")))
                .elseWhen(ends, () -> destination.set(destination.wrappingPlus(step)));
        return destination;
    }

    private void ring(Bool turns, Bool stores) {
        int lanes = engine.lanes();
        int bits = engine.accumulatorBits();
        for (int p = 0; p < lanes; p++) {
            ring.add(reg(bits).named("ring_" + p));
        }
        for (int p = 0; p < lanes; p++) {
            UInt here = ring.get(p);
            UInt next = ring.get((p + engine.tailLanes()) % lanes);
            UInt value = values.get(p);
            when(complete, () -> here.set(value))
                    .elseWhen(turns, () -> here.set(next))
                    .elseWhen(stores, () -> here.set(here.shiftRight(1).extend(bits)));
        }
    }

    /** What each lane's search has found, a one before it: the place of its next threshold. Turns as the ring does. */
    private List<UInt> prefixes() {
        List<UInt> prefixes = new ArrayList<>();
        for (int p = 0; p < engine.lanes(); p++) {
            prefixes.add(reg(engine.thresholdBits()).named("prefix_" + p));
        }
        return prefixes;
    }

    private <T extends Data<T>> T held(T register, T value) {
        when(moves, () -> register.set(value));
        return register;
    }

    private Bool stage(String name, Bool value) {
        return held(reg(false).named(name), value);
    }

    /** Planes into the activation memory: of a search once all lanes had their turn, or of the ring as it shifts. */
    private void store(
            Bool searches,
            Bool stores,
            Bool starts,
            UInt turn,
            UInt destination,
            Bool partial,
            List<Bool> reached2,
            List<UInt> prefixes) {
        int lanes = engine.lanes();
        Bool turnLast = called("turn_last", turn.all());
        Bool planeEnds = called("plane_ends", stores.or(searches.and(turnLast)));
        UInt address = reg(writeAddress.width()).named("plane_address");
        UInt top = table.number("top_plane");
        when(starts, () -> address.set(destination.wrappingPlus(top)))
                .elseWhen(planeEnds, () -> address.set(mux(stores, address.wrappingPlus(1), address.wrappingMinus(1))));
        UInt address1 = held(reg(address.width()).named("plane_address_1"), address);
        writeAddress.set(held(reg(address.width()).named("plane_address_2"), address1));
        Bool ends2 = stage("plane_ends_2", stage("plane_ends_1", planeEnds));
        writes.set(ends2.and(moves));

        Bool highest = reg(false).named("highest").comment("the plane of a signed code's sign");
        when(starts, () -> highest.set(true)).elseWhen(planeEnds, () -> highest.set(false));
        Bool inverts2 = stage(
                "inverts_2",
                stage("inverts_1", highest.and(table.truth("signed")).and(searches)));
        List<Bool> known = new ArrayList<>();
        for (int p = 0; p < lanes; p++) {
            known.add(table.number("last_lanes").gt(p));
        }
        UInt valid = delayed(pack(known)).named("valid_lanes");
        UInt mask = mux(partial, valid, UInt.of(lanes, 0).not());
        UInt mask1 = held(reg(lanes).named("mask_1"), mask);
        UInt mask2 = held(reg(lanes).named("mask_2"), mask1);

        List<Bool> lowest = ring.stream().map(value -> value.bit(0)).toList();
        UInt stored1 = held(reg(lanes).named("stored_1"), pack(lowest));
        UInt plane2 = held(reg(lanes).named("stored_2"), stored1);
        if (thresholds) {
            Bool searched2 = stage("searched_2", stage("searched_1", searches));
            UInt found = reg(lanes).named("found").comment("of this plane, by the lanes whose turn was");
            UInt all = concat(pack(reached2), found.bits(lanes - 1, engine.tailLanes()));
            when(moves.and(searched2), () -> found.set(all));
            plane2 = mux(searched2, all, plane2);
            turnPrefixes(searches, searched2, starts, reached2, prefixes);
        }
        UInt inverted = mux(inverts2, plane2.not(), plane2);
        writeData.set(inverted.and(mask2));
    }

    private void turnPrefixes(Bool searches, Bool searched2, Bool starts, List<Bool> reached2, List<UInt> prefixes) {
        int lanes = engine.lanes();
        int turn = engine.tailLanes();
        int bits = engine.thresholdBits();
        for (int p = 0; p < lanes; p++) {
            UInt here = prefixes.get(p);
            UInt next = prefixes.get((p + turn) % lanes);
            // The lanes whose comparison is known now had their turn two steps ago.
            int which = p - (lanes - 3 * turn);
            UInt moved = next;
            if (which >= 0 && which < turn) {
                UInt longer =
                        bits == 1 ? reached2.get(which).asUInt() : concat(next.bits(bits - 2, 0), reached2.get(which));
                moved = mux(searched2, longer, next);
            }
            UInt after = moved;
            when(starts, () -> here.set(1)).elseWhen(searches, () -> here.set(after));
        }
    }

    /** Values out, one by one, or the place of the largest. */
    private void send(Bool scores, UInt sub, List<UInt> values1, List<UInt> parameters1) {
        int bits = engine.accumulatorBits();
        boolean classifies = engine.has(Tail.ARG_MAXIMUM);
        UInt sub1 = engine.tailLanes() == 1 ? sub : held(reg(sub.width()).named("sub_1"), sub);
        UInt value1 = select(sub1, values1);
        UInt bias1 = parameters1.isEmpty()
                ? UInt.of(bits, 0)
                : mux(table.truth("biased"), select(sub1, parameters1), UInt.of(bits, 0));
        UInt score2 = held(reg(bits).named("score_2"), value1.wrappingPlus(bias1));
        Bool leaves = classifies ? passDone.and(table.truth("scores")) : scores.and(table.truth("each"));
        Bool valid3 = pipeline(leaves);
        if (classifies) {
            Bool scored2 = stage("scored_2", stage("scored_1", scores));
            Bool before = reg(false).named("scored").comment("scores of this image came before");
            Bool last2 = stage("last_2", stage("last_1", passDone));
            UInt best = reg(bits).named("best");
            UInt count = reg(out.data.width()).named("count").comment("of scores so far");
            UInt index = reg(out.data.width()).named("index").comment("of the best");
            UInt number = mux(before, count, UInt.of(count.width(), 0)).named("number");
            Bool larger = before.not().or(score2.asSInt().gt(best.asSInt()));
            when(moves.and(scored2), () -> {
                count.set(number.wrappingPlus(1));
                before.set(last2.not());
                when(larger, () -> {
                    best.set(score2);
                    index.set(number);
                });
            });
            out.data.set(index);
        } else {
            out.data.set(held(reg(bits).named("score_3"), score2).trunc(out.data.width()));
        }
        out.valid.set(valid3);
    }

    private Bool pipeline(Bool enters) {
        Bool valid = enters;
        for (int stage = 1; stage <= STAGES; stage++) {
            valid = stage("valid_" + stage, valid);
        }
        moves.set(valid.not().or(out.ready));
        return valid;
    }
}
