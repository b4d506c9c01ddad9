package narrowband.hdl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import narrowband.hdl.ir.Expression;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operator;

/**
 * Every operator of the netlist on operands of all widths up to a limit, one output each. Which operator stands behind which output can be changed, to see whether a proof
 * notices.
 */
public final class OperatorModule extends Module {
    private final List<UInt> a = new ArrayList<>();
    private final List<UInt> b = new ArrayList<>();
    private final Bool condition = input().named("condition");
    private final Map<Operator, Operator> swapped;

    /** All operators on operands of 1 to {@code widest} bits; each key of {@code swapped} is replaced by its value, and where that is NOT, inverted. */
    public OperatorModule(int widest, Map<Operator, Operator> swapped) {
        this.swapped = swapped;
        for (int width = 1; width <= widest; width++) {
            a.add(input(width).named("a" + width));
            b.add(input(width).named("b" + width));
        }
        for (UInt x : a) {
            for (Operator operator : Operator.values()) {
                if (takesAnyWidths(operator)) {
                    b.forEach(y -> output(operator, x, y));
                } else {
                    output(operator, x, b.get(x.width() - 1));
                }
            }
        }
    }

    private static boolean takesAnyWidths(Operator operator) {
        return switch (operator) {
            case SHIFT_LEFT, SHIFT_RIGHT, SIGNED_SHIFT_RIGHT, CONCATENATE, EXTRACT, ZERO_EXTEND, SIGN_EXTEND -> true;
            default -> false;
        };
    }

    private void output(Operator operator, UInt x, UInt y) {
        Operator built = swapped.getOrDefault(operator, operator);
        boolean inverted = built == Operator.NOT && swapped.containsKey(operator);
        Node value = inverted ? Expression.not(node(operator, x, y)) : node(built, x, y);
        String name = operator.name().toLowerCase(Locale.ROOT) + "_" + x.width() + "_" + y.width();
        output(value.width()).named(name).set(new UInt(this, value));
    }

    private Node node(Operator operator, UInt a, UInt b) {
        Node x = a.node();
        Node y = b.node();
        return switch (operator) {
            case ADD, SUBTRACT, MULTIPLY, AND, OR, XOR -> Expression.binary(operator, x, y);
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, SIGNED_LESS, SIGNED_LESS_OR_EQUAL ->
                Expression.compare(operator, x, y);
            case SELECT -> Expression.select(condition.node(), x, y);
            case NOT -> Expression.not(x);
            case CONCATENATE -> Expression.concatenate(List.of(x, y));
            case EXTRACT -> Expression.extract(x, x.width() - 1, Math.min(x.width(), y.width()) - 1);
            case ZERO_EXTEND -> Expression.zeroExtend(x, x.width() + y.width());
            case SIGN_EXTEND -> Expression.signExtend(x, x.width() + y.width());
            case SHIFT_LEFT, SHIFT_RIGHT, SIGNED_SHIFT_RIGHT -> Expression.shift(operator, x, y);
            case REDUCE_AND, REDUCE_OR, REDUCE_XOR, COUNT_ONES -> Expression.reduce(operator, x);
        };
    }
}
