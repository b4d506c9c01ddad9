package narrowband.sim.stepped;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.stream.IntStream;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.sim.cycle.OutsideWorld;
import narrowband.sim.stepped.SteppedLayout.Place;
import narrowband.sim.stepped.SteppedLayout.Worker;

/**
 * Bytecode of {@link SteppingLoop#run} for one design. In each cycle each process has a few instructions of its own: it looks at the
 * bits that can keep it from working, and either adds the first of them to the causes of the cycle, or fires. What follows from a
 * cycle in which words moved or a step ended is {@link CompiledStepping#tick}, the only call inside, so that the rest can stay in
 * registers.
 */
final class LoopCode {
    private static final ClassDesc STATE = ClassDesc.of("narrowband.sim.stepped.CompiledStepping");
    private static final ClassDesc I = ConstantDescs.CD_int;
    private static final ClassDesc J = ConstantDescs.CD_long;
    private static final ClassDesc Z = ConstantDescs.CD_boolean;

    static final MethodTypeDesc RUN =
            MethodTypeDesc.of(I, J.arrayType(), STATE, J, I, J.arrayType().arrayType());

    /** The arguments. */
    private static final int SLOTS = 1;

    private static final int STATE_AT = 2;
    private static final int FROM = 3;
    private static final int CYCLES = 5;
    private static final int CAUSES = 6;
    private static final int FIRST_FREE = 7;

    private final Accelerator accelerator;
    private final SteppedLayout layout;
    private final StateSlots slots;
    private final CodeBuilder code;
    private int locals = FIRST_FREE;
    private final int cycle = narrow();
    private final int missing = wide();
    private final int wanted = wide();
    private final int left = wide();
    /** Which streams of the world outside could move. */
    private final int streams = wide();

    private final Word[] words;
    /** Which processes have fired as often as was granted; by 64 of them. */
    private final int[] ended;
    /** The first of the locals for a process's pipelines, which begin behind all others. */
    private final int pipes;

    /** The locals of a word; the last is an array by cycle. */
    private record Word(int empty, int full, int pushed, int popped, int causes, int history) {}

    LoopCode(Accelerator accelerator, SteppedLayout layout, CodeBuilder code) {
        this.accelerator = accelerator;
        this.layout = layout;
        this.code = code;
        slots = StateSlots.of(layout);
        words = new Word[layout.words()];
        for (int word = 0; word < words.length; word++) {
            words[word] = new Word(wide(), wide(), wide(), wide(), wide(), narrow());
        }
        ended = IntStream.range(0, slots.endedWords()).map(_ -> wide()).toArray();
        pipes = locals;
    }

    private int narrow() {
        return locals++;
    }

    private int wide() {
        locals += 2;
        return locals - 2;
    }

    void emit() {
        for (int word = 0; word < words.length; word++) {
            code.aload(CAUSES).loadConstant(word).aaload().astore(words[word].history);
        }
        reload();
        Label head = code.newLabel();
        Label moved = code.newLabel();
        Label next = code.newLabel();
        Label end = code.newLabel();
        code.iconst_0().istore(cycle).labelBinding(head);
        for (Word word : words) {
            code.lconst_0().lstore(word.pushed);
            code.lconst_0().lstore(word.popped);
            code.lconst_0().lstore(word.causes);
        }
        for (int some : ended) {
            code.lconst_0().lstore(some);
        }
        code.lconst_0().lstore(streams);
        int port = 0;
        List<Worker> workers = layout.workers();
        for (int process = 0; process < workers.size(); process++) {
            step(process, workers.get(process), port);
            port += workers.get(process).written().length;
        }
        outside(OutsideWorld.IMAGE, accelerator.input());
        accelerator.weights().ifPresent(channel -> outside(OutsideWorld.WEIGHTS, channel));
        outside(OutsideWorld.RESULT, accelerator.output());
        for (int word = 0; word < words.length; word++) {
            code.aload(words[word].history).iload(cycle).lload(words[word].causes);
            slot(slots.counted(word)).laload().land().lastore();
        }
        code.lload(streams);
        for (int some : ended) {
            code.lload(some).lor();
        }
        for (Word word : words) {
            code.lload(word.pushed).lor().lload(word.popped).lor();
        }
        code.lconst_0().lcmp().ifne(moved);
        code.labelBinding(next).iinc(cycle, 1).iload(cycle).iload(CYCLES).if_icmplt(head);
        code.goto_(end).labelBinding(moved);
        tick();
        code.ifeq(next).iinc(cycle, 1);
        code.labelBinding(end).iload(cycle).ireturn();
    }

    private CodeBuilder slot(int number) {
        return code.aload(SLOTS).loadConstant(number);
    }

