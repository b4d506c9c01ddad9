package narrowband.sim.stepped;

/** The cycles of one design, as {@link LoopCode} writes them. */
interface SteppingLoop {
    /**
     * Runs a number of cycles, at most {@link CompiledStepping#TOGETHER}, or fewer if all work is done before.
     *
     * @param slots the state, by {@link StateSlots}
     * @param state the same, to be told what happens
     * @param from the first cycle
     * @param causes by word and then by cycle, filled with what kept processes from working
     * @return how many it ran
     */
    int run(long[] slots, CompiledStepping state, long from, int cycles, long[][] causes);
}
