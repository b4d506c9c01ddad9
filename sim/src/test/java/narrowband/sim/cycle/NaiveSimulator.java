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

    final Map<String, Deque<Long>> channels = new HashMap<>();
    final Map<String, List<Long>> entered = new HashMap<>();
    final Map<String, List<Long>> left = new HashMap<>();
    final List<Thread> threads = new ArrayList<>();
    final List<Long> sent = new ArrayList<>();
    final List<Long> taken = new ArrayList<>();
    long cycle;

    private final Accelerator accelerator;

    NaiveSimulator(Accelerator accelerator) {
        this.accelerator = accelerator;
        for (Channel channel : accelerator.channels()) {
            channels.put(channel.name(), new ArrayDeque<>());
            entered.put(channel.name(), new ArrayList<>());
            left.put(channel.name(), new ArrayList<>());
        }
    }

    /** One process. */
    static final class Thread {
        final Unit unit;
        final Process process;
        final List<Channel> inputs;
        final List<Channel> outputs;
        final List<Step> steps = new ArrayList<>();
        final Deque<Integer> pipeline = new ArrayDeque<>();
        /** Cycles by class: {@code busy}, {@code input 0}, {@code counter}, {@code output 1}, {@code before}, {@code after}. */
        final Map<String, Long> classes = new HashMap<>();

        int next;

        Thread(Accelerator accelerator, Unit unit, Process process, int images) {
            this.unit = unit;
            this.process = process;
            this.inputs = accelerator.into(unit);
            this.outputs = accelerator.outOf(unit);
            for (int image = 0; image < images; image++) {
                unroll(process.program());
            }
            for (int stage = 0; stage < process.latency(); stage++) {
                pipeline.addFirst(BUBBLE);
            }
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
        Channel image = accelerator.input();
        Channel result = accelerator.output();
        long in = stimulus.images() * image.type().words();
        long out = stimulus.images() * result.type().words();
        long lastEvent = 0;
        while (sent.size() < in || taken.size() < out || !threads.stream().allMatch(Thread::isDone)) {
            Map<String, Integer> levels = new HashMap<>();
            channels.forEach((name, words) -> levels.put(name, words.size()));
            Map<String, int[]> values = new HashMap<>();
            counters.forEach((unit, array) -> values.put(unit, array.clone()));
            for (Thread thread : threads) {
                if (step(thread, levels, values.get(thread.unit.name()), counters.get(thread.unit.name()))) {
                    lastEvent = cycle;
                }
            }
            if (sent.size() < in && stimulus.source().acts(cycle) && levels.get(image.name()) < image.depth()) {
                push(image);
                sent.add(cycle);
                lastEvent = cycle;
            }
            if (taken.size() < out && stimulus.sink().acts(cycle) && levels.get(result.name()) > 0) {
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

    private boolean step(Thread thread, Map<String, Integer> levels, int[] values, int[] counters) {
        List<Channel> outputs = thread.outputs;
        List<Channel> inputs = thread.inputs;
        int word = thread.pipeline.peekLast();
        for (int port = 0; port < outputs.size(); port++) {
            if ((word >> port & 1) == 1
                    && levels.get(outputs.get(port).name()) == outputs.get(port).depth()) {
                thread.count("output " + port);
                return false;
            }
        }
        for (int port = 0; port < outputs.size(); port++) {
            if ((word >> port & 1) == 1) {
                push(outputs.get(port));
            }
        }
        thread.pipeline.removeLast();
        boolean moved = word != BUBBLE;
        int entering = BUBBLE;
        if (thread.next == thread.steps.size()) {
            thread.count("after");
        } else {
            Step step = thread.steps.get(thread.next);
            String obstacle = obstacle(step, inputs, levels, values);
            if (obstacle.isEmpty()) {
                thread.classes.merge("busy", 1L, Long::sum);
                thread.next++;
                for (int port = 0; port < inputs.size(); port++) {
                    if ((step.reads() >> port & 1) == 1) {
                        pop(inputs.get(port));
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

    private static String obstacle(Step step, List<Channel> inputs, Map<String, Integer> levels, int[] values) {
        for (int port = 0; port < inputs.size(); port++) {
            if ((step.reads() >> port & 1) == 1 && levels.get(inputs.get(port).name()) == 0) {
                return "input " + port;
            }
        }
        boolean enough = step.needs().stream().allMatch(need -> values[need.counter()] >= need.amount());
        return enough ? "" : "counter";
    }

    private void push(Channel channel) {
        channels.get(channel.name()).addLast(cycle);
        entered.get(channel.name()).add(cycle);
    }

    private void pop(Channel channel) {
        channels.get(channel.name()).removeFirst();
        left.get(channel.name()).add(cycle);
    }
}
