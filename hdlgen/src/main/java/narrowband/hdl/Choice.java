package narrowband.hdl;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.Function;
import narrowband.hdl.ir.Constant;
import narrowband.hdl.ir.Node;

/**
 * One of the constants of a Java enum, encoded by its ordinal in as few bits as the last ordinal needs. In the Verilog a constant is a {@code localparam} called
 * {@code <ENUM>_<CONSTANT>}, as {@code STATE_IDLE}; a declaration lists the encoding.
 *
 * <pre>{@code
 * enum State { IDLE, RUN, DONE }
 *
 * final Choice<State> state = reg(State.IDLE);
 * ...
 * when(state.is(State.IDLE).and(start), () -> state.set(State.RUN));
 * }</pre>
 */
public final class Choice<E extends Enum<E>> extends Scalar<Choice<E>> {
    private static final int LONGEST_LIST = 12;

    private final Class<E> type;

    private Choice(Module owner, Node node, Class<E> type) {
        super(owner, node);
        this.type = type;
    }

    /** A constant; as an example it stands for all constants of its enum. */
    public static <E extends Enum<E>> Choice<E> of(E constant) {
        Class<E> type = constant.getDeclaringClass();
        BigInteger ordinal = BigInteger.valueOf(constant.ordinal());
        String symbol = (Naming.underscored(type.getSimpleName()) + "_" + constant.name()).toUpperCase(Locale.ROOT);
        Constant node = new Constant(bitsFor(type), ordinal, type.getName(), symbol);
        return new Choice<>(null, node, type);
    }

    /** 1 where this is {@code constant}. */
    public Bool is(E constant) {
        return eq(of(constant));
    }

    /** Sets a constant. */
    public void set(E constant) {
        set(of(constant));
    }

    /** What {@code function} gives for the constant that this is, a choice among all: {@code level.set(state.map(constant -> UInt.of(4, constant.level)))}. */
    public <T extends Value<T>> T map(Function<? super E, T> function) {
        List<T> values = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            values.add(function.apply(constant));
        }
        return Module.select(asUInt(), values);
    }

    /** The enum. */
    public Class<E> type() {
        return type;
    }

    /** The constants and their codes. */
    String encoding() {
        StringJoiner list = new StringJoiner(", ", type.getSimpleName() + ": ", "");
        E[] constants = type.getEnumConstants();
        for (E constant : constants) {
            if (constant.ordinal() == LONGEST_LIST && constants.length > LONGEST_LIST + 1) {
                return list + ", ... " + constants[constants.length - 1] + " = " + (constants.length - 1);
            }
            list.add(constant.name() + " = " + constant.ordinal());
        }
        return list.toString();
    }

    private static int bitsFor(Class<?> type) {
        return Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(type.getEnumConstants().length - 1));
    }

    @Override
    Choice<E> self() {
        return this;
    }

    @Override
    Choice<E> of(Module owner, Node node) {
        return new Choice<>(owner, node, type);
    }

    @Override
    Node extended(int width) {
        return node();
    }
}
