package narrowband.hdl.simulation;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import narrowband.hdl.ir.AsynchronousRead;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.Operator;

/** Bytecode that computes one 64-bit word of a node and leaves it on the stack. Local 0 holds the state, local 1 the memories. */
final class WordCode {
    static final ClassDesc LONGS = ConstantDescs.CD_long.arrayType();
    static final ClassDesc MEMORIES = LONGS.arrayType();
    static final ClassDesc WORDS = ClassDesc.of("narrowband.hdl.simulation.Words");
    private static final ClassDesc LONG_BOX = ClassDesc.of("java.lang.Long");
    private static final ClassDesc J = ConstantDescs.CD_long;
    private static final ClassDesc I = ConstantDescs.CD_int;
    private static final MethodTypeDesc SHIFT = MethodTypeDesc.of(J, J, J);
    private static final MethodTypeDesc COMPARE = MethodTypeDesc.of(J, LONGS, I, I, I);
    private static final MethodTypeDesc THREE_ADDRESS = MethodTypeDesc.of(ConstantDescs.CD_void, LONGS, I, I, I, I);
    private static final MethodTypeDesc WIDE_SHIFT = MethodTypeDesc.of(ConstantDescs.CD_void, LONGS, I, I, J, I);

    private final FlatNetlist netlist;
    private final Slots slots;
    private final CodeBuilder code;

    WordCode(FlatNetlist netlist, Slots slots, CodeBuilder code) {
        this.netlist = netlist;
        this.slots = slots;
        this.code = code;
    }

    /** Computes a node that has a slot into its slot; only words [from, to) of it where it is computed word by word. */
    void store(Node node, int from, int to) {
        int at = slots.at(node);
        if (node instanceof AsynchronousRead read && read.width() > 64) {
            memory(read);
            word(read.address(), 0);
            code.aload(0).loadConstant(at).loadConstant(Words.count(read.width()));
            call("read", MethodTypeDesc.of(ConstantDescs.CD_void, LONGS, J, LONGS, I, I));
            return;
        }
        if (node instanceof Operation operation && operation.width() > 64 && Slots.kernel(operation)) {
            kernel(operation, at);
            return;
        }
        for (int word = from; word < to; word++) {
            code.aload(0).loadConstant(at + word);
            definition(node, word);
            code.lastore();
        }
    }

    private void kernel(Operation operation, int at) {
        code.aload(0).loadConstant(at).loadConstant(slot(operation.operand(0)));
        switch (operation.operator()) {
            case ADD, SUBTRACT, MULTIPLY -> {
                code.loadConstant(slot(operation.operand(1))).loadConstant(operation.width());
                call(operation.operator().name().toLowerCase(java.util.Locale.ROOT), THREE_ADDRESS);
            }
            default -> {
                word(operation.operand(1), 0);
                code.loadConstant(operation.width());
                call(shifting(operation.operator()), WIDE_SHIFT);
            }
        }
    }

    private static String shifting(Operator operator) {
        return switch (operator) {
            case SHIFT_LEFT -> "shiftLeft";
            case SHIFT_RIGHT -> "shiftRight";
            default -> "signedShiftRight";
        };
    }

    private int slot(Node node) {
        return slots.at(netlist.source(node));
    }

    private void memory(AsynchronousRead read) {
        code.aload(1).loadConstant(slots.memory(read.memory())).aaload();
    }

    private void call(String name, MethodTypeDesc type) {
        code.invokestatic(WORDS, name, type);
    }

    /** Pushes word {@code index} of a node; 0 beyond its last word. */
    void word(Node reference, int index) {
        Node node = netlist.source(reference);
        if (index >= Words.count(node.width())) {
            code.lconst_0();
        } else if (node instanceof Constant constant) {
            code.loadConstant(constant.value().shiftRight(64 * index).longValue());
        } else if (slots.at(node) >= 0) {
            code.aload(0).loadConstant(slots.at(node) + index).laload();
        } else {
            definition(node, index);
        }
    }

    private void definition(Node node, int index) {
        switch (node) {
            case AsynchronousRead read -> {
                memory(read);
                word(read.address(), 0);
                call("read", MethodTypeDesc.of(J, LONGS, J));
            }
            case Operation operation -> operation(operation, index);
            default -> throw new IllegalStateException("no slot for a stateful node");
        }
    }

