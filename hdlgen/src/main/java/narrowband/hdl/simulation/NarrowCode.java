package narrowband.hdl.simulation;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.Operator;

/**
 * Bytecode for operations whose result has at most 64 bits. Truth values are computed without branches, from signs of differences: a branch that the processor cannot
 * foresee costs more than a whole cycle of a small design.
 */
final class NarrowCode {
    private static final ClassDesc LONG_BOX = ClassDesc.of("java.lang.Long");
    /** Operations in both branches of a choice up to which both are computed and one is masked out. */
    private static final int CHEAP = 2;
    /** Operations from which on an operand of a conjunction is worth a branch around it. */
    private static final int LAZY = 4;

    private final WordCode words;
    private final Graph graph;
    private final CodeBuilder code;
    private final Masks masks;
    private final Jumps jumps;

    NarrowCode(WordCode words) {
        this.words = words;
        graph = words.graph;
        code = words.code;
        masks = new Masks(graph, words.cone);
        jumps = new Jumps(words, this);
    }

    /** Pushes the result; where not {@code exact}, bits above its width may be anything. */
    void operation(int number, boolean exact) {
        Operation operation = (Operation) graph.node(number);
        int[] operands = graph.operands(number);
        int a = operands[0];
        int b = operands.length > 1 ? operands[1] : -1;
        int width = operation.width();
        switch (operation.operator()) {
            case ADD -> {
                boolean fits = Math.max(graph.bits(a), graph.bits(b)) < width;
                binary(operands, exact && fits).ladd();
                mask(width, exact && !fits);
            }
            case SUBTRACT -> {
                binary(operands, false).lsub();
                mask(width, exact);
            }
            case MULTIPLY -> {
                boolean fits = graph.bits(a) + graph.bits(b) <= width;
                binary(operands, exact && fits).lmul();
                mask(width, exact && !fits);
            }
            case AND -> {
                if (width == 1 && costly(a, b)) {
                    lazy(a, b, false);
                } else {
                    boolean cleaned = exact && (graph.constant(a) || graph.constant(b));
                    boolean later = exact && !cleaned && masks.saved(number) > 1;
                    binary(operands, exact && !cleaned && !later).land();
                    mask(width, later);
                }
            }
            case OR -> {
                if (width == 1 && costly(a, b)) {
                    lazy(a, b, true);
                } else {
                    boolean later = exact && masks.saved(number) > 1;
                    binary(operands, exact && !later).lor();
                    mask(width, later);
                }
            }
            case XOR -> {
                boolean later = exact && masks.saved(number) > 1;
                binary(operands, exact && !later).lxor();
                mask(width, later);
            }
            case NOT -> {
                words.value(a, exact);
                code.loadConstant(exact ? Words.mask(width) : -1L).lxor();
            }
            case EQUAL -> equal(a, b, true);
            case NOT_EQUAL -> equal(a, b, false);
            case LESS -> less(a, b, false, false);
            case LESS_OR_EQUAL -> less(b, a, false, true);
            case SIGNED_LESS -> less(a, b, true, false);
            case SIGNED_LESS_OR_EQUAL -> less(b, a, true, true);
            case SELECT -> select(a, () -> words.value(b, exact), () -> words.value(operands[2], exact), number);
            case CONCATENATE -> words.concatenate(number, 0);
            case EXTRACT -> extract(a, operation.low(), width, exact);
            case ZERO_EXTEND -> words.value(a, true);
            case SIGN_EXTEND -> {
                signed(a);
                mask(width, exact);
            }
            case SHIFT_LEFT -> {
                words.value(a, false);
                shift(operation.operator(), b);
                mask(width, exact);
            }
            case SHIFT_RIGHT -> {
                words.value(a, true);
                shift(operation.operator(), b);
            }
            case SIGNED_SHIFT_RIGHT -> {
                signed(a);
                shift(operation.operator(), b);
                mask(width, exact);
            }
            case REDUCE_AND -> {
                combine(a, true, CodeBuilder::lor);
                zero(true, graph.width(a));
            }
            case REDUCE_OR -> {
                combine(a, false, CodeBuilder::lor);
                zero(false, graph.bits(a));
            }
            case REDUCE_XOR -> {
                combine(a, false, CodeBuilder::lxor);
                code.invokestatic(LONG_BOX, "bitCount", MethodTypeDesc.of(WordCode.I, WordCode.J))
                        .iconst_1()
                        .iand()
                        .i2l();
            }
            case COUNT_ONES -> {
                for (int word = 0; word < graph.words(a); word++) {
                    words.word(a, word);
                    code.invokestatic(LONG_BOX, "bitCount", MethodTypeDesc.of(WordCode.I, WordCode.J));
                    if (word > 0) {
                        code.iadd();
                    }
                }
                code.i2l();
            }
        }
    }

