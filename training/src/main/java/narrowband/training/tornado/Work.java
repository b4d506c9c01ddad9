package narrowband.training.tornado;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A kernel for several layers in one launch. Its task begins in the table with one number for each {@value #BLOCK} threads: where the
 * job of theirs stands. A job is its first thread, its threads and the layer's record; the threads behind its last have nothing
 * to do.
 */
record Work(Kernel kernel, List<Job> jobs) {
    /** Threads that share a job; of a tiled kernel, those that share a tile. */
    static final int BLOCK = 256;

    /** Numbers of a job before its record. */
    static final int HEADER = 2;

    /** One layer's part. */
    record Job(int[] record, int count, String subject) {}

    Work(Kernel kernel, int[] record, int count, String subject) {
        this(kernel, List.of(new Job(record, count, subject)));
    }

    /** Puts the jobs into the table. */
    Task task(Table table) {
        List<Integer> places = new ArrayList<>();
        int first = 0;
        for (Job job : jobs) {
            int place = table.add(first, job.count());
            table.add(job.record());
            int blocks = Math.ceilDiv(job.count(), BLOCK);
            for (int block = 0; block < blocks; block++) {
                places.add(place);
            }
            first += blocks * BLOCK;
        }
        int at = table.add(places.stream().mapToInt(Integer::intValue).toArray());
        return new Task(
                kernel, at, first, jobs.stream().map(Job::subject).distinct().collect(Collectors.joining("_and_")));
    }

    /**
     * Two networks that run side by side in as few launches as a greedy merge finds: what the second does waits for the next launch of
     * the same kernel that the first needs anyway.
     */
    static List<Work> sideBySide(List<Work> first, List<Work> second) {
        List<Work> merged = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < first.size(); i++) {
            while (next < second.size() && !isAhead(first.subList(i, first.size()), second.get(next))) {
                merged.add(second.get(next++));
            }
            Work work = first.get(i);
            if (next < second.size() && second.get(next).kernel() == work.kernel()) {
                List<Job> jobs = new ArrayList<>(work.jobs());
                jobs.addAll(second.get(next++).jobs());
                work = new Work(work.kernel(), jobs);
            }
            merged.add(work);
        }
        merged.addAll(second.subList(next, second.size()));
        return merged;
    }

    private static boolean isAhead(List<Work> rest, Work work) {
        return rest.stream().anyMatch(other -> other.kernel() == work.kernel());
    }
}
