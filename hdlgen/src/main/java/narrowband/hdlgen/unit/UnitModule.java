package narrowband.hdlgen.unit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import narrowband.accel.design.Adder;
import narrowband.accel.design.ArgMaximum;
import narrowband.accel.design.BiasAdder;
import narrowband.accel.design.DepthwiseConvolution;
import narrowband.accel.design.Fork;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.IdentityShortcut;
import narrowband.accel.design.MatrixVector;
import narrowband.accel.design.Pooling;
import narrowband.accel.design.SharedEngine;
import narrowband.accel.design.SlidingWindow;
import narrowband.accel.design.Thresholding;
import narrowband.accel.design.TopScores;
import narrowband.accel.design.Unit;
import narrowband.accel.design.WidthConverter;
import narrowband.accel.design.WordPacker;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.hdl.Bool;
import narrowband.hdl.Module;
import narrowband.hdl.Rom;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock.Style;

/** What all units share: streams by port, the pipeline that moves as a whole, loop counters, lanes of a word. */
public abstract class UnitModule extends Module {
    private final String name;
    private final Fpga fpga;
    private final List<Stream<UInt>> inputs = new ArrayList<>();
    private final List<Stream<UInt>> outputs = new ArrayList<>();
    /** By output port, whether it will be ready in the next cycle, where the unit asks. */
    private final Map<Stream<UInt>, Bool> readyAhead = new LinkedHashMap<>();

    private Optional<LoadPort> load = Optional.empty();

    UnitModule(Unit unit, Fpga fpga) {
        name = unit.name();
        this.fpga = fpga;
    }

    /** Where a read-only memory belongs, as the resource estimate has it. */
    final Style romStyle(long words, long width) {
        if (fpga.prefersBlockRom(words, width)) {
            return Style.BLOCK;
        }
        return fpga.outrunsBlockRam() ? Style.DISTRIBUTED : Style.AUTO;
    }

    /** Where a synchronously read buffer belongs, as the resource estimate has it. */
    final Style bufferStyle(long words, long width) {
        return fpga.prefersBlockRam(words, width) ? Style.BLOCK : smallStyle();
    }

    /** Where a small memory belongs that is read in the same cycle. */
    final Style smallStyle() {
        return smallStyle(fpga);
    }

    /** Distributed RAM; registers, to which Yosys comes by itself, where the FPGA has none. */
    public static Style smallStyle(Fpga fpga) {
        return fpga.distributedRam().exists() ? Style.DISTRIBUTED : Style.AUTO;
    }

    @Override
    public final String kind() {
        return name;
    }

    /** The hardware of a unit, with the values of the network's layer that it carries. */
    public static UnitModule of(Unit unit, IntegerNetwork network, Fpga fpga) {
        return switch (unit) {
            case SlidingWindow window -> WindowModule.of(window, fpga);
            case MatrixVector product ->
                new MatrixVectorModule(product, network.weights().get(product.layer()), fpga);
            case DepthwiseConvolution product ->
                new DepthwiseConvolutionModule(product, network.weights().get(product.layer()), fpga);
            case Thresholding thresholds ->
                ThresholdingModule.of(thresholds, ((Layer.Threshold) network.layer(thresholds.layer())).table(), fpga);
            case Pooling pooling -> new PoolingModule(pooling, fpga);
            case Fork fork -> new ForkModule(fork, fpga);
            case Adder adder -> new AdderModule(adder, fpga);
            case IdentityShortcut shortcut -> new IdentityShortcutModule(shortcut, fpga);
            case BiasAdder adder ->
                new BiasAdderModule(adder, ((Layer.Bias) network.layer(adder.layer())).biases(), fpga);
            case WidthConverter converter -> new WidthConverterModule(converter, fpga);
            case WordPacker packer -> new WordPackerModule(packer, fpga);
            case ArgMaximum maximum -> new ArgMaximumModule(maximum, fpga);
            case TopScores scores -> new TopScoresModule(scores, fpga);
            case SharedEngine engine -> new SharedEngineModule(engine, fpga);
        };
    }

