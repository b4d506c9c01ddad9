package narrowband.hdlgen.unit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import narrowband.accel.design.EnginePass;
import narrowband.accel.design.EnginePass.Head;
import narrowband.accel.design.EnginePass.Operand;
import narrowband.accel.design.SharedEngine;
import narrowband.hdl.Bool;
import narrowband.hdl.SInt;
import narrowband.hdl.UInt;

/**
 * The shared engine's {@code compute} process: loops over tiles, positions, pairs of planes and words of the window, and the
 * addresses that go with them. Addresses move by differences from the table of passes. What it says about a step comes out
 * at the stage of the array that needs it.
 */
final class EngineSequencer extends EnginePart {
    final Bool passReady = input().comment("all passes before are done");
    final Bool tileReady = input().comment("a tile is loaded");
    final Bool tailFree = input().comment("the tail can take a position");
    final Bool wordReady = input().comment("a word of the image is there");
    final Bool begins = output().comment("a pass begins");
    final Bool takesTile = output();
    final Bool ends = output().comment("the last step of a position");
    final Bool reads = output().comment("a word of the image is taken");
    final Bool reading = output().comment("this step's word is the image's");
    final UInt column;
    final UInt plane1;
    final UInt address3;
    final Bool inside4 = output().comment("0 for padding");
    final UInt weightAddress4;
    final Bool streamed4 = output().comment("the operand is the image's");
    final Bool negative5 = output().comment("the plane of a sign");
    final Bool lanewise5 = output().comment("lanes enter as they are");
    final Bool valid7 = output();
    final Bool first7 = output().comment("accumulators start");
    final Bool shift7 = output().comment("accumulators double first");
    final Bool ends8 = output().comment("accumulators are complete");

    /** What tells of codes of a maximum; none where no pass takes one. */
    final Optional<EngineArray.Maximum> maximum8;

    private final SharedEngine engine;
    private final PassTable table;
    private final Bool loads;

