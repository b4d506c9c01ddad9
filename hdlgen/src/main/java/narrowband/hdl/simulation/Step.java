package narrowband.hdl.simulation;

import narrowband.hdl.ir.MemoryBlock;

/** One thing that compiled code does in a cycle. Values are numbers of the {@link Graph}. */
sealed interface Step {
    /** Computes a value into its variable: its words from {@code from} on, up to but without {@code to}. */
    record Hold(int value, int from, int to) implements Step {
        /** All words. */
        Hold(int value) {
            this(value, 0, Integer.MAX_VALUE);
        }
    }

    /** A register takes its driver's value; {@code aside}: the value waits in a variable until {@link Commit}. */
    record Advance(int register, int driver, boolean aside) implements Step {}

    /** A read port takes a word of its memory where enabled; {@code aside} as for {@link Advance}. */
    record Fetch(int port, MemoryBlock memory, int address, int enable, boolean aside) implements Step {}

    /** A register or read port takes what was put aside. */
    record Commit(int source) implements Step {}

    /** A memory takes a word where enabled. */
    record Write(MemoryBlock memory, int address, int data, int enable) implements Step {}

    /**
     * Ends the run before the edge where a truth value is {@code wanted}, and says so by {@code verdict} in {@link Slots#verdict}.
     *
     * @param unless a slot; while it is not 0, nothing happens; -1 for none
     */
    record Halt(int value, boolean wanted, int verdict, int unless) implements Step {}

    /** Adds a truth value to a slot of the state; {@code unless} as for {@link Halt}. */
    record Count(int value, int slot, int unless) implements Step {}

    /** A value goes to a slot of the state, for a look from outside. */
    record Show(int value, int slot) implements Step {}

    /** The values that the step reads. */
    default int[] roots() {
        return switch (this) {
            case Hold hold -> new int[] {hold.value};
            case Advance advance -> new int[] {advance.driver};
            case Fetch fetch -> new int[] {fetch.address, fetch.enable};
            case Commit commit -> new int[0];
            case Write write -> new int[] {write.address, write.data, write.enable};
            case Halt halt -> new int[] {halt.value};
            case Count count -> new int[] {count.value};
            case Show show -> new int[] {show.value};
        };
    }
}
