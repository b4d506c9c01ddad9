package narrowband.hdl.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Map;
import narrowband.hdl.Design;
import narrowband.hdl.OperatorModule;
import narrowband.hdl.bits.BitLevel;
import narrowband.hdl.ir.Operation;
import narrowband.hdl.ir.Operator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each operator's emitted Verilog, read by Yosys, is for all inputs of small widths what the operator means in the JVM's bit-level form, which {@code BitLevelTest} holds
 * equal to the interpreter.
 */
class OperatorProofTest {
    private static final int WIDEST = 6;

    @TempDir
    static Path folder;

    private static Design design;

    @BeforeAll
    static void readTheVerilog() throws Exception {
        assumeTrue(
                Equivalence.bitsAvailable(),
                "yosys or berkeley-abc is not installed: proofs of operators are left out");
        design = Design.of(new OperatorModule(WIDEST, Map.of()));
        Equivalence.bitsOf(design, folder);
    }

    @Test
    void theVerilogOfEveryOperatorIsWhatItMeans() throws Exception {
        assertThat(design.flat().order())
                .filteredOn(Operation.class::isInstance)
                .extracting(node -> ((Operation) node).operator())
                .contains(Operator.values());
        assertThat(Equivalence.ofBits(BitLevel.of(design.flat()).graph(), folder))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(Operator.class)
    void anotherOperatorInItsPlaceIsFoundOut(Operator operator) throws Exception {
        Design other = Design.of(new OperatorModule(WIDEST, Map.of(operator, neighbour(operator))));
        assertThat(Equivalence.ofBits(BitLevel.of(other.flat()).graph(), folder))
                .as("%s with %s in its place", operator, neighbour(operator))
                .isFalse();
    }

    /** An operator of the same widths that is easily taken for this one; {@link Operator#NOT} stands for the inverted result. */
    private static Operator neighbour(Operator operator) {
        return switch (operator) {
            case ADD -> Operator.SUBTRACT;
            case SUBTRACT -> Operator.ADD;
            case MULTIPLY -> Operator.AND;
            case AND -> Operator.OR;
            case OR -> Operator.XOR;
            case XOR -> Operator.OR;
            case EQUAL -> Operator.LESS_OR_EQUAL;
            case NOT_EQUAL -> Operator.LESS;
            case LESS -> Operator.SIGNED_LESS;
            case LESS_OR_EQUAL -> Operator.LESS;
            case SIGNED_LESS -> Operator.LESS;
            case SIGNED_LESS_OR_EQUAL -> Operator.SIGNED_LESS;
            case SELECT -> Operator.OR;
            case CONCATENATE -> Operator.ZERO_EXTEND;
            case ZERO_EXTEND -> Operator.SIGN_EXTEND;
            case SIGN_EXTEND -> Operator.ZERO_EXTEND;
            case SHIFT_LEFT -> Operator.SHIFT_RIGHT;
            case SHIFT_RIGHT -> Operator.SIGNED_SHIFT_RIGHT;
            case SIGNED_SHIFT_RIGHT -> Operator.SHIFT_RIGHT;
            case REDUCE_AND -> Operator.REDUCE_OR;
            case REDUCE_OR -> Operator.REDUCE_XOR;
            case REDUCE_XOR -> Operator.REDUCE_OR;
            case NOT, EXTRACT, COUNT_ONES -> Operator.NOT;
        };
    }
}
