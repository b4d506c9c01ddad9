package narrowband.sim.stepped;

/**
 * Where the state of a {@link SteppingLoop} is in one array, which is one pointer for the compiled code to keep.
 *
 * @param words of a {@link SteppedLayout}
 * @param processes of the design
 * @param ports that processes write
 */
record StateSlots(int words, int processes, int ports) {
    /** Streams between the design and the world outside. */
    static final int STREAMS = 3;

    static StateSlots of(SteppedLayout layout) {
        return new StateSlots(
                layout.words(),
                layout.workers().size(),
                layout.workers().stream()
                        .mapToInt(worker -> worker.written().length)
                        .sum());
    }

    /** What is not there at the start of the cycle. */
    int empty(int word) {
        return word;
    }

    /** Which channels are full then. */
    int full(int word) {
        return words + word;
    }

    /** Which channels a word enters in the cycle. */
    int pushed(int word) {
        return 2 * words + word;
    }

    /** Which channels a word leaves in the cycle; the bits of counters mean nothing. */
    int popped(int word) {
        return 3 * words + word;
    }

    /** The bits of processes that have begun and have not ended, whose causes count. */
    int counted(int word) {
        return 4 * words + word;
    }

    /** The bits that keep a stream of the world outside from moving; 0 where that is for the world to say. */
    int waits(int stream) {
        return 5 * words + stream;
    }

    /** Words of {@link #ended}. */
    int endedWords() {
        return Math.ceilDiv(processes, Long.SIZE);
    }

    /** Which processes have fired as often as was granted, by 64 of them. */
    int ended(int some) {
        return waits(STREAMS) + some;
    }

    /** What the present step of a process waits for. */
    int wanted(int process) {
        return ended(endedWords()) + process;
    }

    /** How often a process fires before it has ended what was granted. */
    int left(int process) {
        return wanted(processes) + process;
    }

    /** The words for a port in the pipeline, a bit for each stage from the last on. */
    int pipe(int port) {
        return left(processes) + port;
    }

    /** What the present step enters into that. */
    int entry(int port) {
        return pipe(ports) + port;
    }

    int size() {
        return entry(ports);
    }
}
