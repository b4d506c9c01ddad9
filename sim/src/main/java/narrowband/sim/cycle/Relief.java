package narrowband.sim.cycle;

/**
 * Something that is without limit in a simulation, to see what it would be worth. It never makes anything later: every other
 * event still waits for the same events as before.
 */
public sealed interface Relief {
    /**
     * A layer whose units take no time: in each cycle they do all steps for which there are words and room, and what they make
     * is seen in the next. Of a shared engine, array and tail in the layer's pass; its weights come as they do.
     */
    record Work(String layer) implements Relief {}

    /** What else there is. */
    enum Resource implements Relief {
        /** Everything as it is. */
        NOTHING,
        /** All FIFOs have room for all words. */
        FIFOS,
        /** Line buffers hold all rows, and an engine's tile memories all tiles. */
        BUFFERS,
        /** All words of all images are there in the first cycle. */
        IMAGES,
        /** All words of a shared engine's weights are there in the first cycle. */
        WEIGHTS,
        /** All words of a result are taken at once. */
        RESULTS
    }
}
