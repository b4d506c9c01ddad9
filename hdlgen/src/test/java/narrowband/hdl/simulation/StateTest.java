package narrowband.hdl.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import narrowband.hdl.Bool;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.Ram;
import narrowband.hdl.Rom;
import narrowband.hdl.SInt;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock.Style;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Registers, conditions and memories: what they hold after which edge, in the interpreter, in the compiled simulator and, all together, in Icarus. */
class StateTest {
    private static final int DEPTH = 4;

    @TempDir
    Path folder;

    private enum Kind {
        INTERPRETER,
        COMPILED;

        Simulator of(Module module) {
            Design design = Design.of(module);
            return this == INTERPRETER ? new Interpreter(design.flat()) : new CompiledSimulator(design.flat());
        }
    }

    private static final class Everything extends Module {
        final Bool first = input();
        final Bool second = input();
        final UInt value = input(4);
        final UInt address = input(2);
        final UInt where = input(2);

        final UInt counted = reg(4, 9);
        final UInt kept = reg(4);
        final SInt balance = signedReg(4, -3);
        final UInt branch = reg(4, 0);
        final UInt overridden = reg(4, 1);
        final UInt decoded = wire(4);
        final UInt delayed = delayed(value);

        final Ram ram = ram(4, words(5, 6, 7, 8), Style.AUTO);
        final UInt now = ram.read(address);
        final UInt earlier = ram.readSync(address);
        final UInt held = ram.readSync(address, second);
        final Rom rom = rom(4, words(1, 3, 5, 7), Style.AUTO);
        final UInt constant = rom.readSync(where);

        final List<UInt> outputs =
                signals().stream().map(signal -> output(signal.width())).toList();

        Everything() {
            when(first, () -> counted.set(counted.wrappingPlus(1)));
            when(second, () -> kept.set(value));
            balance.set(balance.wrappingPlus(value.asSInt()));
            when(first, () -> branch.set(1))
                    .elseWhen(second, () -> branch.set(2))
                    .otherwise(() -> branch.set(3));
            overridden.set(2);
            when(first, () -> {
                overridden.set(4);
                when(value.eq(0), () -> overridden.set(5));
            });
            when(second, () -> overridden.set(6));
            decoded.set(0);
            when(first, () -> decoded.set(value)).elseWhen(second, () -> decoded.set(value.not()));
            ram.write(where, value, first);
            for (int i = 0; i < outputs.size(); i++) {
                outputs.get(i).set(signals().get(i));
            }
        }

        private List<UInt> signals() {
            return List.of(
                    counted,
                    kept,
                    balance.asUInt(),
                    branch,
                    overridden,
                    decoded,
                    delayed,
                    now,
                    earlier,
                    held,
                    constant);
        }

