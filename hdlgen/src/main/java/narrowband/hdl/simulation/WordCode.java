package narrowband.hdl.simulation;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Locale;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.Operator;

/** Bytecode that computes one 64-bit word of a value and leaves it on the stack. Local 0 holds the state, local 1 the memories. */
final class WordCode {
    static final ClassDesc LONGS = ConstantDescs.CD_long.arrayType();
    static final ClassDesc MEMORIES = LONGS.arrayType();
    static final ClassDesc J = ConstantDescs.CD_long;
    static final ClassDesc I = ConstantDescs.CD_int;
    private static final ClassDesc WORDS = ClassDesc.of("narrowband.hdl.simulation.Words");
    private static final MethodTypeDesc COMPARE = MethodTypeDesc.of(J, LONGS, I, I, I);
    private static final MethodTypeDesc THREE_ADDRESS = MethodTypeDesc.of(ConstantDescs.CD_void, LONGS, I, I, I, I);
    private static final MethodTypeDesc WIDE_SHIFT = MethodTypeDesc.of(ConstantDescs.CD_void, LONGS, I, I, J, I);
    private static final MethodTypeDesc WIDE_READ = MethodTypeDesc.of(ConstantDescs.CD_void, LONGS, J, LONGS, I, I);

    final Graph graph;
    final Cone cone;
    final Places places;
    final CodeBuilder code;
    private final NarrowCode narrow;

    WordCode(Graph graph, Cone cone, Places places, CodeBuilder code) {
        this.graph = graph;
        this.cone = cone;
        this.places = places;
        this.code = code;
        narrow = new NarrowCode(this);
    }

    NarrowCode narrow() {
        return narrow;
    }

    /** Pushes a value of at most 64 bits; where not {@code exact}, bits above its width may be anything. */
    void value(int number, boolean exact) {
        if (graph.constant(number)) {
            code.loadConstant(graph.value(number).longValue());
        } else if (places.local(number) >= 0) {
            code.lload(places.local(number));
        } else if (places.slot(number) >= 0) {
            code.aload(0).loadConstant(places.slot(number)).laload();
        } else {
            definition(number, 0, exact);
        }
    }

    /** Pushes word {@code index} of a value; 0 beyond its last word. */
    void word(int number, int index) {
        if (index >= graph.words(number)) {
            code.lconst_0();
        } else if (graph.words(number) == 1) {
            value(number, true);
        } else if (graph.constant(number)) {
            code.loadConstant(graph.value(number).shiftRight(64 * index).longValue());
        } else if (places.slot(number) >= 0) {
            code.aload(0).loadConstant(places.slot(number) + index).laload();
        } else {
            definition(number, index, true);
        }
    }

    /** Pushes word {@code index} of what a computed value computes. */
    void definition(int number, int index, boolean exact) {
        if (graph.node(number) instanceof AsynchronousRead read) {
            narrowRead(read.memory(), graph.operands(number)[0]);
        } else if (graph.words(number) == 1) {
            narrow.operation(number, exact);
        } else {
            wide(number, (Operation) graph.node(number), index);
        }
    }

    /** Computes a value for which {@link Cone#whole} holds into the slot {@code at}. */
    void store(int number, int at) {
        int[] operands = graph.operands(number);
        if (graph.node(number) instanceof AsynchronousRead read) {
            wideRead(read.memory(), operands[0], at);
            return;
        }
        Operation operation = (Operation) graph.node(number);
        code.aload(0).loadConstant(at).loadConstant(places.slot(operands[0]));
        switch (operation.operator()) {
            case ADD, SUBTRACT, MULTIPLY -> {
                code.loadConstant(places.slot(operands[1])).loadConstant(operation.width());
                call(operation.operator().name().toLowerCase(Locale.ROOT), THREE_ADDRESS);
            }
            default -> {
                value(operands[1], true);
                code.loadConstant(operation.width());
                call(shifting(operation.operator()), WIDE_SHIFT);
            }
        }
    }

    static String shifting(Operator operator) {
        return switch (operator) {
            case SHIFT_LEFT -> "shiftLeft";
            case SHIFT_RIGHT -> "shiftRight";
            default -> "signedShiftRight";
        };
    }

    /** Pushes a reference to a memory. */
    void memory(MemoryBlock memory) {
        int number = graph.memory(memory);
        if (places.memory(number) >= 0) {
            code.aload(places.memory(number));
        } else {
            code.aload(1).loadConstant(number).aaload();
        }
    }