    /** The next input port of the unit; ports count up in the order of these calls. */
    final Stream<UInt> entering(int bits) {
        inputs.add(streamInput(bits));
        return inputs.getLast();
    }

    /** The next output port of the unit. */
    final Stream<UInt> leaving(int bits) {
        outputs.add(streamOutput(bits));
        return outputs.getLast();
    }

    /** The stream of an input port of the unit. */
    public final Stream<UInt> into(int port) {
        return inputs.get(port);
    }

    /** The stream of an output port of the unit. */
    public final Stream<UInt> outOf(int port) {
        return outputs.get(port);
    }

    /** An input that must tell in each cycle whether an output port will be ready in the next one, of a unit that wants to know it. */
    public final Optional<Bool> readyAhead(int port) {
        return Optional.ofNullable(readyAhead.get(outputs.get(port)));
    }

    /**
     * Through which a unit's weights are written: see {@link ReloadableMemory}.
     *
     * @param start the low bits of the data are the address of the next word
     * @param next the data are the next 32 bits of a word
     */
    public record LoadPort(Bool start, Bool next, UInt data) {}

    /** The unit's port for weights. */
    final LoadPort loading() {
        LoadPort port = new LoadPort(
                input().named("load_start"),
                input().named("load_next"),
                input(ReloadableMemory.PIECE).named("load_data"));
        load = Optional.of(port);
        return port;
    }

    /** The port for weights, of a unit whose weights are reloadable. */
    public final Optional<LoadPort> load() {
        return load;
    }

    /** A loop of the given number of turns, one for each {@code step}; no hardware at all for a single turn. */
    final Loop loop(String name, int count, Bool step) {
        return new Loop(name, count, step, Optional.empty());
    }

    /** A loop around another, which turns with the step that ends that one. */
    final Loop around(Loop inside, String name, int count) {
        return new Loop(name, count, inside.step, Optional.of(inside));
    }

    /**
     * A counter of 0..count-1, and what is known of it and of the loops within it. Comparisons are made a step ahead, so that
     * a step that ends loops within loops is known from the step itself and one register. They can be: a loop of several
     * turns has just begun when anything around it has changed, so that it takes at least one step more to be over.
     */
    final class Loop {
        private final String name;
        private final int count;
        private final Bool step;
        private final Optional<Loop> inside;
        private final UInt value;
        private final Bool last;
        /** Whether the next turn is the last. */
        private final Bool soonLast;

        /** The step with which it turns, where it has several turns. */
        private final Bool turning;

        private Bool first;
        private Bool over;

        private Loop(String name, int count, Bool step, Optional<Loop> inside) {
            this.name = name;
            this.count = count;
            this.step = step;
            this.inside = inside;
            turning = count == 1 ? step : inside.map(Loop::ends).orElse(step);
            if (count == 1) {
                value = UInt.of(1, 0);
                last = Bool.TRUE;
                soonLast = Bool.FALSE;
                return;
            }
            value = reg(bitsFor(count - 1L), 0).named(name);
            if (count == 2) {
                when(turning, () -> value.set(value.not()));
                last = value.eq(1);
                soonLast = value.eq(0);
            } else {
                last = reg(false).named(name + "_last").comment(name + " is " + (count - 1));
                soonLast = value.eq(count - 2L);
                when(turning, () -> {
                    value.set(mux(last, UInt.of(value.width(), 0), value.wrappingPlus(1)));
                    last.set(soonLast);
                });
            }
        }

        UInt value() {
            return value;
        }

        /** Whether it stands at 0. */
        Bool first() {
            if (count <= 2) {
                return count == 1 ? Bool.TRUE : value.eq(0);
            }
            if (first == null) {
                first = reg(true).named(name + "_first").comment(name + " is 0");
                when(turning, () -> first.set(last));
            }
            return first;
        }

