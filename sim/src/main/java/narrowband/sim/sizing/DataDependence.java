package narrowband.sim.sizing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Adder;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Fork;
import narrowband.accel.design.Process;
import narrowband.accel.design.Program;
import narrowband.accel.design.Program.Count;
import narrowband.accel.design.Program.Step;
import narrowband.accel.design.Unit;
import narrowband.sim.cycle.Routine;

/**
 * For every word of every channel behind a fork, how many words of the fork must have gone by before it can exist, whatever
 * the timing: data dependence alone, read off the units' programs for one image.
 */
final class DataDependence {
    private final Accelerator accelerator;
    private final Map<String, int[]> needed = new HashMap<>();

    private DataDependence(Accelerator accelerator) {
        this.accelerator = accelerator;
    }

    /**
     * By the name of each channel between the fork and an adder, for each word of an image the number of the fork's words that it needs,
     * never falling. Channels that nothing of the fork reaches are left out.
     */
    static Map<String, int[]> behind(Fork fork, Adder adder, Accelerator accelerator) {
        DataDependence dependence = new DataDependence(accelerator);
        for (Channel channel : accelerator.outOf(fork)) {
            int[] words = new int[Math.toIntExact(channel.type().words())];
            Arrays.setAll(words, i -> i + 1);
            dependence.needed.put(channel.name(), words);
        }
        for (Unit unit : accelerator.units()) {
            if (unit == adder) {
                break;
            }
            if (unit != fork
                    && accelerator.into(unit).stream()
                            .anyMatch(channel -> dependence.needed.containsKey(channel.name()))) {
                dependence.run(unit);
            }
        }
        return dependence.needed;
    }

    private void run(Unit unit) {
        List<Source> sources = accelerator.into(unit).stream()
                .map(channel -> new Source(needed.get(channel.name())))
                .toList();
        List<Channel> outputs = accelerator.outOf(unit);
        List<Sink> sinks = outputs.stream()
                .map(channel -> new Sink(new int[Math.toIntExact(channel.type().words())]))
                .toList();
        List<Counter> counters =
                unit.timing().counters().stream().map(Counter::new).toList();
        List<Thread> threads = new ArrayList<>();
        for (Process process : unit.timing().processes()) {
            threads.add(new Thread(process.program(), sources, sinks, counters));
        }
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Thread thread : threads) {
                moved |= thread.run();
            }
        }
        for (int port = 0; port < outputs.size(); port++) {
            needed.put(outputs.get(port).name(), sinks.get(port).needed);
        }
    }

    /** Words that come in; those of channels that the fork does not reach need none of it. */
    private static final class Source {
        private final int[] needed;
        private int taken;

        Source(int[] needed) {
            this.needed = needed;
        }

        int take() {
            return needed == null ? 0 : needed[taken++];
        }
    }

    private static final class Sink {
        private final int[] needed;
        private int given;

        Sink(int[] needed) {
            this.needed = needed;
        }

        void give(int need) {
            needed[given++] = need;
        }
    }

    /** A counter, and what each addition to it needed. */
    private static final class Counter {
        private final int initial;
        private final List<Integer> sums = new ArrayList<>();
        private final List<Integer> needs = new ArrayList<>();
        private int added;
        private int subtracted;
        private int enough;

        Counter(int initial) {
            this.initial = initial;
        }

        boolean holds(int amount) {
            return initial + added - subtracted >= amount;
        }

        /** What the first additions needed that together make up the amount. */
        int needFor(int amount) {
            int missing = amount + subtracted - initial;
            if (missing <= 0) {
                return 0;
            }
            while (sums.get(enough) < missing) {
                enough++;
            }
            return needs.get(enough);
        }

        void change(int amount, int need) {
            if (amount > 0) {
                added += amount;
                sums.add(added);
                needs.add(need);
            } else {
                subtracted -= amount;
            }
        }
    }

    /** A process that runs as far as its counters let it; a step needs what the step before it needed, too. */
    private static final class Thread {
        private final Routine routine;
        private final List<Source> sources;
        private final List<Sink> sinks;
        private final List<Counter> counters;
        private final long[] done;
        private int at;
        private int need;

        Thread(Program program, List<Source> sources, List<Sink> sinks, List<Counter> counters) {
            routine = Routine.compile(program);
            this.sources = sources;
            this.sinks = sinks;
            this.counters = counters;
            done = new long[routine.length()];
        }

        /** Whether it got any further. */
        boolean run() {
            boolean moved = false;
            while (at < routine.length() && (routine.isLoopEnd(at) || canFire(routine.step(at)))) {
                moved = true;
                advance();
            }
            return moved;
        }

        private void advance() {
            if (!routine.isLoopEnd(at)) {
                Step step = routine.step(at);
                boolean inside = step.equals(Step.WORK);
                if (!inside) {
                    fire(step);
                }
                done[at] = inside ? routine.count(at) : done[at] + 1;
            } else {
                done[at]++;
            }
            if (done[at] == routine.count(at)) {
                done[at++] = 0;
            } else if (routine.isLoopEnd(at)) {
                at = routine.target(at);
            }
        }

        private boolean canFire(Step step) {
            for (Count count : step.needs()) {
                if (!counters.get(count.counter()).holds(count.amount())) {
                    return false;
                }
            }
            return true;
        }

        private void fire(Step step) {
            for (int port = 0; port < sources.size(); port++) {
                if (step.reads(port) > 0) {
                    need = Math.max(need, sources.get(port).take());
                }
            }
            for (Count count : step.needs()) {
                need = Math.max(need, counters.get(count.counter()).needFor(count.amount()));
            }
            for (int port = 0; port < sinks.size(); port++) {
                if (step.writes(port) > 0) {
                    sinks.get(port).give(need);
                }
            }
            for (Count count : step.changes()) {
                counters.get(count.counter()).change(count.amount(), need);
            }
        }
    }
}
