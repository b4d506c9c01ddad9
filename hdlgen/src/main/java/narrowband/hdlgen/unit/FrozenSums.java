package narrowband.hdlgen.unit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.MatrixVector;
import narrowband.accel.network.WeightCodes;
import narrowband.hdl.UInt;
import narrowband.hdlgen.unit.PartialSums.Term;

/**
 * The sums over the lanes of a unit with frozen weights: truth tables of a few columns each, added up.
 *
 * <p>A table of six inputs in a carry chain has five to spare beside the number that is added to: there, each second table is
 * part of an adder. What it has is negative, since synthesis takes it in only if the sum is written as a difference.
 */
final class FrozenSums {
    private static final int INPUTS_TO_TAKE_A_TABLE_IN = 6;

    private final UnitModule module;
    private final MatrixVector unit;
    private final WeightCodes weights;
    private final boolean addersTakeTables;
    private final int tableColumns;
    /** Which set of weights counts: the group of rows above the group of columns. */
    private final UInt set;

    private final List<UInt> planes;

    FrozenSums(UnitModule module, MatrixVector unit, WeightCodes weights, UInt set, List<UInt> planes, Fpga fpga) {
        this.module = module;
        this.unit = unit;
        this.weights = weights;
        this.set = set;
        this.planes = planes;
        addersTakeTables = fpga.lutInputs() >= INPUTS_TO_TAKE_A_TABLE_IN;
        tableColumns = unit.tableColumns(fpga);
    }

    /** For each row, {@code sum(w * a)} of whole weights over groups of lanes, each bit plane apart or all together. */
    List<PartialSums> byRow() {
        List<List<Term>> sums = new ArrayList<>();
        for (int pe = 0; pe < unit.pe(); pe++) {
            sums.add(new ArrayList<>());
        }
        for (int first = 0; first < unit.simd(); first += unit.groupLanes()) {
            List<List<Term>> group = group(first, Math.min(first + unit.groupLanes(), unit.simd()));
            for (int pe = 0; pe < unit.pe(); pe++) {
                sums.get(pe).addAll(group.get(pe));
            }
        }
        return sums.stream().map(PartialSums::new).toList();
    }

    private List<List<Term>> group(int groupFirst, int groupEnd) {
        List<List<List<Term>>> terms = new ArrayList<>();
        for (int pe = 0; pe < unit.pe(); pe++) {
            terms.add(new ArrayList<>());
            planes.forEach(plane -> terms.getLast().add(new ArrayList<>()));
        }
        int first = groupFirst;
        while (first < groupEnd) {
            int count = Math.min(tableColumns, groupEnd - first);
            int more = addersTakeTables ? Math.clamp(groupEnd - first - count, 0, tableColumns - 1) : 0;
            // Rows with equal weights share tables.
            Map<List<BigInteger>, List<Term>> known = new HashMap<>();
            for (int pe = 0; pe < unit.pe(); pe++) {
                List<BigInteger> tables = new ArrayList<>(table(pe, first, count));
                tables.addAll(table(pe, first + count, more));
                int row = pe;
                int from = first;
                List<Term> read = known.computeIfAbsent(tables, both -> terms(row, from, count, more));
                for (int bit = 0; bit < read.size(); bit++) {
                    terms.get(pe).get(bit).add(read.get(bit));
                }
            }
            first += count + more;
        }
        return terms.stream()
                .map(byPlane -> byPlane.stream().map(PartialSums::sum).toList())
                .map(sums -> unit.pipelining().planesApart() ? sums : List.of(PartialSums.sum(sums)))
                .toList();
    }

    /** What some columns give in each bit plane: those of a table, and {@code more} of one that an adder takes in. */
    private List<Term> terms(int pe, int first, int count, int more) {
        List<BigInteger> table = table(pe, first, count);
        List<BigInteger> second = table(pe, first + count, more);
        long largest = largest(table) + largest(second);
        int bits = UnitModule.bitsFor(largest);
        BigInteger modulus = BigInteger.ONE.shiftLeft(bits);
        List<BigInteger> negative =
                second.stream().map(word -> word.negate().mod(modulus)).toList();
        List<Term> terms = new ArrayList<>();
        for (int plane = 0; plane < planes.size(); plane++) {
            UInt sum = read("weights_%d_%d_%d".formatted(pe, first, plane), table, plane, first, count);
            if (largest(second) > 0) {
                String name = "weights_%d_%d_%d".formatted(pe, first + count, plane);
                sum = sum.extend(bits)
                        .wrappingMinus(
                                read(name, negative, plane, first + count, more).extend(bits));
            }
            terms.add(new Term(sum, plane, largest));
        }
        return terms;
    }

    private UInt read(String name, List<BigInteger> words, int plane, int first, int count) {
        if (largest(words) == 0) {
            return UInt.of(1, 0);
        }
        UInt columns = planes.get(plane).bits(first + count - 1, first);
        boolean oneSet = unit.rowFolds() == 1 && unit.columnFolds() == 1;
        return module.truthTable(name, words, oneSet ? columns : set.concat(columns));
    }

    /**
     * What a truth table has at each address: the sum of the weight codes of those columns whose bit is 1. The columns' bits are
     * the low ones of an address, above them the set.
     *
     * @param pe the row within its group
     * @param first the first column within its group
     */
    private List<BigInteger> table(int pe, int first, int count) {
        int columnBits = unit.columnFolds() == 1 ? 0 : UnitModule.bitsFor(unit.columnFolds() - 1L);
        int rowBits = unit.rowFolds() == 1 ? 0 : UnitModule.bitsFor(unit.rowFolds() - 1L);
        List<BigInteger> words = new ArrayList<>();
        for (int address = 0; address < 1 << (rowBits + columnBits + count); address++) {
            int chosen = address >> count;
            int columnFold = chosen & (1 << columnBits) - 1;
            int rowFold = chosen >> columnBits;
            long sum = 0;
            for (int i = 0; i < count && columnFold < unit.columnFolds() && rowFold < unit.rowFolds(); i++) {
                if ((address >> i & 1) != 0) {
                    sum += weights.code(rowFold * unit.pe() + pe, columnFold * unit.simd() + first + i);
                }
            }
            words.add(BigInteger.valueOf(sum));
        }
        return words;
    }

    private static long largest(List<BigInteger> table) {
        return table.stream().mapToLong(BigInteger::longValueExact).max().orElseThrow();
    }
}