        /** Whether it stands at its end. */
        Bool last() {
            return last;
        }

        /** Whether it and all loops within it stand at their ends. */
        Bool over() {
            if (over == null) {
                if (inside.isEmpty() || !inside.get().turns()) {
                    over = last;
                } else if (count == 1) {
                    over = inside.get().over();
                } else {
                    over = reg(false).named(name + "_over").comment(name + " and all within it are at their ends");
                    when(step, () -> over.set(soonOver()));
                }
            }
            return over;
        }

        /** The step that takes it, and all loops within it, back to 0. */
        Bool ends() {
            return step.and(over());
        }

        private Bool soonOver() {
            return turns() && inside.isPresent() && inside.get().turns()
                    ? count == 1
                            ? inside.get().soonOver()
                            : inside.get().soonOver().and(last)
                    : soonLast;
        }

        /** Whether it or a loop within it has more than one turn. */
        private boolean turns() {
            return count > 1 || inside.isPresent() && inside.get().turns();
        }
    }

    /** A value that is free for a whole step to be worked out: the register follows {@code value} a cycle later. */
    final UInt ahead(String name, UInt value, long reset, boolean inTime) {
        if (!inTime) {
            return value.named(name);
        }
        UInt register = reg(value.width(), reset).named(name);
        register.set(value);
        return register;
    }

    /** What stands in {@code table} at a loop's value, in a register that steps with the loop. */
    final UInt along(String name, Loop loop, Bool enable, long[] table) {
        long[] next = new long[table.length];
        for (int i = 0; i < table.length; i++) {
            next[i] = table[(i + 1) % table.length];
        }
        UInt looked = lookUp(loop.value(), next);
        if (LongStream.of(table).distinct().count() == 1) {
            return looked;
        }
        UInt register = reg(looked.width(), table[0]).named(name);
        when(enable, () -> register.set(looked));
        return register;
    }

    /** The bits that hold an unsigned number, at least 1. */
    static int bitsFor(long largest) {
        return Math.max(1, Long.SIZE - Long.numberOfLeadingZeros(largest));
    }

    /**
     * The valid bits of a pipeline in front of {@code out}.
     *
     * @param enters whether a word enters the first stage when the pipeline moves
     * @return whether the pipeline moves in this cycle
     */
    final Bool pipeline(int stages, Bool enters, Stream<UInt> out) {
        List<Bool> valid = new ArrayList<>();
        for (int stage = 1; stage <= stages; stage++) {
            valid.add(reg(false).named("valid" + stage).comment("stage " + stage + " holds a word"));
        }
        Bool moves = moves(stages == 1 ? enters : valid.get(stages - 2), List.of(out));
        out.valid.set(valid.getLast());
        when(moves, () -> {
            valid.getFirst().set(enters);
            for (int stage = 1; stage < stages; stage++) {
                valid.get(stage).set(valid.get(stage - 1));
            }
        });
        return moves;
    }

    /**
     * Whether a pipeline moves: whether its last stage holds no word, or all outputs are ready to take it. That is known a cycle
     * ahead, so that it is a register, on which all others of a unit may hang.
     *
     * @param reachesLast whether a word comes into the last stage when the pipeline moves
     */
    final Bool moves(Bool reachesLast, List<Stream<UInt>> outs) {
        Bool moves = reg(true).named("moves").comment("the pipeline is not blocked by its last word");
        Bool room = Bool.TRUE;
        for (Stream<UInt> out : outs) {
            String name = outs.size() == 1 ? "out" : "out_" + outputs.indexOf(out);
            Bool ahead = input().named(name + "_ready_ahead").comment(name + "_ready in the next cycle");
            readyAhead.put(out, ahead);
            // All there is to know of it was known a cycle before.
            out.ready.spare();
            room = room.and(ahead);
        }
        moves.set(room.or(moves.and(reachesLast.not())));
        return moves;
    }

