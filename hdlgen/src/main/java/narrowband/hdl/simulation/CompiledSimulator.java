package narrowband.hdl.simulation;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.SynchronousRead;

/**
 * A design compiled to bytecode: what to use for long runs. Equal to the {@link Interpreter} in every signal and cycle. An edge computes only what registers and memories
 * need; what is peeked is computed when it is peeked.
 */
public final class CompiledSimulator extends Simulator {
    /** Edges of a large design before it is compiled. */
    private static final int WALKED = 2;

    private final FlatNetlist netlist;
    private final Graph graph;
    private final Slots slots;
    private final ProgramCompiler compiler;
    private final long[][] memories;
    private final Observation observation;
    private final boolean large;
    private int walked;
    private final Edges edges;
    private final Map<Edges.Kind, Program> programs = new HashMap<>();
    private Program present;
    private Edges.Kind presentKind;
    private long[] state;
    private long resets;

    /** A design at power up. */
    public CompiledSimulator(FlatNetlist netlist) {
        this(netlist, PowerUp.declared());
    }

    /** A design that starts as {@code start} says. */
    public CompiledSimulator(FlatNetlist netlist, PowerUp start) {
        this(netlist, start, ProgramCompiler.Sizes.USUAL);
    }

    /** A design compiled in forms that {@code sizes} choose. */
    CompiledSimulator(FlatNetlist netlist, PowerUp start, ProgramCompiler.Sizes sizes) {
        super(netlist);
        if (start.isAdverse()) {
            throw new IllegalArgumentException("what collides is only interpreted: Simulator.of(design, start)");
        }
        this.netlist = netlist;
        graph = new Graph(netlist);
        slots = new Slots(graph, netlist);
        edges = new Edges(netlist, graph, slots);
        compiler = new ProgramCompiler(netlist, graph, slots, sizes);
        observation = new Observation(graph, slots);
        large = graph.size() >= sizes.large();
        state = slots.grown(new long[0]);
        memories = new long[netlist.memories().size()][];
        powerUp(start);
    }

    private void powerUp(PowerUp start) {
        for (Net register : netlist.registers()) {
            put(register, start.value(register.width(), register.initial()));
        }
        for (SynchronousRead read : netlist.reads()) {
            put(read, start.value(read.width(), BigInteger.ZERO));
        }
        for (MemoryBlock memory : netlist.memories()) {
            int words = Words.count(memory.width());
            long[] contents = new long[Math.multiplyExact(memory.depth(), words)];
            for (int i = 0; i < memory.depth(); i++) {
                BigInteger word = memory.contents().isEmpty()
                        ? start.value(memory.width(), BigInteger.ZERO)
                        : memory.contents().get(i);
                Words.store(contents, i * words, memory.width(), word);
            }
            memories[graph.memory(memory)] = contents;
        }
    }

    private void put(Node source, BigInteger value) {
        Words.store(state, slots.at(graph.number(source)), source.width(), value);
    }

    @Override
    long advance(long clocks, long cycles, Node until) {
        int end = until == null ? -1 : graph.number(until);
        state[slots.verdict()] = 0;
        if (present != null && presentKind.clocks() == clocks && presentKind.until() == end) {
            return run(present, clocks, cycles);
        }
        Edges.Kind kind = new Edges.Kind(clocks, end);
        long done = 0;
        Program program = programs.get(kind);
        if (program == null) {
            List<Step> steps = edges.steps(kind);
            Program walk = new Walk(graph, slots, observation, steps);
            for (; large && walked < WALKED && done < cycles; walked++, done++) {
                if (run(walk, clocks, 1) == 0) {
                    return done;
                }
            }
            if (done == cycles) {
                return done;
            }
            program = compiled(steps);
            programs.put(kind, program);
        }
        presentKind = kind;
        present = program;
        return done + run(program, clocks, cycles - done);
    }

    private long run(Program program, long clocks, long cycles) {
        if ((resets & clocks) == 0) {
            long done = program.run(state, memories, cycles);
            observation.edge();
            return done;
        }
        long done = 0;
        while (done < cycles && program.run(state, memories, 1) == 1) {
            done++;
            for (Net register : edges.resettable(resets & clocks)) {
                put(register, register.initial());
            }
        }
        observation.edge();
        return done;
    }

    @Override
    int failed() {
        return (int) state[slots.verdict()] - Edges.FIRST_CHECK;
    }

    @Override
    void resets(long active) {
        resets = active;
        edges.resets(state, active);
    }

    @Override
    long covered(int check) {
        return state[edges.counter(check)];
    }

    private Program compiled(List<Step> steps) {
        Program program = compiler.compile(steps);
        state = slots.grown(state);
        return program;
    }

    @Override
    void write(Net input, BigInteger value) {
        int at = slots.at(graph.number(input));
        boolean changed = false;
        for (int i = 0; i < Words.count(input.width()); i++) {
            long word = i == 0 ? value.longValue() : value.shiftRight(64 * i).longValue();
            changed |= state[at + i] != word;
            state[at + i] = word;
        }
        if (changed) {
            observation.poke();
        }
    }

    @Override
    BigInteger read(Node reference) {
        int number = graph.number(reference);
        if (graph.constant(number)) {
            return graph.value(number);
        }
        if (!graph.computed(number)) {
            return slots.load(state, number);
        }
        observe(number);
        return observation.value(number, state, memories);
    }

    @Override
    void copy(Node reference, long[] to, int at) {
        int number = graph.number(reference);
        int slot = graph.constant(number) ? -1 : slots.at(number);
        if (graph.computed(number)) {
            observe(number);
            slot = observation.slot(number, state, memories);
        }
        if (slot >= 0) {
            System.arraycopy(state, slot, to, at, graph.words(number));
        } else {
            Words.store(to, at, reference.width(), read(reference));
        }
    }

    private void observe(int number) {
        if (observation.compiles(number)) {
            observation.program(compiled(observation.steps()));
        }
    }
}
