package narrowband.hdl.simulation;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;

/** Bytecode for the steps of a cycle. */
final class StepCode {
    /** Operations up to which a memory's port is used in every cycle, with the old word where it is not enabled, rather than behind a branch that may be guessed wrong. */
    private static final int CHEAP = 3;

    private final Graph graph;
    private final Slots slots;
    private final Places places;
    private final WordCode words;
    private final Jumps jumps;
    private final CodeBuilder code;
    private final boolean resident;
    private final Label halt;

    /**
     * Emits into the code of {@code words}.
     *
     * @param resident whether registers of at most 64 bits live in locals rather than in the state
     * @param halt where a run that ends goes on
     */
    StepCode(WordCode words, Slots slots, boolean resident, Label halt) {
        this.words = words;
        this.slots = slots;
        this.resident = resident;
        this.halt = halt;
        graph = words.graph;
        places = words.places;
        code = words.code;
        jumps = words.narrow().jumps();
    }

    void emit(Step step) {
        switch (step) {
            case Step.Hold hold -> hold(hold);
            case Step.Advance advance -> advance(advance);
            case Step.Fetch fetch -> fetch(fetch);
            case Step.Commit commit -> commit(commit.source());
            case Step.Write write -> write(write);
            case Step.Halt stop -> stop(stop);
            case Step.Count count -> count(count);
            case Step.Show show -> copy(show.value(), show.slot());
        }
    }

    private void hold(Step.Hold hold) {
        int value = hold.value();
        int local = places.local(value);
        int slot = places.slot(value);
        if (graph.words(value) == 1) {
            if (local >= 0) {
                words.definition(value, 0, true);
                code.lstore(local);
            }
            if (slot >= 0) {
                code.aload(0).loadConstant(slot);
                if (local >= 0) {
                    code.lload(local);
                } else {
                    words.definition(value, 0, true);
                }
                code.lastore();
            }
        } else if (words.cone.whole(value)) {
            words.store(value, slot);
        } else {
            for (int word = hold.from(); word < Math.min(graph.words(value), hold.to()); word++) {
                code.aload(0).loadConstant(slot + word);
                words.definition(value, word, true);
                code.lastore();
            }
        }
    }

    private boolean local(int source) {
        return resident && graph.words(source) == 1;
    }

    private void advance(Step.Advance advance) {
        int register = advance.register();
        if (local(register)) {
            words.value(advance.driver(), true);
            code.lstore(advance.aside() ? places.aside(register) : places.local(register));
        } else {
            copy(advance.driver(), advance.aside() ? places.aside(register) : slots.at(register));
        }
    }

    /** Puts a value into the state. All its words are computed before the first is stored, as it may read what it replaces. */
    private void copy(int value, int slot) {
        int count = graph.words(value);
        for (int word = 0; word < count; word++) {
            code.aload(0).loadConstant(slot + word);
            words.word(value, word);
        }
        for (int word = 0; word < count; word++) {
            code.lastore();
        }
    }

    private void fetch(Step.Fetch fetch) {
        int port = fetch.port();
        boolean always = graph.constant(fetch.enable());
        if (graph.words(port) > 1) {
            int at = slots.at(port);
            Label end = code.newLabel();
            if (fetch.aside()) {
                copy(port, places.aside(port));
                at = places.aside(port);
            }
            if (!always) {
                jumps.on(fetch.enable(), end, false);
            }
            if (!always || graph.value(fetch.enable()).signum() != 0) {
                words.wideRead(fetch.memory(), fetch.address(), at);
            }
            code.labelBinding(end);
            return;
        }
        boolean inLocal = local(port);
        if (!inLocal) {
            code.aload(0).loadConstant(fetch.aside() ? places.aside(port) : slots.at(port));
        }
        if (always) {
            if (graph.value(fetch.enable()).signum() != 0) {
                words.narrowRead(fetch.memory(), fetch.address());
            } else {
                words.value(port, true);
            }
        } else if (words.reaches(fetch.address(), fetch.memory()) && words.cone.sizeInPlace(fetch.address()) <= CHEAP) {
            words.value(port, true);
            code.dup2();
            words.narrowRead(fetch.memory(), fetch.address());
            code.lxor();
            words.value(fetch.enable(), true);
            code.lneg().land().lxor();
        } else {
            Label keep = code.newLabel();
            Label end = code.newLabel();
            jumps.on(fetch.enable(), keep, false);
            words.narrowRead(fetch.memory(), fetch.address());
            code.goto_(end).labelBinding(keep);
            words.value(port, true);
            code.labelBinding(end);
        }
        if (inLocal) {
            code.lstore(fetch.aside() ? places.aside(port) : places.local(port));
        } else {
            code.lastore();
        }
    }

    private void commit(int source) {
        int aside = places.aside(source);
        if (local(source)) {
            code.lload(aside).lstore(places.local(source));
            return;
        }
        for (int word = 0; word < graph.words(source); word++) {
            code.aload(0).loadConstant(slots.at(source) + word);
            code.aload(0).loadConstant(aside + word).laload();
            code.lastore();
        }
    }

    private void write(Step.Write write) {
        boolean always = graph.constant(write.enable());
        if (always && graph.value(write.enable()).signum() == 0) {
            return;
        }
        int count = graph.words(write.data());
        boolean inside = words.reaches(write.address(), write.memory());
        boolean cheap = words.cone.sizeInPlace(write.address()) + words.cone.sizeInPlace(write.data()) <= CHEAP;
        if (!always && inside && cheap && count == 1) {
            words.memory(write.memory());
            words.value(write.address(), true);
            code.l2i().dup2().laload();
            code.dup2();
            words.value(write.data(), true);
            code.lxor();
            words.value(write.enable(), true);
            code.lneg().land().lxor().lastore();
            return;
        }
        Label end = code.newLabel();
        if (!always) {
            jumps.on(write.enable(), end, false);
        }
        if (!inside) {
            words.value(write.address(), true);
            code.loadConstant((long) write.memory().depth()).lcmp().ifge(end);
        }
        for (int word = 0; word < count; word++) {
            words.memory(write.memory());
            words.value(write.address(), true);
            code.l2i();
            if (count > 1) {
                code.loadConstant(count).imul().loadConstant(word).iadd();
            }
            words.word(write.data(), word);
        }
        for (int word = 0; word < count; word++) {
            code.lastore();
        }
        code.labelBinding(end);
    }

    private void stop(Step.Halt stop) {
        Label end = code.newLabel();
        skipWhile(stop.unless(), end);
        jumps.on(stop.value(), end, !stop.wanted());
        code.aload(0)
                .loadConstant(slots.verdict())
                .loadConstant((long) stop.verdict())
                .lastore()
                .goto_(halt)
                .labelBinding(end);
    }

    private void count(Step.Count count) {
        Label end = code.newLabel();
        skipWhile(count.unless(), end);
        code.aload(0).loadConstant(count.slot()).dup2().laload();
        words.value(count.value(), true);
        code.ladd().lastore().labelBinding(end);
    }

    private void skipWhile(int slot, Label end) {
        if (slot >= 0) {
            code.aload(0).loadConstant(slot).laload().l2i().ifne(end);
        }
    }
}