    private void reload() {
        for (int word = 0; word < words.length; word++) {
            slot(slots.empty(word)).laload().lstore(words[word].empty);
            slot(slots.full(word)).laload().lstore(words[word].full);
        }
    }

    private void step(int process, Worker worker, int port) {
        Word word = words[worker.word()];
        Label end = code.newLabel();
        int[] pipe = new int[worker.written().length];
        for (int j = 0; j < pipe.length; j++) {
            pipe[j] = pipes + 2 * j;
            slot(slots.pipe(port + j)).laload().lstore(pipe[j]);
        }
        for (int j = 0; j < pipe.length; j++) {
            Label bubble = code.newLabel();
            leaves(pipe[j], bubble);
            block(worker, j, end);
            if (pipe.length == 1) {
                push(output(worker, j));
            }
            code.labelBinding(bubble);
        }
        for (int j = 0; j < pipe.length && pipe.length > 1; j++) {
            Label bubble = code.newLabel();
            leaves(pipe[j], bubble);
            push(output(worker, j));
            code.labelBinding(bubble);
        }
        Label waits = code.newLabel();
        slot(slots.wanted(process)).laload().lstore(wanted);
        code.lload(wanted).lload(word.empty).land().lstore(missing);
        code.lload(missing).lconst_0().lcmp().ifne(waits);
        fire(process, word);
        for (int j = 0; j < pipe.length; j++) {
            slot(slots.pipe(port + j)).lload(pipe[j]).iconst_1().lushr();
            slot(slots.entry(port + j)).laload().lor().lastore();
        }
        code.goto_(end).labelBinding(waits);
        code.lload(word.causes)
                .lload(missing)
                .lload(missing)
                .lneg()
                .land()
                .lor()
                .lstore(word.causes);
        for (int j = 0; j < pipe.length; j++) {
            slot(slots.pipe(port + j)).lload(pipe[j]).iconst_1().lushr().lastore();
        }
        code.labelBinding(end);
    }

    /** Goes on elsewhere unless there is a word in the last stage. */
    private void leaves(int pipe, Label bubble) {
        code.lload(pipe).lconst_1().land().lconst_0().lcmp().ifeq(bubble);
    }

    /** Where a word is for a port whose channel is full, the process is blocked, and its cycle ends. */
    private void block(Worker worker, int port, Label end) {
        Label free = code.newLabel();
        Place output = output(worker, port);
        Place cause = worker.blocks()[port];
        code.lload(words[output.word()].full).loadConstant(output.mask()).land();
        code.lconst_0().lcmp().ifeq(free);
        set(words[cause.word()].causes, cause);
        code.goto_(end).labelBinding(free);
    }

    /** What is left is one less than what is granted, so that its sign says that this was the last. */
    private void fire(int process, Word word) {
        code.lload(word.popped).lload(wanted).lor().lstore(word.popped);
        slot(slots.left(process)).laload().lconst_1().lsub().lstore(left);
        slot(slots.left(process)).lload(left).lastore();
        int some = ended[process / Long.SIZE];
        code.lload(left)
                .loadConstant(Long.SIZE - 1)
                .lshr()
                .loadConstant(1L << process)
                .land();
        code.lload(some).lor().lstore(some);
    }

    private Place output(Worker worker, int port) {
        return layout.places().get(worker.outputs()[worker.written()[port]]);
    }

    private void set(int word, Place place) {
        code.lload(word).loadConstant(place.mask()).lor().lstore(word);
    }

    private void push(Place place) {
        set(words[place.word()].pushed, place);
    }

    /** A stream of the world outside could move, as far as the design knows. */
    private void outside(int stream, Channel channel) {
        Place place = layout.places().get(accelerator.channels().indexOf(channel));
        Word word = words[place.word()];
        Label end = code.newLabel();
        slot(slots.waits(stream)).laload().lload(stream == OutsideWorld.RESULT ? word.empty : word.full);
        code.land().lconst_0().lcmp().ifne(end);
        code.lload(streams).loadConstant(1L << stream).lor().lstore(streams).labelBinding(end);
    }

    /** Says what happened in the cycle, and leaves on the stack whether that was the last. */
    private void tick() {
        for (int word = 0; word < words.length; word++) {
            slot(slots.pushed(word)).lload(words[word].pushed).lastore();
            slot(slots.popped(word)).lload(words[word].popped).lastore();
        }
        for (int i = 0; i < ended.length; i++) {
            slot(slots.ended(i)).lload(ended[i]).lastore();
        }
        code.aload(STATE_AT).lload(FROM).iload(cycle).i2l().ladd().lload(streams);
        code.invokevirtual(STATE, "tick", MethodTypeDesc.of(Z, J, J));
        reload();
    }
}
