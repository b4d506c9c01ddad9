package narrowband.hdl.simulation;

import java.util.Arrays;

/** Where the variables of one piece of compiled code lie: in locals of the Java machine, or in the state. */
final class Places {
    private final Graph graph;
    private final Slots slots;
    private final int[] locals;
    private final int[] held;
    private final int[] aside;
    private final int[] memories;

    Places(Graph graph, Slots slots, int memories) {
        this.graph = graph;
        this.slots = slots;
        locals = new int[graph.size()];
        held = new int[graph.size()];
        aside = new int[graph.size()];
        this.memories = new int[memories];
        Arrays.fill(locals, -1);
        Arrays.fill(held, -1);
        Arrays.fill(aside, -1);
        Arrays.fill(this.memories, -1);
    }

    /** The local of a value of at most 64 bits, or -1. */
    int local(int number) {
        return locals[number];
    }

    void local(int number, int index) {
        locals[number] = index;
    }

    /** The first word of a variable in the state, or -1. */
    int slot(int number) {
        return held[number] >= 0 ? held[number] : graph.constant(number) ? slots.constant(number) : slots.at(number);
    }

    /** Gives a held value room in the state. */
    void slotFor(int number) {
        if (held[number] < 0) {
            held[number] = slots.allocate(graph.words(number));
        }
    }

    /** Where a new value waits: a local for at most 64 bits where {@link #aside(int, int)} has said so, else a slot. */
    int aside(int number) {
        return aside[number];
    }

    void aside(int number, int place) {
        aside[number] = place;
    }

    /** The local that refers to a memory, or -1. */
    int memory(int number) {
        return memories[number];
    }

    void memory(int number, int index) {
        memories[number] = index;
    }
}
