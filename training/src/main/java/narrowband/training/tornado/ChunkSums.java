package narrowband.training.tornado;

import java.util.function.Consumer;

/**
 * Sums over the pixels of each chunk of a tensor. On a GPU, where chunks are short, many are folded to few before others read them.
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

    /** Few sums, whatever the number of chunks: these, or those of groups, for which one more launch is asked. */
    ChunkSums folded(NetworkMemory network, String subject, Consumer<Work> launch) {
        if (!network.convolutions.isTiled() || chunks <= FEW) {
            return this;
        }
        ChunkSums groups = ofGroups(network.arena);
        launch.accept(fold(groups, subject));
        release(network.arena);
        return groups;
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