    EngineSequencer(SharedEngine engine) {
        this.engine = engine;
        describe("Walks the passes: tiles, positions, pairs of planes, words of a window.");
        int addressBits = UnitModule.bitsFor(engine.memoryWords() - 1L);
        column = output(UnitModule.bitsFor(engine.keptWords() - 1L)).comment("of the image's words that are kept");
        plane1 = output(UnitModule.bitsFor(largest(EnginePass::activationPlanes) - 1L));
        address3 = output(addressBits);
        weightAddress4 = output(UnitModule.bitsFor(2L * Math.max(1, engine.tileWords()) - 1));

        UInt settle = reg(2, SharedEngine.PROLOGUE).named("settle").comment("steps before the pass");
        begins.set(settle.eq(SharedEngine.PROLOGUE).and(passReady));
        loads = called("loads", settle.eq(1)).comment("the pass's loops are set up");
        UInt pass = passNumber(engine.passes().size(), engine.passes().size() - 1, begins);
        table = table(addressBits);
        table.read(pass, false);

        // Loops, from the innermost out; those of a maximum begin with the planes.
        Bool active = called("active", settle.eq(0));
        Bool fire = wire().named("fire").comment("a step fires");
        Bool maximum = table.truth("maximum");
        // What depends on the loops alone is worked out beside whether a step fires, which comes late.
        Bool pairAdvances = wire().named("pair_advances");
        Countdown pair = countdown("pair", table.number("pairs"), loads, pairAdvances);
        Bool windowTurn = called("window_turn", maximum.not().or(pair.last()));
        Countdown channel = countdown("channel", table.number("channels"), loads, fire.and(windowTurn));
        Bool columnTurn = called("kernel_column_turn", windowTurn.and(channel.last()));
        Countdown kernelColumn = countdown("kernel_column", table.number("columns"), loads, fire.and(columnTurn));
        Bool rowTurn = called("kernel_row_turn", columnTurn.and(kernelColumn.last()));
        Countdown kernelRow = countdown("kernel_row", table.number("rows"), loads, fire.and(rowTurn));
        Bool windowLast =
                called("window_last", channel.last().and(kernelColumn.last()).and(kernelRow.last()));
        pairAdvances.set(fire.and(maximum.or(windowLast)));
        Bool positionLast = called("position_last", windowLast.and(pair.last()));
        ends.set(fire.and(positionLast));
        Countdown x = countdown("x", table.number("xs"), loads, ends);
        Bool yTurn = called("y_turn", positionLast.and(x.last()));
        Countdown y = countdown("y", table.number("ys"), loads, fire.and(yTurn));
        Bool tileTurn = called("tile_turn", yTurn.and(y.last()));
        Bool tileEnds = called("tile_ends", fire.and(tileTurn));
        Countdown tile = countdown("tile", table.number("tiles"), loads, tileEnds);
        Bool passEnds = called("pass_ends", fire.and(tileTurn.and(tile.last())));
        when(begins.or(settle.eq(1)).or(settle.eq(2)), () -> settle.set(settle.wrappingMinus(1)))
                .elseWhen(passEnds, () -> settle.set(SharedEngine.PROLOGUE));

        // Where in its position, pair and tile a step is.
        Bool positionStarts = flag("position_starts", ends, fire);
        Bool pairStarts = flag("pair_starts", pairAdvances, fire);
        Bool tileStarts = flag("tile_starts", tileEnds, fire);
        Bool firstPair = reg(false).named("first_pair");
        when(loads.or(ends), () -> firstPair.set(true)).elseWhen(pairAdvances, () -> firstPair.set(false));
        Bool needsTile = called("needs_tile", table.truth("loads").and(tileStarts));
        reading.set(table.truth("streamed").and(firstPair).and(active));
        fire.set(active.and(reading.not().or(wordReady))
                .and(needsTile.not().or(tileReady))
                .and(positionLast.not().or(tailFree)));
        takesTile.set(fire.and(needsTile));
        reads.set(fire.and(reading));
        UInt columnNow = reg(column.width()).named("column_now");
        when(loads.or(pairAdvances), () -> columnNow.set(0))
                .elseWhen(fire, () -> columnNow.set(columnNow.wrappingPlus(1)));
        column.set(columnNow);

        // Planes: pairs of falling weight, and of one weight from the heaviest weight plane on.
        UInt weightPlane = reg(table.number("weight_plane").width()).named("weight_plane");
        UInt plane = reg(plane1.width()).named("plane").comment("of the activations");
        UInt firstWeightPlane =
                reg(weightPlane.width()).named("first_weight_plane").comment("of this diagonal");
        UInt firstPlane = reg(plane1.width()).named("first_plane");
        Bool diagonalEnds = called("diagonal_ends", weightPlane.eq(0).or(plane.eq(table.number("plane"))));
        Bool samePlane = called("same_plane", firstPlane.eq(0)).comment("the next diagonal begins one weight lower");
        UInt nextWeight = mux(samePlane, firstWeightPlane.wrappingMinus(1), firstWeightPlane)
                .named("next_weight_plane");
        UInt nextPlane = mux(samePlane, firstPlane, firstPlane.wrappingMinus(1)).named("next_plane");
        Bool restarts = called("restarts", loads.or(pairAdvances.and(pair.last())));
        when(restarts, () -> {
                    weightPlane.set(table.number("weight_plane"));
                    firstWeightPlane.set(table.number("weight_plane"));
                    plane.set(table.number("plane"));
                    firstPlane.set(table.number("plane"));
                })
                .elseWhen(pairAdvances.and(diagonalEnds), () -> {
                    weightPlane.set(nextWeight);
                    firstWeightPlane.set(nextWeight);
                    plane.set(nextPlane);
                    firstPlane.set(nextPlane);
                })
                .elseWhen(pairAdvances, () -> {
                    weightPlane.set(weightPlane.wrappingMinus(1));
                    plane.set(plane.wrappingPlus(1));
                });
        Bool doubles = reg(false).named("doubles").comment("this pair weighs half of the one before");
        when(pairAdvances, () -> doubles.set(diagonalEnds));

        // Stage 1.
        Bool valid1 = reg(false).named("valid_1");
        valid1.set(fire);
        plane1.set(delayed(plane).named("plane_1"));
        UInt level = level(maximum, pair, channel, kernelColumn, kernelRow, x, y);
        UInt level1 = delayed(level).named("level_1").comment("the loop that goes on after this step");
        Bool second1 = delayed(table.truth("adds").and(kernelColumn.last())).named("second_1");
        operandAddress(valid1, level1, second1);

        Bool tapStarts = flag("tap_starts", fire.and(pair.last()), fire);
        Bool accumulates = called("accumulates", mux(maximum, tapStarts, positionStarts));
        first7.set(later("first", accumulates, 1, 7));
        shift7.set(later("shift", pairStarts.and(doubles), 1, 7));
        lanewise5.set(table.truth("lanewise"));
        streamed4.set(table.truth("streamed"));
        valid7.set(valids("valid", valid1, 2, 7));
        ends8.set(valids("ended", ends, 1, 8));
        Bool tapEnds = called("tap_ends", fire.and(pair.last()));
        maximum8 = engine.has(Head.MAXIMUM) ? Optional.of(maximum(maximum, tapEnds)) : Optional.empty();
        weights(fire, pairAdvances, tileEnds, diagonalEnds, samePlane);
    }

