package narrowband.sim.cycle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The chain of events that decided when a word came out: going back from it, the event that each had to wait for last. The
 * segments follow each other without a gap and without an overlap: on this way nobody waits. What is not on it can become
 * faster, up to taking no time at all, without any effect on that word, unless there is {@link After#LATE_ROOM} on the way; the
 * tests hold the simulator to that.
 *
 * <p>Where an event waited for two others that came in the same cycle, the way follows one of them.
 */
public record CriticalPath(List<Segment> segments) {
    public CriticalPath {
        segments = List.copyOf(segments);
    }

    /** What had to happen before a segment could begin. */
    public enum After {
        /** Nothing: the first cycle after reset. */
        START,
        /** A word came into the empty FIFO that it reads. */
        WORD,
        /** A word left the full FIFO that it writes. */
        ROOM,
        /**
         * The same where, before that FIFO was full, it lacked a word or a counter that came in the meantime: what it does now it
         * would have done before, if that had come in time. Its pipeline keeps the gaps with which it stood.
         */
        LATE_ROOM,
        /** Another process of the unit brought a counter, such as the rows of a line buffer, to what it needs. */
        COUNTER,
        /** A word came out of the memory. */
        ARRIVAL,
        /** The memory's reader had room for a burst again, the accelerator having taken one. */
        REQUEST,
        /** A step of its own, behind which another layer's begins, or whose word now goes through its pipeline. */
        STEP
    }

    /**
     * A stretch of cycles that belongs to one process, or to the world outside.
     *
     * @param layer the layer that the unit works for; of the world outside, the layer whose words it moves
     * @param unit the unit's name; empty for the world outside
     * @param process the process's name within the unit, or what the world outside moves: {@code image}, {@code weights}, {@code result}
     * @param from the first cycle
     * @param until the cycle behind the last
     * @param after what had to happen before
     * @param over the FIFO or counter over which it waited for that; empty if it waited over none
     */
    public record Segment(String layer, String unit, String process, long from, long until, After after, String over) {
        public long cycles() {
            return until - from;
        }

        /** {@code unit.process}, or what the world outside moves. */
        public String name() {
            return unit.isEmpty() ? process : unit + "." + process;
        }

        private Worker worker() {
            return new Worker(layer, name());
        }

        private Segment between(long first, long end) {
            return new Segment(layer, unit, process, Math.max(from, first), Math.min(until, end), after, over);
        }
    }

    /** The way to an event of the given link's actor. */
    static CriticalPath to(Link last, long cycle) {
        List<Segment> backwards = new ArrayList<>();
        Link link = last;
        long until = cycle;
        while (link != null) {
            backwards.add(segment(link, link.from(), until + 1, link.after(), link.over()));
            Link before = link.before();
            if (before != null && link.until() + 1 < link.from()) {
                // The word was in its maker's pipeline.
                backwards.add(segment(before, link.until() + 1, link.from(), After.STEP, ""));
            }
            until = link.until();
            link = before;
        }
        Collections.reverse(backwards);
        return new CriticalPath(backwards);
    }

    private static Segment segment(Link link, long from, long until, After after, String over) {
        Link.Actor actor = link.actor();
        return new Segment(actor.layer(), actor.unit(), actor.process(), from, until, after, over);
    }

    /** The part between two cycles, the second not included. */
    public CriticalPath between(long from, long until) {
        return new CriticalPath(segments.stream()
                .filter(segment -> segment.from < until && segment.until > from)
                .map(segment -> segment.between(from, until))
                .toList());
    }

    public long cycles() {
        return segments.stream().mapToLong(Segment::cycles).sum();
    }

    /** A process at work for a layer, or the world outside. */
    public record Worker(String layer, String name) {}

    /** Cycles on the way by process and the layer that it works for, the most first. */
    public Map<Worker, Long> byProcess() {
        Map<Worker, Long> cycles = new LinkedHashMap<>();
        segments.forEach(segment -> cycles.merge(segment.worker(), segment.cycles(), Long::sum));
        Map<Worker, Long> sorted = new LinkedHashMap<>();
        cycles.entrySet().stream()
                .sorted(Map.Entry.<Worker, Long>comparingByValue().reversed())
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }

    /** How often it goes from one process to the next, and one more. */
    public int turns() {
        return join(segments).size();
    }

    /**
     * The way in a few parts: groups of cycles, each counting as the segment that it is most of, those of one process joined.
     * Itself, with a process's own pipeline joined to its steps, where that is short enough.
     */
    public CriticalPath coarse(int parts) {
        List<Segment> joined = join(segments);
        if (joined.size() <= parts) {
            return new CriticalPath(joined);
        }
        long begin = joined.getFirst().from;
        long end = joined.getLast().until;
        List<Segment> groups = new ArrayList<>();
        int next = 0;
        for (int part = 0; part < parts; part++) {
            long from = begin + (end - begin) * part / parts;
            long until = begin + (end - begin) * (part + 1) / parts;
            Map<Worker, Long> cycles = new LinkedHashMap<>();
            Map<Worker, Segment> first = new LinkedHashMap<>();
            while (next < joined.size() && joined.get(next).from < until) {
                Segment inside = joined.get(next).between(from, until);
                cycles.merge(inside.worker(), inside.cycles(), Long::sum);
                first.putIfAbsent(inside.worker(), inside);
                if (joined.get(next).until > until) {
                    break;
                }
                next++;
            }
            Worker most = Collections.max(cycles.entrySet(), Map.Entry.comparingByValue())
                    .getKey();
            Segment of = first.get(most);
            groups.add(new Segment(of.layer, of.unit, of.process, from, until, of.after, of.over));
        }
        return new CriticalPath(join(groups));
    }

    private static List<Segment> join(List<Segment> segments) {
        List<Segment> joined = new ArrayList<>();
        for (Segment segment : segments) {
            Segment last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && last.worker().equals(segment.worker())) {
                joined.set(
                        joined.size() - 1,
                        new Segment(
                                last.layer, last.unit, last.process, last.from, segment.until, last.after, last.over));
            } else {
                joined.add(segment);
            }
        }
        return joined;
    }
}
