package narrowband.hdlgen.unit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.MatrixVector;
import narrowband.accel.network.WeightCodes;

/** What the truth tables of a unit with frozen weights have at their addresses. */
record FrozenWeights(MatrixVector unit, WeightCodes weights) {
    /**
     * The sum of the weight codes of those columns whose bit is 1: the columns' bits are the low ones of an address, above them
     * the group of columns, then the group of rows.
     *
     * @param pe the row within its group
     * @param first the first column within its group
     * @param count columns
     */
    List<BigInteger> table(int pe, int first, int count) {
        int columnBits = unit.columnFolds() == 1 ? 0 : UnitModule.bitsFor(unit.columnFolds() - 1L);
        int rowBits = unit.rowFolds() == 1 ? 0 : UnitModule.bitsFor(unit.rowFolds() - 1L);
        List<BigInteger> words = new ArrayList<>();
        for (int address = 0; address < 1 << (rowBits + columnBits + count); address++) {
            int set = address >> count;
            int columnFold = set & (1 << columnBits) - 1;
            int rowFold = set >> columnBits;
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

    /** The largest sum of a table. */
    static long largest(List<BigInteger> table) {
        return table.stream().mapToLong(BigInteger::longValueExact).max().orElseThrow();
    }
}