    /** Code that goes on where truth values are as wanted. */
    Jumps jumps() {
        return jumps;
    }

    /** An instruction on two longs. */
    private interface Instruction {
        CodeBuilder on(CodeBuilder code);
    }

    private void mask(int width, boolean wanted) {
        if (wanted && width < 64) {
            code.loadConstant(Words.mask(width)).land();
        }
    }

    private CodeBuilder binary(int[] operands, boolean exact) {
        words.value(operands[0], exact);
        words.value(operands[1], exact);
        return code;
    }

    /** Pushes the words of a value joined by an instruction; all inverted within the width where {@code inverted}. */
    private void combine(int number, boolean inverted, Instruction instruction) {
        int count = graph.words(number);
        for (int word = 0; word < count; word++) {
            words.word(number, word);
            if (inverted) {
                code.loadConstant(word == count - 1 ? Words.mask(graph.width(number)) : -1L)
                        .lxor();
            }
            if (word > 0) {
                instruction.on(code);
            }
        }
    }

    private void equal(int a, int b, boolean wanted) {
        int width = 1;
        for (int word = 0; word < graph.words(a); word++) {
            words.word(a, word);
            if (!(graph.constant(b) && graph.value(b).signum() == 0)) {
                words.word(b, word);
                code.lxor();
            }
            if (word > 0) {
                code.lor();
            }
            width = Math.max(graph.bits(a), graph.bits(b));
        }
        zero(wanted, width);
    }

    /** Replaces a word of which at most {@code bits} bits can be 1 by whether it is 0 (or, where not {@code wanted}, whether it is not). */
    private void zero(boolean wanted, int bits) {
        if (bits <= 1) {
            if (wanted) {
                code.lconst_1().lxor();
            }
        } else if (bits < 64) {
            if (wanted) {
                code.lconst_1().lsub();
            } else {
                code.lneg();
            }
            code.bipush(63).lushr();
        } else {
            code.dup2().lneg().lor().bipush(63).lushr();
            if (wanted) {
                code.lconst_1().lxor();
            }
        }
    }

    private void less(int a, int b, boolean signed, boolean inverted) {
        int width = graph.width(a);
        if (width > 64) {
            words.compareWide(signed ? "signedLess" : "less", a, b);
        } else if (width == 64) {
            words.word(a, 0);
            words.word(b, 0);
            words.call(signed ? "signedLess" : "less", MethodTypeDesc.of(WordCode.J, WordCode.J, WordCode.J));
        } else {
            ordered(a, width, signed);
            ordered(b, width, signed);
            code.lsub().bipush(63).lushr();
        }
        if (inverted) {
            code.lconst_1().lxor();
        }
    }

    /** Pushes a number of fewer than 64 significant bits that is ordered as the value is: itself, or with its sign. */
    void ordered(int number, int width, boolean signed) {
        if (!signed) {
            words.value(number, true);
        } else if (graph.constant(number)) {
            code.loadConstant(Operator.signed(graph.value(number), width).longValue());
        } else {
            signed(number);
        }
    }