    private EngineArray.Maximum maximum(Bool maximum, Bool tapEnds) {
        EngineArray.Maximum told = new EngineArray.Maximum(
                output().named("starts_8"), output().named("tap_ends_8"), output().named("maximum_8"));
        Bool firstTap = reg(false).named("first_tap");
        when(loads.or(ends), () -> firstTap.set(true)).elseWhen(tapEnds, () -> firstTap.set(false));
        told.starts8().set(later("first_tap", firstTap, 1, 8));
        told.tapEnds8().set(valids("tap_ended", tapEnds, 1, 8));
        told.taken8().set(maximum);
        return told;
    }

    private PassTable table(int addressBits) {
        PassTable passes = new PassTable(engine.passes());
        passes.with("pairs", pass -> (long) pass.weightPlanes() * pass.activationPlanes() - 1)
                .with("channels", pass -> pass.channelGroups() - 1)
                .with("columns", pass -> EngineAddresses.kernelColumns(pass) - 1)
                .with("rows", pass -> pass.window().kernelHeight() - 1)
                .with("xs", pass -> pass.window().width() - 1)
                .with("ys", pass -> pass.window().height() - 1)
                .with("tiles", pass -> pass.tiles() - 1)
                .with("weight_plane", pass -> pass.weightPlanes() - 1)
                .with("plane", plane1.width(), pass -> pass.activationPlanes() - 1)
                .flag("maximum", pass -> pass.head() == Head.MAXIMUM)
                .flag("lanewise", pass -> pass.head() != Head.PRODUCT)
                .flag("adds", pass -> pass.right().isPresent())
                .flag("loads", EnginePass::loads)
                .flag("streamed", EnginePass::streamed)
                .with("planes", pass -> pass.left().map(Operand::planes).orElse(pass.activationPlanes()))
                .flag("signed", pass -> pass.left().map(Operand::signed).orElse(pass.signedStream()))
                .with("planes_2", pass -> pass.right().map(Operand::planes).orElse(0))
                .flag("signed_2", pass -> pass.right().map(Operand::signed).orElse(false));
        int weightBits = weightAddress4.width();
        passes.with("plane_words", weightBits, pass -> words(pass))
                .with("plane_back", weightBits, pass -> 1 - 2L * words(pass))
                .with("first_weight", weightBits, pass -> Math.max(0, (pass.weightPlanes() - 1L) * words(pass)));
        passes.with(
                        "start",
                        addressBits,
                        pass -> pass.left()
                                .map(left -> EngineAddresses.start(pass, left))
                                .orElse(0L))
                .with(
                        "start_2",
                        addressBits,
                        pass -> pass.right().map(Operand::address).orElse(0));
        steps(passes, "step", addressBits, pass -> pass.left().map(left -> EngineAddresses.words(pass, left)));
        steps(passes, "step_2", addressBits, pass -> pass.right().map(right -> EngineAddresses.words(pass, right)));
        steps(passes, "row_step", tapBits(), pass -> Optional.of(EngineAddresses.rows(pass)));
        steps(passes, "column_step", tapBits(), pass -> Optional.of(EngineAddresses.columns(pass)));
        passes.with(
                        "above",
                        tapBits(),
                        pass -> EngineAddresses.isPadded(pass) ? -pass.window().padding() : 0)
                .with(
                        "height",
                        pass -> EngineAddresses.isPadded(pass)
                                ? pass.left().orElseThrow().height()
                                : 1)
                .with(
                        "width",
                        pass -> EngineAddresses.isPadded(pass)
                                ? pass.left().orElseThrow().width()
                                : 1);
        return passes;
    }

