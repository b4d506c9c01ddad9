package narrowband.hdl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import narrowband.hdl.ir.MemoryBlock.Style;
import narrowband.hdl.stream.Fifo;
import narrowband.hdl.verilog.VerilogEmitter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each check speaks about the line of the faulty statement, says what is wrong there and what to do. Each faulty line has a call of {@link #here}. */
class ElaborationErrorTest {
    private static int line;

    /** Notes the line that calls it, which is that of the fault. */
    private static int here(int value) {
        line = lineOfTest();
        return value;
    }

    private static <T> T here(T value) {
        line = lineOfTest();
        return value;
    }

    private static int lineOfTest() {
        return StackWalker.getInstance()
                .walk(frames -> frames.skip(2).findFirst().orElseThrow().getLineNumber());
    }

    /** A module described by a lambda, so that a faulty one is a few lines. */
    private static class Faulty extends Module {
        final Bool go = input();
        final UInt narrow = input(4);
        final UInt wide = input(8);

        Faulty(Consumer<Faulty> description) {
            description.accept(this);
        }

        @Override
        public String kind() {
            return "faulty";
        }
    }

    private static final class Child extends Module {
        final UInt in = input(4);
        final UInt out = output(4);
        final UInt state = reg(4, 0);
        final Ram words = ram(4, 16, Style.AUTO);

        Child() {
            state.set(in);
            out.set(state);
            words.write(in, in);
        }
    }

    private static final class Wires extends Module {
        final UInt in = input(4);
        final UInt out = output(4);

        Wires() {
            out.set(in.not());
        }
    }

    private static void refused(Consumer<Faulty> description, String message) {
        fails(() -> Design.of(new Faulty(description)), message);
    }

    private static void fails(Supplier<?> build, String message) {
        line = 0;
        assertThatThrownBy(build::get)
                .isInstanceOf(ElaborationException.class)
                .satisfies(fault -> assertThat(fault)
                        .hasMessage("ElaborationErrorTest.java:" + line + ": " + message)
                        .asInstanceOf(type(ElaborationException.class))
                        .satisfies(exception -> assertThat(exception.source().line())
                                .isEqualTo(line)
                                .isPositive()));
    }

    @Test
    void aWiderValueIsNotCutSilently() {
        refused(
                m -> m.wire(here(4)).set(m.wide),
                "a value of 8 bits is set to a signal of 4 bits. Say .trunc(4) or .sat(4), or widen the signal.");
    }

    @Test
    void aSumIsOneBitWiderThanItsRegister() {
        refused(
                m -> {
                    UInt count = m.reg(4, 0);
                    count.set(count.plus(here(1)));
                },
                "a value of 5 bits is set to a signal of 4 bits. Say .trunc(4) or .sat(4), or widen the signal.");
    }

    @Test
    void aConstantFitsItsSignal() {
        refused(
                m -> m.wire(4).set(here(16)),
                "constant 16 does not fit an unsigned value of 4 bits. Choose a value from 0 to 2^4 - 1, or more bits.");
        refused(
                m -> m.wire(4).set(here(-1)),
                "constant -1 does not fit an unsigned value. Choose a value from 0 up, or use SInt.");
        refused(
                m -> m.signedReg(4, here(8)),
                "constant 8 does not fit a signed value of 4 bits. Choose a value from -2^3 to 2^3 - 1, or more bits.");
        refused(
                m -> m.signedWire(4).set(here(-9)),
                "constant -9 does not fit a signed value of 4 bits. Choose a value from -2^3 to 2^3 - 1, or more bits.");
        refused(m -> m.go.eq(here(2)), "constant 2 is not a truth value. Choose 0 or 1.");
    }

    @Test
    void aSignalHasADriver() {
        refused(
                m -> m.wire(here(4)).named("lost"),
                "wire lost of faulty has no driver. Set it in the constructor, or remove it.");
        refused(
                m -> m.output(here(4)).named("result"),
                "output result of faulty has no driver. Set it in the constructor, or remove it.");
        refused(
                m -> m.reg(4, here(0)).named("count"),
                "register count of faulty has no driver. Set it in the constructor, or remove it.");
        refused(
                m -> m.ram(4, here(4), Style.AUTO).named("words"),
                "RAM words is never written. Describe its write, or make it a ROM.");
    }

    @Test
    void anInstancesInputHasADriver() {
        refused(
                m -> m.instance(here("inner"), new Child()),
                "input in of instance inner in faulty has no driver. Set it after instance(...).");
    }

    @Test
    void aSignalIsSetOnce() {
        int start = new Throwable().getStackTrace()[0].getLineNumber();
        refused(
                m -> {
                    UInt value = m.wire(4).named("value");
                    value.set(m.narrow);
                    value.set(here(3));
                },
                "signal value already has a driver at ElaborationErrorTest.java:" + (start + 4)
                        + ". Set it once; a default comes first and when(...) overrides it.");
    }

    @Test
    void aDefaultComesBeforeTheConditions() {
        refused(
                m -> {
                    UInt value = m.wire(4).named("value");
                    m.when(m.go, () -> value.set(1));
                    value.set(here(0));
                },
                "signal value already has a driver under a condition. Set it once; a default comes first and when(...) overrides it.");
    }

    @Test
    void aWireHasAValueInEveryCase() {
        refused(
                m -> {
                    UInt value = m.wire(here(4)).named("value");
                    m.when(m.go, () -> value.set(1));
                },
                "signal value in faulty has no value in some cases. Set a default before the when(...), or add an otherwise(...).");
        refused(
                m -> {
                    UInt value = m.wire(here(4)).named("value");
                    m.when(m.go, () -> value.set(1)).otherwise(() -> m.when(m.wide.any(), () -> value.set(2)));
                },
                "signal value in faulty has no value in some cases. Set a default before the when(...), or add an otherwise(...).");
    }

    @Test
    void aLoopIsPrintedSignalBySignal() {
        int start = new Throwable().getStackTrace()[0].getLineNumber();
        refused(
                m -> {
                    UInt a = m.wire(4).named("a");
                    UInt b = m.wire(4).named("b");
                    UInt c = m.wire(here(4)).named("c");
                    a.set(b.not());
                    b.set(m.narrow.and(c));
                    c.set(a.or(m.narrow).named("joined"));
                },
                ("combinational loop: a (ElaborationErrorTest.java:%d) <- b (ElaborationErrorTest.java:%d) <- c"
                                + " (ElaborationErrorTest.java:%d) <- joined <- a (ElaborationErrorTest.java:%d)."
                                + " Break it with a register.")
                        .formatted(start + 3, start + 4, start + 5, start + 3));
    }

    @Test
    void aLoopThroughTwoInstancesNamesTheirPorts() {
        assertThatThrownBy(() -> Design.of(new Faulty(m -> {
                    Wires left = m.instance("left", new Wires());
                    Wires right = m.instance("right", new Wires());
                    left.in.set(right.out);
                    right.in.set(left.out);
                })))
                .isInstanceOf(ElaborationException.class)
                .message()
                .matches("ElaborationErrorTest.java:\\d+: combinational loop: .*")
                .satisfies(message -> assertThat(message.replaceAll(" \\(ElaborationErrorTest.java:\\d+\\)", ""))
                        .endsWith("combinational loop: right.out <- right.in <- left.out <- left.in <- right.out."
                                + " Break it with a register."));
    }

    @Test
    void aRegisterBreaksALoop() {
        Faulty sound = new Faulty(m -> {
            Child left = m.instance("left", new Child());
            Child right = m.instance("right", new Child());
            left.in.set(right.out);
            right.in.set(left.out);
        });
        assertThat(Design.of(sound).flat().registers()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reg", "always", "endmodule", "logic", "unique0", "interface"})
    void keywordsOfVerilogAndSystemVerilogAreNoNames(String word) {
        refused(m -> m.wire(here(1)).named(word), "name \"" + word + "\" is reserved in Verilog. Choose another name.");
    }

    @Test
    void aFieldMayNotBeCalledAsAKeyword() {
        final class Buffered extends Module {
            final UInt buf = input(here(4));
        }
        fails(
                () -> Design.of(new Buffered()),
                "name \"buf\" is reserved in Verilog. Rename the field or say .named(...).");
    }

    @ParameterizedTest
    @ValueSource(strings = {"signal", "entity", "out", "label"})
    void keywordsOfVhdlAreNames(String word) {
        Faulty module = new Faulty(m -> m.output(4).named(word).set(m.narrow));
        assertThat(VerilogEmitter.emit(Design.of(module)).text("faulty.v"))
                .contains("output wire [3:0] " + word + "\n");
    }

    @Test
    void aNameIsAnIdentifier() {
        refused(
                m -> m.wire(here(1)).named("2nd"),
                "name \"2nd\" is no identifier. Use letters, digits and _, and start with a letter.");
    }

    @Test
    void aModuleNeedsAName() {
        fails(
                () -> Design.of(here(new Module() {})),
                "module name \"\" is no identifier. Name the class, or override kind().");
        refused(
                m -> m.instance(here(new Module() {})),
                "module name \"\" is no identifier. Name the class, or override kind().");
        int start = new Throwable().getStackTrace()[0].getLineNumber();
        final class Named extends Module {
            @Override
            public String kind() {
                return "table";
            }
        }
        assertThatThrownBy(() -> Design.of(new Named()))
                .hasMessage("ElaborationErrorTest.java:" + (start + 1)
                        + ": module name \"table\" is reserved in Verilog. Override kind() otherwise.");
    }

    @Test
    void aPortNeedsAName() {
        refused(m -> m.input(here(4)), "a port of faulty has no name. Keep it in a field, or say .named(...).");
    }

    @Test
    void twoPartsOfAModuleHaveTwoNames() {
        refused(
                m -> {
                    m.wire(4).named("value").set(1);
                    m.wire(here(4)).named("value").set(2);
                },
                "name \"value\" is used twice in faulty. Rename one of the two.");
        refused(
                m -> {
                    m.narrow.not().named("value");
                    m.wide.not().named(here("value"));
                },
                "name \"value\" is used twice in faulty. Rename one of the two.");
        refused(
                m -> {
                    m.reg(4).named("word").set(m.narrow);
                    Rom rom = m.rom(4, new long[] {1, 2}, Style.AUTO).named("table_of_words");
                    rom.read(m.narrow.trunc(1)).named(here("word"));
                },
                "name \"word\" is used twice in faulty. Rename one of the two.");
        refused(
                m -> m.instance(here("go"), new Child()).in.set(m.narrow),
                "name \"go\" is used twice in faulty. Rename one of the two.");
        refused(
                m -> m.wire(here(1)).named("clk").set(0),
                "name \"clk\" is used twice in faulty. clk and rst are the clock and the reset; choose another name.");
    }

    @Test
    void signalsOfTwoModulesDoNotMeet() {
        Child stranger = new Child();
        refused(
                m -> m.narrow.and(here(stranger.out)),
                "signals of faulty and child meet in one expression. Pass the value through ports.");
        refused(
                m -> m.wire(here(4)).set(stranger.out),
                "a signal of faulty is set from signals of child. Pass the value through ports.");
        refused(
                m -> m.when(here(stranger.out.any()), () -> {}),
                "a condition of faulty comes from child. Pass it through a port.");
    }

    @Test
    void whatIsInsideAnInstanceStaysThere() {
        refused(
                m -> {
                    Child child = m.instance(new Child());
                    child.in.set(m.narrow);
                    child.state.set(here(0));
                },
                "a signal inside child is set from outside. Give child an input.");
        refused(
                m -> {
                    Child child = m.instance(new Child());
                    child.in.set(m.narrow);
                    child.words.read(here(m.narrow));
                },
                "a memory of child is read from outside. Give child ports for it.");
        refused(
                m -> {
                    Child child = m.instance(new Child());
                    child.in.set(m.narrow);
                    child.words.write(m.narrow, here(m.narrow));
                },
                "a memory of child is written from outside. Give child ports for it.");
        refused(
                m -> {
                    Child child = m.instance(new Child());
                    child.out.named(here("result"));
                },
                "a port of child is named from outside. Name it where it is declared.");
    }

    @Test
    void anInternalSignalIsNotReadFromOutside() {
        assertThatThrownBy(() -> Design.of(new Faulty(m -> {
                    Child child = m.instance(new Child());
                    child.in.set(m.narrow);
                    m.output(4).named("result").set(child.state);
                })))
                .message()
                .matches("ElaborationErrorTest.java:\\d+: an internal signal is read from faulty, outside its module\\."
                        + " Give its module an output\\.");
        assertThatThrownBy(() -> Design.of(new Faulty(m -> {
                    Child child = new Child();
                    UInt word = child.words.read(UInt.of(4, 0));
                    m.instance(child).in.set(m.narrow);
                    m.output(4).named("result").set(word);
                })))
                .message()
                .matches("ElaborationErrorTest.java:\\d+: an internal memory is read from faulty, outside its module\\."
                        + " Give its module an output\\.");
    }

    @Test
    void aSignalTwoLevelsBelowIsOutOfReach() {
        final class Outer extends Module {
            final Child child = instance(new Child());
            final UInt in = input(4);

            Outer() {
                child.in.set(in);
            }
        }
        refused(
                m -> {
                    Outer outer = m.instance(new Outer());
                    m.wire(here(4)).set(outer.child.out);
                },
                "a signal of child is used two levels above it. Pass the value through ports of outer.");
    }

    @Test
    void aModuleDoesNotSetItsInput() {
        refused(
                m -> m.narrow.set(here(1)),
                "an input of faulty is set by the module itself. Make it a wire, or set it in the parent after instance(...).");
    }

    @Test
    void anExpressionIsNotSet() {
        refused(
                m -> m.narrow.not().set(here(1)),
                "an expression cannot be set. Set an output, a wire, a register or an input of an instance.");
    }

    @Test
    void aModuleIsOneInstance() {
        Child child = new Child();
        refused(
                m -> {
                    m.instance(child);
                    m.instance(here(child));
                },
                "this child is already an instance in faulty. Construct a new one for each instance.");
        refused(
                m -> m.instance(here(m)),
                "faulty is made an instance of itself. Construct a new one for each instance.");
    }

    @Test
    void aMemoryHasOneWritePort() {
        refused(
                m -> {
                    Ram words = m.ram(4, 16, Style.AUTO).named("words");
                    words.write(m.narrow, m.narrow);
                    words.write(m.narrow, UInt.of(4, here(0)));
                },
                "RAM words is written twice. Describe its one write port once, with address and data chosen by mux.");
    }

    @Test
    void addressesAndWordsFitTheMemory() {
        refused(
                m -> m.ram(4, here(10), Style.AUTO).read(m.wide),
                "an address of 8 bits points into a memory of 10 words. Say .trunc(4) where the upper bits are known to be 0.");
        refused(
                m -> m.ram(4, here(16), Style.AUTO).write(m.narrow, m.wide),
                "a value of 8 bits is written to words of 4 bits. Say .trunc(4) or widen the memory.");
        refused(
                m -> m.rom(4, new long[] {1, here(16)}, Style.AUTO),
                "word 16 does not fit a memory of 4 bits. Store unsigned patterns; take a signed value modulo 2^4.");
        refused(
                m -> m.rom(4, new long[] {here(-1)}, Style.AUTO),
                "word -1 does not fit a memory of 4 bits. Store unsigned patterns; take a signed value modulo 2^4.");
        refused(m -> m.ram(4, here(0), Style.AUTO), "a memory of 0 words. Give it at least one word.");
    }

    @Test
    void anElseWhenFollowsItsWhen() {
        String message =
                "elseWhen or otherwise does not follow its when directly. Chain it to the when(...) that it continues.";
        refused(
                m -> {
                    UInt value = m.reg(4, 0);
                    When when = m.when(m.go, () -> value.set(1));
                    m.when(m.wide.any(), () -> value.set(2));
                    here(when).otherwise(() -> value.set(3));
                },
                message);
        refused(
                m -> {
                    UInt value = m.reg(4, 0);
                    UInt other = m.wire(4);
                    When when = m.when(m.go, () -> value.set(1));
                    other.set(2);
                    when.elseWhen(here(m.wide.any()), () -> other.set(3));
                },
                message);
        refused(
                m -> {
                    UInt value = m.reg(4, 0);
                    When when = m.when(m.go, () -> value.set(1));
                    when.otherwise(() -> value.set(2));
                    when.elseWhen(here(m.wide.any()), () -> value.set(3));
                },
                "elseWhen or otherwise follows an otherwise. Let otherwise(...) be the last branch.");
    }

    @Test
    void aConstantHasNoName() {
        refused(
                m -> UInt.of(4, here(3)).named("three"),
                "a constant cannot be named. Name the signal that it is set to.");
    }

    @Test
    void whatFoldsToAConstantKeepsNoNameAndIsNoError() {
        Faulty module = new Faulty(m -> m.output()
                .named("result")
                .set(m.go.and(Bool.FALSE).named("never").or(m.go)));
        assertThat(VerilogEmitter.emit(Design.of(module)).text("faulty.v"))
                .contains("assign result = go;")
                .doesNotContain("never");
    }

    @Test
    void aSignalHasAtLeastOneBit() {
        String message = "a signal of 0 bits. Give it at least one bit.";
        refused(m -> m.wire(here(0)), message);
        refused(m -> m.input(here(0)), message);
        refused(m -> m.reg(here(0), 0), message);
        refused(m -> m.ram(here(0), 4, Style.AUTO), message);
        refused(m -> UInt.of(here(0), 0), message);
        refused(m -> SInt.of(here(0), 0), message);
        refused(m -> m.wide.sat(here(0)), message);
        refused(m -> m.wide.asSInt().sat(here(0)), message);
    }

    @Test
    void cutsStayWithinTheValue() {
        refused(
                m -> m.narrow.bits(here(4), 1),
                "bits 4 to 1 are not in a value of 4 bits. Choose 0 <= low <= high < 4.");
        refused(
                m -> m.narrow.trunc(here(5)),
                "a value of 4 bits is truncated to 5 bits. Choose between 1 and 4, or extend().");
        refused(m -> m.wide.extend(here(7)), "a value of 8 bits is extended to 7 bits. Say .trunc(7).");
        refused(m -> m.go.extend(here(2)), "a truth value is extended to 2 bits. Say .asUInt().extend(2).");
        refused(m -> m.narrow.shiftLeft(here(-1)), "a shift by -1. Shift the other way.");
        refused(
                m -> m.narrow.asSInt().shiftRight(here(4)),
                "a value of 4 bits is shifted to the right by 4. Shift by less than its width: nothing else is left.");
        refused(
                m -> m.narrow.shiftLeft(m.wide.extend(here(17))),
                "a distance of 17 bits shifts to the left. Say .trunc(16) or less.");
    }

    @Test
    void aReadyMadeModuleSpeaksOfTheUsersLine() {
        refused(m -> m.instance(Fifo.of(8, here(0))), "a FIFO of 0 words. Give it at least one word.");
        refused(m -> m.instance(Fifo.of(here(0), 8)), "a signal of 0 bits. Give it at least one bit.");
    }

    @Test
    void optionsAreOfOneModule() {
        Child stranger = new Child();
        refused(
                m -> Module.select(m.narrow, List.of(m.wide, here(stranger.out))),
                "signals of faulty and child meet in one expression. Pass the value through ports.");
    }

    @Test
    void blockRamIsReadAtAClockEdge() {
        refused(
                m -> m.rom(4, new long[] {1, 2}, Style.BLOCK).read(here(m.narrow.trunc(1))),
                "a memory in block RAM, which has a register in every read port, is read in the same cycle."
                        + " Say readSync(address), or choose another style.");
    }

    @Test
    void truthTablesAreSmallAndReadInTheSameCycle() {
        refused(
                m -> m.rom(4, new long[] {1, 2}, Style.LOGIC).readSync(here(m.narrow.trunc(1))),
                "a memory of truth tables is read at a clock edge. Read it in the same cycle, or choose another style.");
        refused(
                m -> m.ram(here(4), 16, Style.LOGIC),
                "a RAM of truth tables. Choose another style, or a ROM of at most 1024 words.");
        refused(
                m -> m.rom(4, new long[here(1025)], Style.LOGIC),
                "truth tables of 1025 words. Choose another style, or a ROM of at most 1024 words.");
    }
}
