package narrowband.hdl.ir;

import java.util.List;
import java.util.Optional;

/** An operator applied to operands. Built by {@link Expression}, which folds constants and keeps the width rules. */
public final class Operation implements Node {
    private final Operator operator;
    private final int width;
    private final int low;
    private final List<Node> operands;
    private final Operation whole;

    Operation(Operator operator, int width, int low, List<Node> operands) {
        this(operator, width, low, operands, null);
    }

    /** An operation that computes the low bits of what {@code whole} computes. */
    Operation(Operator operator, int width, int low, List<Node> operands, Operation whole) {
        this.whole = whole;
        this.operator = operator;
        this.width = width;
        this.low = low;
        this.operands = operands;
    }

    public Operator operator() {
        return operator;
    }

    @Override
    public int width() {
        return width;
    }

    /** The lowest bit taken by an {@link Operator#EXTRACT}; 0 for the others. */
    public int low() {
        return low;
    }

    public List<Node> operands() {
        return operands;
    }

    public Node operand(int index) {
        return operands.get(index);
    }

    /** The wider operation whose low bits this one computes, where it arose from truncating one. */
    public Optional<Operation> whole() {
        return Optional.ofNullable(whole);
    }
}
