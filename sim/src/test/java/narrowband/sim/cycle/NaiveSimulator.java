package narrowband.sim.cycle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Process;
import narrowband.accel.design.Program;
import narrowband.accel.design.Program.Step;
import narrowband.accel.design.Unit;

/**
 * The timing contract written down a second time, as directly as it reads: programs unrolled step by step, pipelines as
 * queues of stages, and the whole state copied at the start of every cycle. Slow, and shares no code with the simulator.
 */
final class NaiveSimulator {
    private static final int BUBBLE = 0;

    /** The cycles in which words entered and left each channel, by its place in the design. */
    final List<List<Long>> entered = new ArrayList<>();

    final List<List<Long>> left = new ArrayList<>();
    final List<Thread> threads = new ArrayList<>();
    final List<Long> sent = new ArrayList<>();
    final List<Long> loaded = new ArrayList<>();
    final List<Long> taken = new ArrayList<>();
    long cycle;

    private final Accelerator accelerator;
    private final int[] words;

    NaiveSimulator(Accelerator accelerator) {
        this.accelerator = accelerator;
        for (int c = 0; c < accelerator.channels().size(); c++) {
            entered.add(new ArrayList<>());
            left.add(new ArrayList<>());
        }
        words = new int[accelerator.channels().size()];
    }

    /** One process. */
    static final class Thread {
        final Unit unit;
        final Process process;
        /** The channels at its unit's ports, by their places in the design. */
        final int[] inputs;

        final int[] outputs;
        final List<Step> steps = new ArrayList<>();
        final Deque<Integer> pipeline = new ArrayDeque<>();
        /** Cycles by class: {@code busy}, {@code input 0}, {@code counter 2}, {@code output 1}, {@code before}, {@code after}. */
        final Map<String, Long> classes = new HashMap<>();

        int next;

        Thread(Accelerator accelerator, Unit unit, Process process, int images) {
            this.unit = unit;
            this.process = process;
            this.inputs = places(accelerator, accelerator.into(unit));
            this.outputs = places(accelerator, accelerator.outOf(unit));
            for (int image = 0; image < images; image++) {
                unroll(process.program());
            }
            for (int stage = 0; stage < process.latency(); stage++) {
                pipeline.addFirst(BUBBLE);
            }
        }

        private static int[] places(Accelerator accelerator, List<Channel> channels) {
            return channels.stream().mapToInt(accelerator.channels()::indexOf).toArray();
        }

        private void unroll(Program program) {
            switch (program) {
                case Step step -> steps.add(step);
                case Program.Sequence sequence -> sequence.parts().forEach(this::unroll);
                case Program.Repeat repeat -> {
                    for (long i = 0; i < repeat.count(); i++) {
                        unroll(repeat.body());
                    }
                }
            }
        }

        boolean isDone() {
            return next == steps.size() && pipeline.stream().allMatch(word -> word == BUBBLE);
        }

        void count(String kind) {
            String counted = next == steps.size() ? "after" : next == 0 ? "before" : kind;
            classes.merge(counted, 1L, Long::sum);
        }
    }

    /** Runs all images; false if nothing moved for so long that nothing ever will. */
    boolean run(Stimulus stimulus) {
        Map<String, int[]> counters = new HashMap<>();
        for (Unit unit : accelerator.units()) {
            counters.put(
                    unit.name(),
                    unit.timing().counters().stream().mapToInt(c -> c).toArray());
            unit.timing()
                    .processes()
                    .forEach(process -> threads.add(new Thread(accelerator, unit, process, stimulus.images())));
        }
        int image = accelerator.channels().indexOf(accelerator.input());
        int result = accelerator.channels().indexOf(accelerator.output());
        int weights = accelerator
                .weights()
                .map(channel -> accelerator.channels().indexOf(channel))
                .orElse(-1);
        long load = weights < 0
                ? 0
                : stimulus.images() * accelerator.channels().get(weights).type().words();
        long in = stimulus.images() * accelerator.input().type().words();
        long out = stimulus.images() * accelerator.output().type().words();
        long lastEvent = 0;
        while (sent.size() < in
                || loaded.size() < load
                || taken.size() < out
                || !threads.stream().allMatch(Thread::isDone)) {
            int[] levels = words.clone();
            Map<String, int[]> values = new HashMap<>();
            counters.forEach((unit, array) -> values.put(unit, array.clone()));
            for (Thread thread : threads) {
                if (step(thread, levels, values.get(thread.unit.name()), counters.get(thread.unit.name()))) {
                    lastEvent = cycle;
                }
            }
            if (sent.size() < in
                    && stimulus.source().acts(cycle)
                    && levels[image] < accelerator.input().depth()) {
                push(image);
                sent.add(cycle);
                lastEvent = cycle;
            }
            if (loaded.size() < load
                    && stimulus.weights().acts(cycle)
                    && levels[weights] < accelerator.channels().get(weights).depth()) {
                push(weights);
                loaded.add(cycle);
                lastEvent = cycle;
            }
            if (taken.size() < out && stimulus.sink().acts(cycle) && levels[result] > 0) {
                pop(result);
                taken.add(cycle);
                lastEvent = cycle;
            }
            if (cycle - lastEvent > 10_000) {
                return false;
            }
            cycle++;
        }
        return true;
    }

    private boolean step(Thread thread, int[] levels, int[] values, int[] counters) {
        int word = thread.pipeline.peekLast();
        for (int port = 0; port < thread.outputs.length; port++) {
            int channel = thread.outputs[port];
            if ((word >> port & 1) == 1
                    && levels[channel] == accelerator.channels().get(channel).depth()) {
                thread.count("output " + port);
                return false;
            }
        }
        for (int port = 0; port < thread.outputs.length; port++) {
            if ((word >> port & 1) == 1) {
                push(thread.outputs[port]);
            }
        }
        thread.pipeline.removeLast();
        boolean moved = word != BUBBLE;
        int entering = BUBBLE;
        if (thread.next == thread.steps.size()) {
            thread.count("after");
        } else {
            Step step = thread.steps.get(thread.next);
            String obstacle = obstacle(step, thread.inputs, levels, values);
            if (obstacle.isEmpty()) {
                thread.classes.merge("busy", 1L, Long::sum);
                thread.next++;
                for (int port = 0; port < thread.inputs.length; port++) {
                    if ((step.reads() >> port & 1) == 1) {
                        pop(thread.inputs[port]);
                    }
                }
                step.changes().forEach(change -> counters[change.counter()] += change.amount());
                entering = step.writes();
                moved = true;
            } else {
                thread.count(obstacle);
            }
        }
        thread.pipeline.addFirst(entering);
        return moved;
    }

    private static String obstacle(Step step, int[] inputs, int[] levels, int[] values) {
        for (int port = 0; port < inputs.length; port++) {
            if ((step.reads() >> port & 1) == 1 && levels[inputs[port]] == 0) {
                return "input " + port;
            }
        }
        for (Program.Count need : step.needs()) {
            if (values[need.counter()] < need.amount()) {
                return "counter " + need.counter();
            }
        }
        return "";
    }

    private void push(int channel) {
        words[channel]++;
        entered.get(channel).add(cycle);
    }

    private void pop(int channel) {
        words[channel]--;
        left.get(channel).add(cycle);
    }
}
