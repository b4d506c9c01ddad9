package narrowband.sim.stepped;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.sim.cycle.OutsideWorld;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.stepped.SteppedLayout.Place;

/** A run of a {@link SteppingLoop}: its state, and what it calls for where something changes that does not in most cycles. */
final class CompiledStepping {
    /** Cycles that a loop runs at most before their causes are counted. */
    static final int TOGETHER = 1024;

    private static final long NEVER = 1L << SteppedLayout.NEVER;

    private final StateSlots slots;
    private final long[] state;
    /** By word and then by cycle, what kept processes from working that had begun and had not ended. */
    private final long[][] causes;

    private final BitTally[] tallies;
    private final List<Place> places;
    private final CompiledProcess[] processes;
    private final CompiledFifos fifos;
    private final CompiledCounters counters;
    private final OutsideWorld world;
    /** By stream of the world outside: the slots of what it moves and of what keeps it from that, and its bit there. */
    private final int[] movedSlots = new int[StateSlots.STREAMS];

    private final int[] keptSlots = new int[StateSlots.STREAMS];
    private final long[] bits = new long[StateSlots.STREAMS];
    private final int endedSlot;
    private final int endedWords;
    private int working;
    /** Cycles that are over, and the last in which words moved. */
    private long cycles;

    private long lastChange = -1;

    CompiledStepping(Accelerator accelerator, SteppedLayout layout, Stimulus stimulus) {
        slots = StateSlots.of(layout);
        endedSlot = slots.ended(0);
        endedWords = slots.endedWords();
        state = new long[slots.size()];
        for (int word = 0; word < layout.words(); word++) {
            state[slots.empty(word)] = NEVER;
            state[slots.full(word)] = NEVER;
        }
        causes = new long[layout.words()][TOGETHER];
        tallies = Stream.generate(BitTally::new).limit(layout.words()).toArray(BitTally[]::new);
        places = layout.places();
        processes = new CompiledProcess[slots.processes()];
        int port = 0;
        for (int p = 0; p < processes.length; p++) {
            processes[p] = new CompiledProcess(layout, p, port, stimulus.images(), state);
            port += layout.workers().get(p).written().length;
        }
        working = processes.length;
        fifos = new CompiledFifos(accelerator.channels(), places, slots, state);
        counters = new CompiledCounters(layout, slots, state);
        world = new OutsideWorld(accelerator, stimulus);
        join(OutsideWorld.IMAGE, accelerator, accelerator.input());
        accelerator.weights().ifPresent(channel -> join(OutsideWorld.WEIGHTS, accelerator, channel));
        join(OutsideWorld.RESULT, accelerator, accelerator.output());
    }

    private void join(int stream, Accelerator accelerator, Channel channel) {
        Place place = places.get(accelerator.channels().indexOf(channel));
        boolean out = stream == OutsideWorld.RESULT;
        movedSlots[stream] = out ? slots.popped(place.word()) : slots.pushed(place.word());
        keptSlots[stream] = out ? slots.empty(place.word()) : slots.full(place.word());
        bits[stream] = place.mask();
        state[slots.waits(stream)] = world.isSteady(stream) ? place.mask() : 0;
    }

    /** Runs the next cycles; whether in them some process fired, or some word moved or could have. */
    boolean run(SteppingLoop loop) {
        long firings = firings();
        int count = loop.run(state, this, cycles, TOGETHER, causes);
        for (int word = 0; word < causes.length; word++) {
            tallies[word].add(causes[word], count);
        }
        boolean moved = Math.max(lastChange, world.lastMove()) >= cycles || firings() > firings;
        cycles += count;
        return moved;
    }

    private long firings() {
        long sum = 0;
        for (CompiledProcess process : processes) {
            sum += process.firings();
        }
        return sum;
    }

    /**
     * Ends a cycle in which words moved, streams could, or processes ended what was granted.
     *
     * @param streams which streams of the world outside could move, as far as the design knows
     * @return whether all is done
     */
    boolean tick(long cycle, long streams) {
        for (int i = 0; i < endedWords; i++) {
            for (long ended = state[endedSlot + i]; ended != 0; ended &= ended - 1) {
                if (!processes[Long.SIZE * i + Long.numberOfTrailingZeros(ended)].next(cycle, counters)) {
                    working--;
                }
            }
        }
        if (streams != 0) {
            move(streams, cycle);
        }
        if (fifos.tick(cycle)) {
            lastChange = cycle;
        }
        return working == 0 && isDone();
    }

    /** Streams move if their patterns and the memory let them. */
    private void move(long streams, long cycle) {
        world.begin(cycle);
        for (long left = streams; left != 0; left &= left - 1) {
            int stream = Long.numberOfTrailingZeros(left);
            if (world.step(stream, cycle, (state[keptSlots[stream]] & bits[stream]) == 0)) {
                state[movedSlots[stream]] |= bits[stream];
                if (world.isDone(stream) && state[slots.waits(stream)] != 0) {
                    state[slots.waits(stream)] = NEVER;
                }
            }
        }
    }

    /** Whether all work is done. */
    boolean isDone() {
        return working == 0
                && world.isDone()
                && IntStream.range(0, slots.ports()).allMatch(port -> state[slots.pipe(port)] == 0);
    }

    Simulation simulation() {
        return world.simulation(
                cycles,
                Arrays.stream(processes)
                        .map(process -> process.activity(cycles, places, tallies))
                        .toList(),
                fifos.activities(cycles));
    }
}
