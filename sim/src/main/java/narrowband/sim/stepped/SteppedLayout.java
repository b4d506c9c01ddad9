package narrowband.sim.stepped;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Process;
import narrowband.accel.design.Program.Step;
import narrowband.accel.design.Unit;
import narrowband.sim.cycle.Routine;

/**
 * Where all that can keep a process from working has its bit, in as few words of 64 as there must be. What a unit's processes look at
 * is in one word, that of each process in the order in which the timing contract names the first that is missing: input ports, then
 * counters.
 *
 * @param words how many
 * @param places by channel: that it is empty, and in other words that it is full
 * @param workers the processes, in the order of the units
 * @param routines their programs
 * @param counters all units' counters after reset
 */
record SteppedLayout(
        int words, List<Place> places, List<Worker> workers, List<CompiledRoutine> routines, List<Integer> counters) {
    /** In each word the bit of what never comes, for which those wait that have done their work. */
    static final int NEVER = 63;

    /** Stages of a pipeline up to which its words are bits of a {@code long}. */
    private static final int STAGES = 63;

    /** A bit of a word. */
    record Place(int word, int bit) {
        long mask() {
            return 1L << bit;
        }
    }

    /**
     * That a counter is too low for a need of a process.
     *
     * @param counter its place among all
     */
    record Condition(int counter, int amount, Place place) {}

    /**
     * A process.
     *
     * @param word where its bits are
     * @param wanted by instruction, the bits of what its step reads and needs; 0 at a loop's end
     * @param inputs by port, the channel
     * @param outputs by port, the channel
     * @param written the ports that some step writes, from the lowest on
     * @param blocks for each of those the place that says that it blocks
     * @param conditions what its steps need
     * @param firstCounter its unit's first counter among all
     */
    record Worker(
            Unit unit,
            Process process,
            Routine routine,
            int word,
            long[] wanted,
            int[] inputs,
            int[] outputs,
            int[] written,
            Place[] blocks,
            List<Condition> conditions,
            int firstCounter) {
        /** The bits of all that can keep it from working. */
        long causes() {
            long causes = 0;
            for (long bits : wanted) {
                causes |= bits;
            }
            for (Place block : blocks) {
                causes |= block.mask();
            }
            return causes;
        }
    }

    /** The layout of a design; none if a unit has more to wait for than a word has bits, or a pipeline too many stages. */
    static Optional<SteppedLayout> of(Accelerator accelerator) {
        Draft draft = new Draft(accelerator);
        for (Unit unit : accelerator.units()) {
            if (!draft.add(unit)) {
                return Optional.empty();
            }
        }
        return Optional.of(draft.end());
    }

    /** What a need is told by, ordered by its place among those of its step. */
    private record Need(int rank, int counter, int amount) implements Comparable<Need> {
        static List<Need> of(Step step) {
            return IntStream.range(0, step.needs().size())
                    .mapToObj(rank -> new Need(
                            rank,
                            step.needs().get(rank).counter(),
                            step.needs().get(rank).amount()))
                    .toList();
        }

        @Override
        public int compareTo(Need other) {
            return Arrays.compare(
                    new int[] {rank, counter, amount}, new int[] {other.rank, other.counter, other.amount});
        }
    }

    private static final class Draft {
        private final Accelerator accelerator;
        private final List<Channel> channels;
        private final Place[] places;
        private final List<Worker> workers = new ArrayList<>();
        private final List<Integer> counters = new ArrayList<>();
        private int word;
        private int bit;

        Draft(Accelerator accelerator) {
            this.accelerator = accelerator;
            channels = accelerator.channels();
            places = new Place[channels.size()];
        }

        /** Whether the unit has its bits now. */
        boolean add(Unit unit) {
            int first = workers.size();
            if (!place(unit)) {
                return false;
            }
            if (bit > NEVER) {
                workers.subList(first, workers.size()).clear();
                word++;
                bit = 0;
                place(unit);
            }
            counters.addAll(unit.timing().counters());
            return bit <= NEVER;
        }

        private boolean place(Unit unit) {
            int[] inputs = indices(accelerator.into(unit));
            for (int input : inputs) {
                places[input] = next();
            }
            int read = 0;
            for (Process process : unit.timing().processes()) {
                Worker worker = worker(unit, process, inputs);
                int reads = steps(worker.routine).mapToInt(Step::reads).reduce(0, (a, b) -> a | b);
                if (process.latency() > STAGES || (read & reads) != 0) {
                    return false;
                }
                read |= reads;
                workers.add(worker);
            }
            return true;
        }

        private static Stream<Step> steps(Routine routine) {
            return IntStream.range(0, routine.length())
                    .filter(instruction -> !routine.isLoopEnd(instruction))
                    .mapToObj(routine::step);
        }

        private Worker worker(Unit unit, Process process, int[] inputs) {
            Routine routine = Routine.compile(process.program());
            SequencedMap<Need, Condition> conditions = new TreeMap<>();
            int writes = 0;
            for (Step step : steps(routine).toList()) {
                Need.of(step).forEach(need -> conditions.put(need, null));
                writes |= step.writes();
            }
            conditions.replaceAll((need, _) -> new Condition(counters.size() + need.counter, need.amount, next()));
            long[] wanted = new long[routine.length()];
            for (int i = 0; i < wanted.length; i++) {
                if (!routine.isLoopEnd(i)) {
                    for (int port : Routine.ports(routine.step(i).reads())) {
                        wanted[i] |= places[inputs[port]].mask();
                    }
                    for (Need need : Need.of(routine.step(i))) {
                        wanted[i] |= conditions.get(need).place.mask();
                    }
                }
            }
            int[] written = Routine.ports(writes);
            return new Worker(
                    unit,
                    process,
                    routine,
                    word,
                    wanted,
                    inputs,
                    indices(accelerator.outOf(unit)),
                    written,
                    Arrays.stream(written).mapToObj(_ -> next()).toArray(Place[]::new),
                    List.copyOf(conditions.values()),
                    counters.size());
        }

        private Place next() {
            return new Place(word, bit++);
        }

        private int[] indices(List<Channel> some) {
            return some.stream().mapToInt(channels::indexOf).toArray();
        }

        SteppedLayout end() {
            if (bit == NEVER) {
                word++;
                bit = 0;
            }
            places[channels.indexOf(accelerator.output())] = next();
            List<CompiledRoutine> routines =
                    workers.stream().map(CompiledRoutine::new).toList();
            return new SteppedLayout(word + 1, List.of(places), workers, routines, counters);
        }
    }
}