    private void operation(Operation operation, int index) {
        Node a = operation.operand(0);
        switch (operation.operator()) {
            case ADD -> arithmetic(operation, CodeBuilder::ladd);
            case SUBTRACT -> arithmetic(operation, CodeBuilder::lsub);
            case MULTIPLY -> arithmetic(operation, CodeBuilder::lmul);
            case AND -> bitwise(operation, index, CodeBuilder::land);
            case OR -> bitwise(operation, index, CodeBuilder::lor);
            case XOR -> bitwise(operation, index, CodeBuilder::lxor);
            case NOT -> {
                word(a, index);
                boolean last = index == Words.count(operation.width()) - 1;
                code.loadConstant(last ? Words.mask(operation.width()) : -1L).lxor();
            }
            case EQUAL -> equal(operation, true);
            case NOT_EQUAL -> equal(operation, false);
            case LESS -> less(a, operation.operand(1), false, false);
            case LESS_OR_EQUAL -> less(operation.operand(1), a, false, true);
            case SIGNED_LESS -> less(a, operation.operand(1), true, false);
            case SIGNED_LESS_OR_EQUAL -> less(operation.operand(1), a, true, true);
            case SELECT -> select(operation, index);
            case CONCATENATE -> concatenate(operation, index);
            case EXTRACT -> extract(a, operation.low() + 64 * index, operation.width() - 64 * index);
            case ZERO_EXTEND -> word(a, index);
            case SIGN_EXTEND -> signExtend(operation, index);
            case SHIFT_LEFT -> shift(operation, "shiftLeft");
            case SHIFT_RIGHT -> shift(operation, "shiftRight");
            case SIGNED_SHIFT_RIGHT -> {
                word(a, 0);
                code.loadConstant(64 - operation.width()).lshl();
                code.loadConstant(64 - operation.width()).lshr();
                word(operation.operand(1), 0);
                call("signedShiftRight", SHIFT);
                mask(operation.width());
            }
            case REDUCE_AND -> reduceAnd(a);
            case REDUCE_OR -> {
                combine(a, CodeBuilder::lor);
                nonZero(true);
            }
            case REDUCE_XOR -> {
                combine(a, CodeBuilder::lxor);
                code.invokestatic(LONG_BOX, "bitCount", MethodTypeDesc.of(I, J))
                        .iconst_1()
                        .iand()
                        .i2l();
            }
            case COUNT_ONES -> {
                for (int word = 0; word < Words.count(a.width()); word++) {
                    word(a, word);
                    code.invokestatic(LONG_BOX, "bitCount", MethodTypeDesc.of(I, J));
                    if (word > 0) {
                        code.iadd();
                    }
                }
                code.i2l();
            }
        }
    }

    private interface Instruction {
        CodeBuilder on(CodeBuilder code);
    }

    private void mask(int width) {
        if (width < 64) {
            code.loadConstant(Words.mask(width)).land();
        }
    }

    private void arithmetic(Operation operation, Instruction instruction) {
        word(operation.operand(0), 0);
        word(operation.operand(1), 0);
        instruction.on(code);
        mask(operation.width());
    }

    private void bitwise(Operation operation, int index, Instruction instruction) {
        word(operation.operand(0), index);
        word(operation.operand(1), index);
        instruction.on(code);
    }

    private void combine(Node node, Instruction instruction) {
        for (int word = 0; word < Words.count(node.width()); word++) {
            word(node, word);
            if (word > 0) {
                instruction.on(code);
            }
        }
    }

    private void reduceAnd(Node node) {
        int words = Words.count(node.width());
        for (int word = 0; word < words; word++) {
            word(node, word);
            code.loadConstant(word == words - 1 ? Words.mask(node.width()) : -1L)
                    .lxor();
            if (word > 0) {
                code.lor();
            }
        }
        nonZero(false);
    }

    private void equal(Operation operation, boolean same) {
        for (int word = 0; word < Words.count(operation.operand(0).width()); word++) {
            word(operation.operand(0), word);
            word(operation.operand(1), word);
            code.lxor();
            if (word > 0) {
                code.lor();
            }
        }
        nonZero(!same);
    }

