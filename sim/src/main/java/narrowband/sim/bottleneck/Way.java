package narrowband.sim.bottleneck;

import java.util.ArrayList;
import java.util.List;
import narrowband.sim.cycle.CriticalPath;
import narrowband.sim.cycle.CriticalPath.Segment;

/**
 * The critical path between two events, as a report shows it.
 *
 * @param cycles that it takes
 * @param shares by layer and process, the most first; they add up to {@code cycles}
 * @param segments the way itself, one process after the other; where it has more than {@value #SEGMENTS} turns, groups of
 *     cycles count as what they are most of
 * @param cyclesTogether cycles of a group; 1 where the segments are exact
 */
public record Way(long cycles, List<Share> shares, List<Segment> segments, long cyclesTogether) {
    /** More than these nobody reads. */
    static final int SEGMENTS = 100;

    public Way {
        shares = List.copyOf(shares);
        segments = List.copyOf(segments);
    }

    /**
     * What of the way belongs to one process.
     *
     * @param name the unit and process, or what the world outside moves
     * @param share 0..1
     */
    public record Share(String layer, String name, long cycles, double share) {}

    /** The largest shares, so many, and what is left of more in one that has no name. */
    public List<Share> largest(int count) {
        if (shares.size() <= count + 1) {
            return shares;
        }
        List<Share> rest = shares.subList(count, shares.size());
        List<Share> largest = new ArrayList<>(shares.subList(0, count));
        largest.add(new Share(
                "%d others".formatted(rest.size()),
                "",
                rest.stream().mapToLong(Share::cycles).sum(),
                rest.stream().mapToDouble(Share::share).sum()));
        return largest;
    }

    static Way of(CriticalPath path) {
        List<Share> shares = new ArrayList<>();
        path.byProcess()
                .forEach((key, cycles) ->
                        shares.add(new Share(key.layer(), key.name(), cycles, (double) cycles / path.cycles())));
        CriticalPath coarse = path.coarse(SEGMENTS);
        boolean exact = path.turns() <= SEGMENTS;
        return new Way(path.cycles(), shares, coarse.segments(), exact ? 1 : Math.ceilDiv(path.cycles(), SEGMENTS));
    }
}
