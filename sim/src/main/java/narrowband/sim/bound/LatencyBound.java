package narrowband.sim.bound;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Process;
import narrowband.accel.design.SharedEngine;
import narrowband.accel.design.Unit;

/**
 * A lower bound of the cycles until the first result is out.
 *
 * <p>By the contract of {@link Process} a process fires one step a cycle at most, so that step {@code i} fires
 *
 * <ul>
 *   <li>not before cycle {@code i}, and at least {@code i - j} cycles after step {@code j < i};
 *   <li>if it reads word {@code k} of a channel, at least a cycle after that word entered, which was at least the latency of
 *       the writer after the writer's step for it; and word {@code k} from outside enters in cycle {@code k - 1} at best;
 *   <li>if it needs {@code n} of a counter, at least a cycle after the others have added what is missing: {@code n}, less what
 *       the counter began with, plus what the process itself took from it before.
 * </ul>
 *
 * The last step of a shared engine's tail comes behind all of its passes, which exclude each other.
 *
 * <p>What else can hold a step back, full channels above all, only makes it later. So each chain of such waits is a bound of its
 * last step, and so is the longest of any set of chains. Followed are, from each step, the first and the last wait of each
 * kind at or before it: by induction over the chain's length none fires earlier than said. The bound is exact where a word's
 * way through the design is held up by nothing but what it waits for.
 */
final class LatencyBound {
    /** Counters that a chain follows within one unit; rows go round between those that fill and those that walk. */
    private static final int TURNS = 3;

    private final Accelerator accelerator;
    private final Map<String, List<Thread>> units = new HashMap<>();

    private LatencyBound(Accelerator accelerator) {
        this.accelerator = accelerator;
        for (Unit unit : accelerator.units()) {
            List<Thread> threads = new ArrayList<>();
            for (Process process : unit.timing().processes()) {
                threads.add(new Thread(unit, process, accelerator.into(unit)));
            }
            units.put(unit.name(), threads);
        }
    }

    static long of(Accelerator accelerator) {
        Channel result = accelerator.output();
        // The sink takes the last word a cycle after it entered; cycles count from 0.
        return new LatencyBound(accelerator).entered(result, result.type().words()) + 2;
    }

    /** The earliest cycle in which word {@code k}, from 1 on, can enter a channel. */
    private long entered(Channel channel, long k) {
        if (channel.from().isExternal()) {
            return k - 1;
        }
        List<Thread> writers = units.get(channel.from().unit()).stream()
                .filter(thread -> thread.progress.total(
                                thread.progress.writes(channel.from().index()))
                        > 0)
                .toList();
        if (writers.size() != 1) {
            return k - 1;
        }
        Thread writer = writers.getFirst();
        long step = writer.progress.step(writer.progress.writes(channel.from().index()), k);
        return writer.fires(step, TURNS) + writer.latency;
    }

    /** A process of a unit, and what is known of its steps. */
    private final class Thread {
        private final Unit unit;
        private final int latency;
        private final List<Channel> inputs;
        private final List<Integer> counters;
        private final Progress progress;
        /** Its steps, and the cycles that its unit takes until the last of them at least. */
        private final long steps;

        private final long wholeUnit;
        private final List<Map<Long, Long>> known = new ArrayList<>();

        Thread(Unit unit, Process process, List<Channel> inputs) {
            this.unit = unit;
            this.latency = process.latency();
            this.inputs = inputs;
            this.counters = unit.timing().counters();
            this.progress = new Progress(
                    process.program(), inputs.size(), unit.outputs().size(), counters.size());
            this.steps = process.program().steps();
            // The tail is the one of an engine's processes that gives the result.
            boolean ends = unit instanceof SharedEngine && process.program().writes(0) > 0;
            this.wholeUnit = ends ? unit.leastCycles() : steps;
            for (int turns = 0; turns <= TURNS; turns++) {
                known.add(new HashMap<>());
            }
        }

        /** The earliest cycle in which a step can fire, following so many counters at most. */
        long fires(long step, int turns) {
            Long before = known.get(turns).get(step);
            if (before != null) {
                return before;
            }
            long earliest = step == steps - 1 ? Math.max(step, wholeUnit - 1) : step;
            for (int port = 0; port < inputs.size(); port++) {
                int reads = progress.reads(port);
                long words = progress.count(reads, step + 1);
                if (words > 0) {
                    earliest = Math.max(earliest, afterWord(port, 1, step));
                    earliest = Math.max(earliest, afterWord(port, words, step));
                }
            }
            for (int counter = 0; turns > 0 && counter < counters.size(); counter++) {
                int needs = progress.needs(counter);
                long times = progress.count(needs, step + 1);
                if (times > 0) {
                    earliest = Math.max(earliest, afterCounter(counter, progress.step(needs, 1), step, turns));
                    earliest = Math.max(earliest, afterCounter(counter, progress.step(needs, times), step, turns));
                }
            }
            known.get(turns).put(step, earliest);
            return earliest;
        }

        private long afterWord(int port, long word, long step) {
            long reading = progress.step(progress.reads(port), word);
            return entered(inputs.get(port), word) + 1 + step - reading;
        }

        private long afterCounter(int counter, long waiting, long step, int turns) {
            long missing = progress.need(counter, waiting)
                    - counters.get(counter)
                    - progress.count(progress.additions(counter), waiting)
                    + progress.count(progress.subtractions(counter), waiting);
            List<Thread> others = units.get(unit.name()).stream()
                    .filter(thread -> thread != this && thread.progress.total(progress.additions(counter)) > 0)
                    .toList();
            if (missing <= 0 || others.size() != 1) {
                return step;
            }
            Thread other = others.getFirst();
            long adding = other.progress.step(other.progress.additions(counter), missing);
            return other.fires(adding, turns - 1) + 1 + step - waiting;
        }
    }
}