    /** Pushes one of two words; without a branch where both are at hand. */
    void select(int condition, Runnable taken, Runnable other, int number) {
        int[] operands = graph.operands(number);
        int a = operands[1];
        int b = operands[2];
        int cost = words.cone.sizeInPlace(a) + words.cone.sizeInPlace(b);
        if (cost > CHEAP || compares(condition)) {
            branch(condition, taken, other);
        } else if (isZero(b)) {
            taken.run();
            words.value(condition, true);
            code.lneg().land();
        } else if (isZero(a)) {
            other.run();
            words.value(condition, true);
            code.lconst_1().lsub().land();
        } else {
            other.run();
            code.dup2();
            taken.run();
            code.lxor();
            words.value(condition, true);
            if (graph.width(number) > 1) {
                code.lneg();
            }
            code.land().lxor();
        }
    }

    /** Whether a condition is a comparison computed in place, which a branch or a conditional move reads as it stands. */
    private boolean compares(int condition) {
        return words.cone.sizeInPlace(condition) > 0
                && graph.node(condition) instanceof Operation operation
                && graph.width(graph.operands(condition)[0]) > 1
                && switch (operation.operator()) {
                    case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, SIGNED_LESS, SIGNED_LESS_OR_EQUAL, EXTRACT -> true;
                    default -> false;
                };
    }

    private boolean isZero(int number) {
        return graph.constant(number) && graph.value(number).signum() == 0;
    }

    private void branch(int condition, Runnable taken, Runnable other) {
        Label no = code.newLabel();
        Label end = code.newLabel();
        jumps.on(condition, no, false);
        taken.run();
        code.goto_(end).labelBinding(no);
        other.run();
        code.labelBinding(end);
    }

    boolean costly(int a, int b) {
        return Math.max(words.cone.sizeInPlace(a), words.cone.sizeInPlace(b)) > LAZY;
    }

    /** Pushes the conjunction or, where {@code or}, the disjunction of two truth values, the larger one computed only where it matters. */
    private void lazy(int a, int b, boolean or) {
        boolean swap = words.cone.sizeInPlace(a) > words.cone.sizeInPlace(b);
        Label decided = code.newLabel();
        Label end = code.newLabel();
        jumps.on(swap ? b : a, decided, or);
        words.value(swap ? a : b, true);
        code.goto_(end).labelBinding(decided);
        code.loadConstant(or ? 1L : 0L).labelBinding(end);
    }

    private void extract(int a, int low, int width, boolean exact) {
        if (graph.words(a) > 1) {
            words.extract(a, low, width);
            return;
        }
        boolean clean = graph.bits(a) <= low + width;
        words.value(a, clean && exact);
        if (low > 0) {
            code.loadConstant(low).lushr();
        }
        mask(width, exact && !clean);
    }

    /** Pushes a value with its sign in all upper bits. */
    private void signed(int a) {
        int unused = 64 - graph.width(a);
        if (words.cone.sizeInPlace(a) > 0
                && graph.node(a) instanceof Operation part
                && part.operator() == Operator.EXTRACT
                && graph.words(graph.operands(a)[0]) == 1) {
            words.value(graph.operands(a)[0], false);
            int above = unused - part.low();
            if (above > 0) {
                code.loadConstant(above).lshl();
            }
            code.loadConstant(unused).lshr();
            return;
        }
        words.value(a, false);
        if (unused == 32) {
            code.l2i().i2l();
        } else if (unused > 0) {
            code.loadConstant(unused).lshl().loadConstant(unused).lshr();
        }
    }

    private void shift(Operator operator, int amount) {
        words.value(amount, true);
        if (graph.bits(amount) > 6) {
            words.call(WordCode.shifting(operator), MethodTypeDesc.of(WordCode.J, WordCode.J, WordCode.J));
            return;
        }
        code.l2i();
        switch (operator) {
            case SHIFT_LEFT -> code.lshl();
            case SHIFT_RIGHT -> code.lushr();
            default -> code.lshr();
        }
    }
}
