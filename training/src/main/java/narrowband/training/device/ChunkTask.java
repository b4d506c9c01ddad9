package narrowband.training.device;

/** Work on one chunk of a batch. */
@FunctionalInterface
interface ChunkTask {
    /**
     * @param chunk which part of the batch
     * @param worker which thread runs it, from 0: for memory that is written before it is read, and for nothing else
     */
    void run(int chunk, int worker);
}