    /** Pushes a word of a memory of at most 64 bits; 0 beyond its depth. */
    void narrowRead(MemoryBlock memory, int address) {
        memory(memory);
        value(address, true);
        if (reaches(address, memory)) {
            code.l2i().laload();
        } else {
            call("read", MethodTypeDesc.of(J, LONGS, J));
        }
    }

    /** Copies a word of a wide memory into the state. */
    void wideRead(MemoryBlock memory, int address, int at) {
        memory(memory);
        value(address, true);
        code.aload(0).loadConstant(at).loadConstant(Words.count(memory.width()));
        call("read", WIDE_READ);
    }

    /** Whether no address lies beyond the memory's depth. */
    boolean reaches(int address, MemoryBlock memory) {
        return graph.bits(address) < 31 && 1L << graph.bits(address) <= memory.depth();
    }

    void call(String name, MethodTypeDesc type) {
        code.invokestatic(WORDS, name, type);
    }

    void compareWide(String name, int a, int b) {
        code.aload(0).loadConstant(places.slot(a)).loadConstant(places.slot(b)).loadConstant(graph.width(a));
        call(name, COMPARE);
    }

    private void wide(int number, Operation operation, int index) {
        int[] operands = graph.operands(number);
        int a = operands[0];
        switch (operation.operator()) {
            case AND -> bitwise(operands, index).land();
            case OR -> bitwise(operands, index).lor();
            case XOR -> bitwise(operands, index).lxor();
            case NOT -> {
                word(a, index);
                boolean last = index == graph.words(number) - 1;
                code.loadConstant(last ? Words.mask(operation.width()) : -1L).lxor();
            }
            case SELECT ->
                narrow.select(operands[0], () -> word(operands[1], index), () -> word(operands[2], index), number);
            case CONCATENATE -> concatenate(number, index);
            case EXTRACT -> extract(a, operation.low() + 64 * index, operation.width() - 64 * index);
            case ZERO_EXTEND -> word(a, index);
            case SIGN_EXTEND -> signExtend(operation, a, index);
            default -> throw new IllegalStateException(operation.operator() + " is no operation word by word");
        }
    }

    private CodeBuilder bitwise(int[] operands, int index) {
        word(operands[0], index);
        word(operands[1], index);
        return code;
    }

    /** Pushes word {@code index} of a concatenation of any width. */
    void concatenate(int number, int index) {
        int from = 64 * index;
        int to = from + 64;
        int low = 0;
        boolean first = true;
        int[] parts = graph.operands(number);
        for (int i = parts.length - 1; i >= 0; i--) {
            int part = parts[i];
            int high = low + graph.width(part);
            boolean zero = graph.constant(part) && graph.value(part).signum() == 0;
            if (low < to && high > from && !zero) {
                if (low < from) {
                    window(part, from - low);
                } else {
                    word(part, 0);
                    if (low > from) {
                        code.loadConstant(low - from).lshl();
                    }
                }
                if (!first) {
                    code.lor();
                }
                first = false;
            }
            low = high;
        }
        if (first) {
            code.lconst_0();
        }
    }

    /** Pushes the 64 bits from bit {@code low} on, zeros above the value's width. */
    private void window(int number, int low) {
        int bits = low & 63;
        word(number, low >>> 6);
        if (bits != 0) {
            code.loadConstant(bits).lushr();
            if ((low >>> 6) + 1 < graph.words(number)) {
                word(number, (low >>> 6) + 1);
                code.loadConstant(64 - bits).lshl().lor();
            }
        }
    }

    /** Pushes at most 64 bits from bit {@code low} of a value of several words on. */
    void extract(int number, int low, int width) {
        int taken = Math.min(width, 64);
        if ((low & 63) + taken > 64) {
            window(number, low);
        } else {
            word(number, low >>> 6);
            if ((low & 63) != 0) {
                code.loadConstant(low & 63).lushr();
            }
        }
        boolean clean = low + taken >= graph.width(number) || (low & 63) + taken == 64;
        if (taken < 64 && !clean) {
            code.loadConstant(Words.mask(taken)).land();
        }
    }

    private void signExtend(Operation operation, int a, int index) {
        int top = graph.words(a) - 1;
        if (index < top) {
            word(a, index);
            return;
        }
        int unused = -graph.width(a) & 63;
        word(a, top);
        if (unused > 0) {
            code.loadConstant(unused).lshl();
        }
        if (index > top) {
            code.loadConstant(63).lshr();
        } else if (unused > 0) {
            code.loadConstant(unused).lshr();
        }
        long mask = Words.mask(operation.width());
        if (index == Words.count(operation.width()) - 1 && mask != -1L) {
            code.loadConstant(mask).land();
        }
    }
}
