package narrowband.hdl.simulation;

/** A part of a design as bytecode. Values lie in {@code state} (64 bits to a word, the lowest first); memories likewise, word after word. */
interface Program {
    /** Computes stored combinational values, in order. */
    void evaluate(long[] state, long[][] memories);

    /** Computes what registers and read ports take at the next edge, from {@code state} into {@code next}. */
    void advance(long[] state, long[][] memories, long[] next);
}
