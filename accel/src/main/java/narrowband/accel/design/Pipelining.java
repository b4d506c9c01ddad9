package narrowband.accel.design;

/**
 * Where the pipeline of a matrix-vector unit is cut: what the tables of a fabric do in one cycle at the clock that its wires
 * allow. Tables of six inputs count so many lanes at once that a cut costs more of them than it is worth; four-input fabrics
 * are made of narrower tables, each with a register behind it that is free.
 *
 * @param lanes lanes whose products with stored weights one stage counts
 * @param frozenLanes lanes whose products with frozen weights one stage sums
 * @param tablesApart whether registers stand behind the truth tables of frozen weights, rather than behind the sum of several;
 *     then {@code frozenLanes} are those whose weights fill a table, less the bits that choose a set of weights
 * @param sums the most partial sums that a stage behind adds up
 * @param planesApart whether each pair of bit planes is counted apart, and weighted where the counts are summed
 * @param readsAhead whether the kept vector is read in a stage of its own, before a digit of it is chosen; a memory that is
 *     read with a clock can then keep it
 * @param holdsWeights whether a register stands between the memory of the weights and the products; needs {@code readsAhead}
 */
public record Pipelining(
        int lanes,
        int frozenLanes,
        boolean tablesApart,
        int sums,
        boolean planesApart,
        boolean readsAhead,
        boolean holdsWeights) {
    /** Two levels of tables after those that count. */
    private static final Pipelining WIDE_TABLES =
            new Pipelining(128, 44, false, Integer.MAX_VALUE, false, false, false);

    /** Registers that no table feeds take cells of their own: a block RAM feeds tables, of which four lanes take two levels. */
    private static final Pipelining CELLS = new Pipelining(4, 4, false, 4, true, true, false);

    /** Registers are there for the taking, and a block RAM takes most of a cycle by itself. */
    private static final Pipelining NARROW_TABLES = new Pipelining(4, 4, true, 4, true, true, true);

    public Pipelining {
        if (lanes < 1 || frozenLanes < 1 || sums < 2) {
            throw new IllegalArgumentException("a stage counts at least one lane, and adds at least two sums");
        }
        if (holdsWeights && !readsAhead) {
            throw new IllegalArgumentException("weights are held back only where the vector is read ahead");
        }
    }

    /** The cuts that suit a device. */
    public static Pipelining on(Fpga fpga) {
        return switch (fpga.family()) {
            case ICE40 -> CELLS;
            case ECP5, GOWIN -> NARROW_TABLES;
            case SERIES_7, ULTRASCALE_PLUS -> WIDE_TABLES;
        };
    }

    /** Stages that add up so many numbers. */
    int stagesToSum(int numbers) {
        int stages = 0;
        for (int left = numbers; left > 1; left = Math.ceilDiv(left, sums)) {
            stages++;
        }
        return stages;
    }
}
