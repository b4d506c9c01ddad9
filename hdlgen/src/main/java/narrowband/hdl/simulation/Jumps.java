package narrowband.hdl.simulation;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.Operator;

/** Bytecode that goes on elsewhere where a truth value is as wanted; comparisons are not turned into numbers first. */
final class Jumps {
    private final WordCode words;
    private final NarrowCode narrow;
    private final Graph graph;
    private final CodeBuilder code;

    Jumps(WordCode words, NarrowCode narrow) {
        this.words = words;
        this.narrow = narrow;
        graph = words.graph;
        code = words.code;
    }

    /** Goes to {@code target} where a truth value is {@code wanted}. */
    void on(int condition, Label target, boolean wanted) {
        if (words.cone.sizeInPlace(condition) == 0 || !(graph.node(condition) instanceof Operation operation)) {
            test(condition, target, wanted);
            return;
        }
        int[] operands = graph.operands(condition);
        int a = operands[0];
        int b = operands.length > 1 ? operands[1] : -1;
        boolean oneWord = graph.words(a) == 1;
        boolean below64 = graph.width(a) < 64;
        switch (operation.operator()) {
            case NOT -> on(a, target, !wanted);
            case EXTRACT -> {
                if (!oneWord) {
                    test(condition, target, wanted);
                    return;
                }
                words.value(a, true);
                code.loadConstant(1L << operation.low()).land().lconst_0().lcmp();
                if (wanted) {
                    code.ifne(target);
                } else {
                    code.ifeq(target);
                }
            }
            case EQUAL, NOT_EQUAL -> {
                if (!oneWord || graph.width(a) == 1) {
                    test(condition, target, wanted);
                    return;
                }
                words.value(a, true);
                words.value(b, true);
                code.lcmp();
                if (wanted == (operation.operator() == Operator.EQUAL)) {
                    code.ifeq(target);
                } else {
                    code.ifne(target);
                }
            }
            case LESS, SIGNED_LESS -> {
                if (!below64) {
                    test(condition, target, wanted);
                    return;
                }
                order(a, b, operation.operator() == Operator.SIGNED_LESS, target, wanted);
            }
            case LESS_OR_EQUAL, SIGNED_LESS_OR_EQUAL -> {
                if (!below64) {
                    test(condition, target, wanted);
                    return;
                }
                order(b, a, operation.operator() == Operator.SIGNED_LESS_OR_EQUAL, target, !wanted);
            }
            case AND, OR -> {
                if (!narrow.costly(a, b)) {
                    test(condition, target, wanted);
                    return;
                }
                boolean swap = words.cone.sizeInPlace(a) > words.cone.sizeInPlace(b);
                int first = swap ? b : a;
                int second = swap ? a : b;
                if (wanted == (operation.operator() == Operator.OR)) {
                    on(first, target, wanted);
                    on(second, target, wanted);
                } else {
                    Label decided = code.newLabel();
                    on(first, decided, !wanted);
                    on(second, target, wanted);
                    code.labelBinding(decided);
                }
            }
            default -> test(condition, target, wanted);
        }
    }

    private void test(int condition, Label target, boolean wanted) {
        words.value(condition, true);
        code.l2i();
        if (wanted) {
            code.ifne(target);
        } else {
            code.ifeq(target);
        }
    }

    private void order(int a, int b, boolean signed, Label target, boolean wanted) {
        narrow.ordered(a, graph.width(a), signed);
        narrow.ordered(b, graph.width(b), signed);
        code.lcmp();
        if (wanted) {
            code.iflt(target);
        } else {
            code.ifge(target);
        }
    }
}
