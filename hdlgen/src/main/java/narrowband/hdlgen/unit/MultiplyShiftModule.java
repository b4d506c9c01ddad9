package narrowband.hdlgen.unit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Thresholding;
import narrowband.accel.design.Thresholding.Line;
import narrowband.accel.network.LinearThresholds;
import narrowband.accel.network.ThresholdTable;
import narrowband.hdl.Bool;
import narrowband.hdl.SInt;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock.Style;

/** Multiplies, adds, shifts and clamps: operands (1), products with both halves of the multiplier (2), sum (3), level (4). */
final class MultiplyShiftModule extends ThresholdingModule {
    private final LinearThresholds lines;

    MultiplyShiftModule(Thresholding unit, ThresholdTable table, LinearThresholds lines, Fpga fpga) {
        super(unit, table, fpga, "multiply, add, shift and clamp, exact for thresholds on a line");
        this.lines = lines;
        parameter("shift", lines.shift());
        Bool fire = wire().named("fire").comment("a word enters");
        Bool moves = pipeline(4, fire, out);
        fire.set(moves.and(in.valid));
        in.ready.set(moves);
        UInt set = loop("set", unit.sets(), fire).value();
        List<UInt> codes = new ArrayList<>();
        for (int lane = 0; lane < unit.lanes(); lane++) {
            codes.add(code(level(lane, set, moves)));
        }
        out.data.set(pack(codes));
    }

    private UInt level(int lane, UInt set, Bool moves) {
        int sumBits = unit.line().sumBits();
        UInt value = delayed("value_" + lane, entering(in.data, lane), moves);
        UInt coefficients = coefficients(lane, set, moves);
        UInt offset = coefficients.bits(coefficients.width() - 1, unit.line().multiplierBits());
        UInt multiplier = coefficients.trunc(unit.line().multiplierBits());

        SInt sum = delayed("offset_" + lane, offset, moves).asSInt().extend(sumBits);
        int half = Line.lowerHalf(multiplier.width());
        for (int low = 0; low < multiplier.width(); low += half) {
            UInt digits = multiplier.bits(Math.min(low + half, multiplier.width()) - 1, low);
            UInt product = value.times(digits).shiftLeft(low);
            UInt kept = delayed(
                    "product_%d_%d".formatted(lane, low),
                    product.width() > sumBits ? product.trunc(sumBits) : product.extend(sumBits),
                    moves);
            sum = sum.wrappingPlus(kept.asSInt());
        }
        SInt total = delayed("sum_" + lane, sum.asUInt(), moves).asSInt();
        SInt level = total.shiftRight(Math.min(lines.shift(), sumBits - 1)).named("level_" + lane);
        int levelBits = unit.to().bits();
        Bool above = level.ge(1L << levelBits).named("above_" + lane);
        UInt clamped = mux(
                level.isNegative(),
                UInt.of(levelBits, 0),
                mux(above, UInt.of(levelBits, (1L << levelBits) - 1), modulo(level, levelBits)));
        return delayed("clamped_" + lane, clamped, moves);
    }

    /** The low bits of a number, its sign repeated where it is narrower. */
    private static UInt modulo(SInt number, int width) {
        return modulo(number.asUInt(), width);
    }

    /** A lane's offset above its multiplier, a cycle after its set is known. */
    private UInt coefficients(int lane, UInt set, Bool moves) {
        int multiplierBits = unit.line().multiplierBits();
        int width = multiplierBits + unit.line().offsetBits();
        BigInteger offsetMask =
                BigInteger.ONE.shiftLeft(unit.line().offsetBits()).subtract(BigInteger.ONE);
        List<BigInteger> words = new ArrayList<>();
        for (int s = 0; s < unit.sets(); s++) {
            int row = unit.perChannel() ? s * unit.lanes() + lane : 0;
            words.add(BigInteger.valueOf(Line.offset(lines, row, unit.from()))
                    .and(offsetMask)
                    .shiftLeft(multiplierBits)
                    .or(BigInteger.valueOf(lines.multipliers()[row])));
        }
        if (words.size() == 1) {
            return UInt.of(width, words.getFirst());
        }
        if (Thresholding.isTruthTable(words.size(), width, fpga)) {
            UInt read =
                    rom(width, words, Style.LOGIC).named("coefficients_" + lane).read(set);
            return delayed("coefficient_" + lane, read, moves);
        }
        return romOf(width, words)
                .named("coefficients_" + lane)
                .readSync(set, moves)
                .named("coefficient_" + lane);
    }
}