    private static long words(EnginePass pass) {
        return (long) pass.window().taps() * pass.channelGroups();
    }

    private void steps(
            PassTable passes, String name, int bits, Function<EnginePass, Optional<EngineAddresses>> addresses) {
        for (int loop = 0; loop < EngineAddresses.LOOPS; loop++) {
            int which = loop;
            passes.with(
                    name + "_" + loop,
                    bits,
                    pass -> addresses.apply(pass).map(a -> a.step(which)).orElse(0L));
        }
    }

    /** Bits of a signed row or column of any padded input, with what a window reaches beyond it. */
    private int tapBits() {
        return 1
                + UnitModule.bitsFor(largest(pass -> EngineAddresses.isPadded(pass)
                        ? Math.max(
                                        pass.left().orElseThrow().height(),
                                        pass.left().orElseThrow().width())
                                + 2 * pass.window().padding()
                                + pass.window().stride()
                        : 1));
    }

    private UInt steps(String name, UInt level1) {
        List<UInt> steps = new ArrayList<>();
        for (int loop = 0; loop < EngineAddresses.LOOPS; loop++) {
            steps.add(table.number(name + "_" + loop));
        }
        return delayed(select(level1, steps)).named(name + "_2nd");
    }

    /** Set by {@code again} and when a pass is set up, cleared by any other step. */
    private Bool flag(String name, Bool again, Bool fire) {
        Bool flag = reg(false).named(name);
        when(loads.or(again), () -> flag.set(true)).elseWhen(fire, () -> flag.set(false));
        return flag;
    }

    /** A condition some stages later, not known to hold after reset; it comes in at stage {@code from - 1}. */
    private Bool valids(String name, Bool value, int from, int to) {
        Bool result = value;
        for (int stage = from; stage <= to; stage++) {
            Bool next = reg(false).named(name + "_" + stage);
            next.set(result);
            result = next;
        }
        return result;
    }

    /** The outermost loop that goes on after a step: the first, from the innermost on, that is not at its end. */
    private UInt level(
            Bool maximum,
            Countdown pair,
            Countdown channel,
            Countdown column,
            Countdown row,
            Countdown x,
            Countdown y) {
        UInt outer = mux(x.last().not(), UInt.of(3, 4), mux(y.last().not(), UInt.of(3, 5), UInt.of(3, 6)));
        UInt planes = mux(pair.last().not(), UInt.of(3, 3), outer);
        UInt taps = mux(
                channel.last().not(),
                UInt.of(3, 0),
                mux(column.last().not(), UInt.of(3, 1), mux(row.last().not(), UInt.of(3, 2), planes)));
        return mux(maximum.and(pair.last().not()), UInt.of(3, 3), taps);
    }

