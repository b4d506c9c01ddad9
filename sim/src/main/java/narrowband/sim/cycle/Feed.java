package narrowband.sim.cycle;

/** What brings words from outside, one in each cycle in which there is room, until there are none left. */
interface Feed {
    /** Words that are still to come. */
    long left();

    /** Takes words away that came all at once. */
    void take(long words);
}