        private static List<BigInteger> words(long... words) {
            return Arrays.stream(words).mapToObj(BigInteger::valueOf).toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everythingStartsAsDeclared(Kind kind) {
        Everything design = new Everything();
        Simulator simulator = kind.of(design);
        assertThat(simulator.peek(design.counted)).isEqualTo(9);
        assertThat(simulator.peek(design.kept)).isZero();
        assertThat(simulator.peek(design.balance)).isEqualTo(-3);
        assertThat(simulator.peek(design.earlier)).isZero();
        assertThat(simulator.peek(design.constant)).isZero();
        for (int address = 0; address < DEPTH; address++) {
            simulator.poke(design.address, address);
            assertThat(simulator.peek(design.now)).isEqualTo(5 + address);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRegisterTakesItsValueAtTheEdgeAndOnlyUnderItsCondition(Kind kind) {
        Everything design = new Everything();
        Simulator simulator = kind.of(design).poke(design.second, 1).poke(design.value, 7);
        assertThat(simulator.peek(design.kept)).isZero();
        simulator.step();
        assertThat(simulator.peek(design.kept)).isEqualTo(7);
        assertThat(simulator.peek(design.delayed)).isEqualTo(7);
        simulator.poke(design.second, 0).poke(design.value, 2).step();
        assertThat(simulator.peek(design.kept)).isEqualTo(7);
        assertThat(simulator.peek(design.delayed)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void resetWinsOverEveryConditionAndSparesWhatHasNone(Kind kind) {
        Everything design = new Everything();
        Simulator simulator = kind.of(design)
                .poke(design.first, 1)
                .poke(design.second, 1)
                .poke(design.value, 7)
                .step(3);
        assertThat(simulator.peek(design.counted)).isEqualTo(12);
        simulator.reset(true).poke(design.value, 2).step();
        assertThat(simulator.peek(design.counted)).isEqualTo(9);
        assertThat(simulator.peek(design.balance)).isEqualTo(-3);
        assertThat(simulator.peek(design.branch)).isZero();
        assertThat(simulator.peek(design.overridden)).isEqualTo(1);
        assertThat(simulator.peek(design.kept)).isEqualTo(2);
        simulator.reset(false).step();
        assertThat(simulator.peek(design.counted)).isEqualTo(10);
    }

    @ParameterizedTest
    @EnumSource
    void aRegisterWraps(Kind kind) {
        Everything design = new Everything();
        Simulator simulator = kind.of(design).poke(design.first, 1).poke(design.value, -6);
        simulator.step();
        assertThat(simulator.peek(design.balance)).isEqualTo(7);
        simulator.step(6);
        assertThat(simulator.peek(design.counted)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void theFirstBranchThatHoldsCounts(Kind kind) {
        Everything design = new Everything();
        Simulator simulator = kind.of(design).poke(design.value, 5);
        long[] priorities = {3, 1, 2, 1};
        long[] decoded = {0, 5, 10, 5};
        for (int conditions = 0; conditions < 4; conditions++) {
            simulator.poke(design.first, conditions & 1).poke(design.second, conditions >> 1);
            assertThat(simulator.peek(design.decoded)).isEqualTo(decoded[conditions]);
            simulator.step();
            assertThat(simulator.peek(design.branch)).isEqualTo(priorities[conditions]);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theLastSetThatHoldsWins(Kind kind) {
        Everything design = new Everything();
        Simulator simulator = kind.of(design);
        long[] expected = {2, 5, 6, 6, 2, 4, 6, 6};
        for (int i = 0; i < expected.length; i++) {
            simulator
                    .poke(design.first, i & 1)
                    .poke(design.second, i >> 1 & 1)
                    .poke(design.value, i >> 2)
                    .step();
            assertThat(simulator.peek(design.overridden)).as("case %d", i).isEqualTo(expected[i]);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRegisteredReadSeesTheWordBeforeAWriteAtTheSameEdge(Kind kind) {
        Everything design = new Everything();
        Simulator simulator = kind.of(design)
                .poke(design.address, 2)
                .poke(design.where, 2)
                .poke(design.value, 15)
                .poke(design.first, 1)
                .poke(design.second, 1);
        assertThat(simulator.peek(design.now)).isEqualTo(7);
        simulator.step();
        assertThat(simulator.peek(design.earlier)).isEqualTo(7);
        assertThat(simulator.peek(design.held)).isEqualTo(7);
        assertThat(simulator.peek(design.now)).isEqualTo(15);
        simulator.poke(design.first, 0).poke(design.second, 0).step();
        assertThat(simulator.peek(design.earlier)).isEqualTo(15);
        assertThat(simulator.peek(design.held)).as("kept without enable").isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource
    void resetLeavesMemoriesAndTheirReadPortsAlone(Kind kind) {
        Everything design = new Everything();
        Simulator simulator = kind.of(design)
                .poke(design.first, 1)
                .poke(design.value, 12)
                .reset(true)
                .step();
        assertThat(simulator.peek(design.earlier)).isEqualTo(5);
        assertThat(simulator.peek(design.now)).isEqualTo(12);
    }

    @ParameterizedTest
    @EnumSource
    void aWriteCountsOnlyWhereAllItsConditionsHoldAndNoEarlierOne(Kind kind) {
        final class Guarded extends Module {
            final Bool first = input();
            final Bool second = input();
            final Bool third = input();
            final Ram ram = ram(1, 1, Style.AUTO);
            final UInt word = output(1);

            Guarded() {
                word.set(ram.read(UInt.of(1, 0)));
                when(first, () -> {})
                        .elseWhen(
                                second,
                                () -> when(third, () -> {}).otherwise(() -> ram.write(UInt.of(1, 0), UInt.of(1, 1))));
            }
        }
        for (int conditions = 0; conditions < 8; conditions++) {
            Guarded design = new Guarded();
            Simulator simulator = kind.of(design)
                    .poke(design.first, conditions & 1)
                    .poke(design.second, conditions >> 1 & 1)
                    .poke(design.third, conditions >> 2)
                    .step();
            assertThat(simulator.peek(design.word))
                    .as("conditions %d", conditions)
                    .isEqualTo(conditions == 2 ? 1 : 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAddressBeyondTheDepthReadsZeroAndWritesNothing(Kind kind) {
        final class Short extends Module {
            final UInt address = input(3);
            final Bool write = input();
            final Ram ram = ram(4, Everything.words(1, 2, 3, 4, 5), Style.AUTO);
            final UInt now = output(4);
            final UInt later = output(4);

            Short() {
                now.set(ram.read(address));
                later.set(ram.readSync(address));
                ram.write(address, UInt.of(4, 9), write);
            }
        }
        Short design = new Short();
        Simulator simulator = kind.of(design).poke(design.address, 4).step();
        assertThat(simulator.peek(design.now)).isEqualTo(5);
        assertThat(simulator.peek(design.later)).isEqualTo(5);
        for (int address = 5; address < 8; address++) {
            simulator.poke(design.address, address).poke(design.write, 1);
            assertThat(simulator.peek(design.now)).isZero();
            simulator.step();
            assertThat(simulator.peek(design.later)).isZero();
        }
        simulator.poke(design.write, 0);
        for (int address = 0; address < 5; address++) {
            simulator.poke(design.address, address);
            assertThat(simulator.peek(design.now)).isEqualTo(address + 1);
        }
    }

    @Test
    void icarusHoldsTheSameState() throws Exception {
        assumeTrue(VerilogTool.ICARUS.available(), "iverilog is not installed: its comparison is skipped");
        CoSimulation.Stimulus stimulus = CoSimulation.Stimulus.random(20, 23);
        assertThat(new CoSimulation(Design.of(new Everything())).compare(VerilogTool.ICARUS, folder, 500, stimulus))
                .isEmpty();
    }
}
