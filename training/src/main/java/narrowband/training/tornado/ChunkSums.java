package narrowband.training.tornado;

/**
 * Sums over the pixels of each chunk of a tensor.
 *
 * @param place of the sums, {@code [chunk][width]}
 * @param width numbers of a chunk
 */
record ChunkSums(int place, int chunks, int width) {
    /** As many as each thread of a task may well add up for itself. */
    private static final int FEW = 64;

    static ChunkSums take(Arena arena, int chunks, int width) {
        return new ChunkSums(arena.take((long) chunks * width), chunks, width);
    }

    void release(Arena arena) {
        arena.release(place, (long) chunks * width);
    }

    boolean areMany() {
        return chunks > FEW;
    }

    /** The place of sums over groups of neighbouring chunks. */
    ChunkSums ofGroups(Arena arena) {
        return take(arena, Math.ceilDiv(chunks, chunksOfGroup()), width);
    }

    private int chunksOfGroup() {
        return Math.ceilDiv(chunks, FEW);
    }

    /** The launch that makes them. */
    Work fold(ChunkSums groups, String subject) {
        int[] record = {place, groups.place, chunks, width, chunksOfGroup()};
        return new Work(Kernel.FOLD_SUMS, record, groups.chunks * width, subject);
    }
}