    /** Stages 1 to 4: the address of the operand's plane, and whether there is one. */
    private void operandAddress(Bool valid1, UInt level1, Bool second1) {
        Bool valid2 = valids("address_valid", valid1, 2, 2);
        UInt first = running("address", address3.width(), "start", steps("step", level1), valid2);
        UInt second = running("address_of_2", address3.width(), "start_2", steps("step_2", level1), valid2);
        Bool second2 = delayed(second1).named("second_2");
        UInt plane2 = delayed(plane1).named("plane_2");
        address3.set(delayed(mux(second2, second, first).wrappingPlus(modulo(plane2, address3.width())))
                .named("address_3"));

        SInt row = running("row", tapBits(), "above", steps("row_step", level1), valid2)
                .asSInt();
        SInt columnOfTap = running("column_of_tap", tapBits(), "above", steps("column_step", level1), valid2)
                .asSInt();
        Bool inImage = row.ge(0)
                .and(row.lt(table.number("height").extend(tapBits()).asSInt()))
                .and(columnOfTap.ge(0))
                .and(columnOfTap.lt(table.number("width").extend(tapBits()).asSInt()));
        UInt planes1 = mux(second1, table.number("planes_2"), table.number("planes"));
        Bool has2 = delayed(plane1.lt(planes1)).named("has_plane_2");
        Bool isSign = mux(second1, table.truth("signed_2"), table.truth("signed"))
                .and(plane1.plus(1).eq(planes1));
        Bool negative2 = delayed(isSign).named("negative_2");
        inside4.set(later("inside", inImage.and(has2), 3, 4));
        negative5.set(later("negative", negative2, 3, 5));
    }

    private static UInt modulo(UInt value, int width) {
        return value.width() > width ? value.trunc(width) : value.extend(width);
    }

    /** A register that is set up with a pass, and moves by a step whenever {@code valid} holds. */
    private UInt running(String name, int width, String start, UInt step, Bool valid) {
        UInt register = reg(width).named(name);
        when(loads, () -> register.set(table.number(start)))
                .elseWhen(valid, () -> register.set(register.wrappingPlus(step)));
        return register;
    }

    /** Stages 1 to 4: the address of the weights, which runs along and jumps where a pair of planes ends. */
    private void weights(Bool fire, Bool pairAdvances, Bool tileEnds, Bool diagonalEnds, Bool samePlane) {
        int bits = weightAddress4.width();
        Bool step = valids("weight_step", fire.and(table.truth("lanewise").not()), 1, 3);
        Bool pairEnds = later("weight_pair_ends", pairAdvances, 1, 3);
        Bool positionEnds = later("weight_position_ends", ends, 1, 3);
        Bool tileEnded = later("weight_tile_ends", tileEnds, 1, 3);
        Bool jumps = later("weight_diagonal_ends", diagonalEnds, 1, 3);
        Bool lower = later("weight_lower", samePlane, 1, 3);
        Bool turns = valids("tile_ended", tileEnds.and(table.truth("loads")), 1, 3);
        Bool upper = reg(false).named("upper").comment("which half is in use");
        when(turns, () -> upper.set(upper.not()));
        UInt half = UInt.of(bits, Math.max(1, engine.tileWords()));
        UInt none = UInt.of(bits, 0);
        UInt first = table.number("first_weight");
        UInt here = first.wrappingPlus(mux(upper, half, none)).named("first_here");
        UInt there = first.wrappingPlus(mux(upper, none, half)).named("first_there");
        UInt address = reg(bits).named("weight_address");
        UInt base = reg(bits).named("weight_base").comment("of the first pair of this diagonal");
        UInt nextBase = base.wrappingMinus(mux(lower, table.number("plane_words"), none))
                .named("next_weight_base");
        when(loads.or(step.and(positionEnds)), () -> {
                    UInt start = mux(tileEnded.and(step), there, here).named("weight_start");
                    address.set(start);
                    base.set(start);
                })
                .elseWhen(step.and(pairEnds).and(jumps), () -> {
                    address.set(nextBase);
                    base.set(nextBase);
                })
                .elseWhen(
                        step,
                        () -> address.set(
                                address.wrappingPlus(mux(pairEnds, table.number("plane_back"), UInt.of(bits, 1)))));
        weightAddress4.set(delayed(address).named("weight_address_4"));
    }

    private int largest(ToIntFunction<EnginePass> number) {
        return engine.passes().stream().mapToInt(number).max().orElseThrow();
    }
}
