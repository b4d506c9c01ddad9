package narrowband.hdl.simulation;

import narrowband.hdl.ir.Operation;

/** How many instructions that clear the bits above a value's width are saved where those bits may be anything. */
final class Masks {
    private final Graph graph;
    private final Cone cone;

    Masks(Graph graph, Cone cone) {
        this.graph = graph;
        this.cone = cone;
    }

    /** The masks saved in computing an operation of at most 64 bits, its operands in place included. */
    int saved(int number) {
        if (!(graph.node(number) instanceof Operation operation)
                || operation.width() == 64
                || graph.words(number) > 1) {
            return 0;
        }
        int[] operands = graph.operands(number);
        int a = operands[0];
        int b = operands.length > 1 ? operands[1] : a;
        int width = operation.width();
        return switch (operation.operator()) {
            case ADD -> Math.max(graph.bits(a), graph.bits(b)) < width ? 0 : 1;
            case MULTIPLY -> graph.bits(a) + graph.bits(b) <= width ? 0 : 1;
            case SUBTRACT, SHIFT_LEFT, SIGNED_SHIFT_RIGHT, SIGN_EXTEND -> 1;
            case EXTRACT -> graph.words(a) > 1 || graph.bits(a) <= operation.low() + width ? 0 : 1;
            case XOR, OR -> inPlace(a) + inPlace(b);
            case AND -> graph.constant(a) || graph.constant(b) ? 0 : inPlace(a) + inPlace(b);
            default -> 0;
        };
    }

    private int inPlace(int number) {
        return cone.sizeInPlace(number) == 0 ? 0 : saved(number);
    }
}
