package narrowband.hdl.simulation;

/** A part of a design as bytecode. Values lie in {@code state} (64 bits to a word, the lowest first); memories likewise, word after word. */
interface Program {
    /**
     * Runs cycles: until {@code cycles} are done or what the program watches for happens, which is before an edge.
     *
     * @return the cycles done
     */
    long run(long[] state, long[][] memories, long cycles);
}