    /** Replaces a long by 1 or 0. */
    private void nonZero(boolean wanted) {
        code.lconst_0().lcmp();
        choose(wanted);
    }

    /** Replaces an int by 1 where it is not 0 (or, unwanted, where it is). */
    private void choose(boolean wanted) {
        Label no = code.newLabel();
        Label end = code.newLabel();
        if (wanted) {
            code.ifeq(no);
        } else {
            code.ifne(no);
        }
        code.lconst_1().goto_(end).labelBinding(no).lconst_0().labelBinding(end);
    }

    private void less(Node a, Node b, boolean signed, boolean inverted) {
        int width = a.width();
        if (width > 64) {
            code.aload(0).loadConstant(slot(a)).loadConstant(slot(b)).loadConstant(width);
            call(signed ? "signedLess" : "less", COMPARE);
            if (inverted) {
                code.lconst_1().lxor();
            }
            return;
        }
        compareOperand(a, width, signed);
        compareOperand(b, width, signed);
        code.lcmp();
        Label no = code.newLabel();
        Label end = code.newLabel();
        if (inverted) {
            code.iflt(no);
        } else {
            code.ifge(no);
        }
        code.lconst_1().goto_(end).labelBinding(no).lconst_0().labelBinding(end);
    }

    /** Signed order of the pushed values is the order wanted of the node's values. */
    private void compareOperand(Node node, int width, boolean signed) {
        word(node, 0);
        if (signed && width < 64) {
            code.loadConstant(64 - width).lshl();
        } else if (!signed && width == 64) {
            code.loadConstant(Long.MIN_VALUE).lxor();
        }
    }

    private void select(Operation operation, int index) {
        Label other = code.newLabel();
        Label end = code.newLabel();
        word(operation.operand(0), 0);
        code.lconst_0().lcmp().ifeq(other);
        word(operation.operand(1), index);
        code.goto_(end).labelBinding(other);
        word(operation.operand(2), index);
        code.labelBinding(end);
    }

    private void concatenate(Operation operation, int index) {
        int from = 64 * index;
        int to = from + 64;
        int low = 0;
        boolean first = true;
        for (Node part : operation.operands().reversed()) {
            int high = low + part.width();
            boolean zero = netlist.source(part) instanceof Constant constant && constant.isZero();
            if (low < to && high > from && !zero) {
                if (low >= from) {
                    word(part, 0);
                    if (low > from) {
                        code.loadConstant(low - from).lshl();
                    }
                } else {
                    window(part, from - low);
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

    /** Pushes the 64 bits of {@code node} from bit {@code low} on, zeros above its width. */
    private void window(Node node, int low) {
        int bits = low & 63;
        word(node, low >>> 6);
        if (bits != 0) {
            code.loadConstant(bits).lushr();
            if ((low >>> 6) + 1 < Words.count(node.width())) {
                word(node, (low >>> 6) + 1);
                code.loadConstant(64 - bits).lshl().lor();
            }
        }
    }

    private void extract(Node node, int low, int width) {
        boolean crosses = (low & 63) + Math.min(width, 64) > 64;
        if (crosses) {
            window(node, low);
        } else {
            word(node, low >>> 6);
            if ((low & 63) != 0) {
                code.loadConstant(low & 63).lushr();
            }
        }
        mask(width);
    }

    private void signExtend(Operation operation, int index) {
        Node a = operation.operand(0);
        int top = Words.count(a.width()) - 1;
        if (index < top) {
            word(a, index);
            return;
        }
        int unused = -a.width() & 63;
        word(a, top);
        if (unused > 0) {
            code.loadConstant(unused).lshl();
        }
        if (index > top) {
            code.loadConstant(63).lshr();
        } else if (unused > 0) {
            code.loadConstant(unused).lshr();
        }
        if (index == Words.count(operation.width()) - 1) {
            long mask = Words.mask(operation.width());
            if (mask != -1L) {
                code.loadConstant(mask).land();
            }
        }
    }

    private void shift(Operation operation, String name) {
        word(operation.operand(0), 0);
        word(operation.operand(1), 0);
        call(name, SHIFT);
        mask(operation.width());
    }
}