    /** The word of a truth table in look-up tables. */
    final UInt truthTable(String name, List<BigInteger> words, UInt address) {
        int bits = words.stream().mapToInt(BigInteger::bitLength).max().orElseThrow();
        return rom(bits, words, Style.LOGIC).named(name).read(address);
    }

    /** A memory with fixed contents, of which nothing is used before it has been read. */
    final Rom romOf(int bits, List<BigInteger> words) {
        return rom(bits, words, romStyle(words.size(), bits)).ignoringStart();
    }

    /** A word of a deep table, for a register in the second cycle after its address: read from all parts first, then chosen from the one that has it. */
    final UInt readInParts(String name, int bits, List<BigInteger> contents, UInt address, Bool moves) {
        int partWords = fpga.partWords(contents.size());
        List<UInt> words = new ArrayList<>();
        for (int first = 0; first < contents.size(); first += partWords) {
            List<BigInteger> part =
                    new ArrayList<>(contents.subList(first, Math.min(first + partWords, contents.size())));
            part.addAll(Collections.nCopies(partWords - part.size(), BigInteger.ZERO));
            String partName = name + "_" + words.size();
            UInt read = rom(bits, part, Style.LOGIC).named(partName).read(address.trunc(bitsFor(partWords - 1L)));
            words.add(delayed(partName + "_word", read, moves));
        }
        return ofPart(name, partWords, words, address, moves);
    }

    /** The word of the part that an address points into, when all parts have answered. */
    final UInt ofPart(String name, int partWords, List<UInt> words, UInt address, Bool moves) {
        return select(delayed(name + "_part", part(address, partWords), moves), words);
    }

    /** The part that an address points into. */
    static UInt part(UInt address, int partWords) {
        return address.bits(address.width() - 1, bitsFor(partWords - 1L));
    }

    /** A wire of this name that carries a condition. */
    final Bool called(String wire, Bool value) {
        Bool named = wire().named(wire);
        named.set(value);
        return named;
    }

    /** A register that takes a value whenever {@code enable} holds. */
    final UInt delayed(String name, UInt value, Bool enable) {
        UInt register = reg(value.width()).named(name);
        when(enable, () -> register.set(value));
        return register;
    }

    final Bool delayed(String name, Bool value, Bool enable) {
        Bool register = reg(false).named(name);
        when(enable, () -> register.set(value));
        return register;
    }

    /** A pattern that may be that of a negative number, modulo 2^width. */
    static UInt modulo(UInt value, int width) {
        return value.width() > width
                ? value.trunc(width)
                : value.asSInt().extend(width).asUInt();
    }

    /** What a code is above the lowest of its type: the same bits but for that of the sign. */
    static UInt aboveLowest(UInt code, CodeType type) {
        return type.signed() ? code.xor(UInt.of(code.width(), 1L << (code.width() - 1))) : code;
    }

    /** Lane {@code i} of a word of lanes of {@code bits} bits each. */
    static UInt lane(UInt word, int i, int bits) {
        return word.bits((i + 1) * bits - 1, i * bits);
    }

    /** The constant that stands in a table at {@code index}; the most frequent one costs no comparison. */
    static UInt lookUp(UInt index, long[] table) {
        long largest = 0;
        for (long value : table) {
            largest = Math.max(largest, value);
        }
        int width = bitsFor(largest);
        long common = mostFrequent(table);
        UInt result = UInt.of(width, common);
        for (int i = 0; i < table.length; i++) {
            if (table[i] != common) {
                result = mux(index.eq(i), UInt.of(width, table[i]), result);
            }
        }
        return result;
    }

    private static long mostFrequent(long[] table) {
        long best = table[0];
        int most = 0;
        for (long candidate : table) {
            int count = 0;
            for (long value : table) {
                count += value == candidate ? 1 : 0;
            }
            if (count > most) {
                most = count;
                best = candidate;
            }
        }
        return best;
    }
}
