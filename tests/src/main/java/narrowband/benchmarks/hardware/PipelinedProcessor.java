package narrowband.benchmarks.hardware;

import java.util.Arrays;
import java.util.List;
import narrowband.hdl.Bool;
import narrowband.hdl.Module;
import narrowband.hdl.Ram;
import narrowband.hdl.Rom;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock.Style;

/**
 * A 32-bit processor in five stages (fetch, decode, execute, memory, write back) for the integer instructions of RV32I except loads and stores of bytes and half words,
 * fences and system calls. Results are forwarded into decode from all later stages; a load followed by its use costs one cycle, a taken branch or jump two.
 * Instructions and data lie in synchronous memories, registers in LUT RAM. A store to {@link SortingProgram#RESULT_ADDRESS} shows the word at {@link #result}.
 */
public final class PipelinedProcessor extends Module {
    private static final int WORD = 32;
    private static final int REGISTERS = 32;

    /** The last word stored to the result address. */
    public final UInt result = output(WORD);
    /** Words stored to the result address so far. */
    public final UInt results = output(WORD);
    /** Takes in the address of every instruction that is executed, and when. */
    public final UInt signature = output(WORD);
    /** Instructions executed. */
    public final UInt retired = output(WORD);

    private final Rom code;
    private final Ram data;
    private final Ram registers = ram(WORD, REGISTERS, Style.DISTRIBUTED);

    // Fetch and decode.
    private final UInt fetchAddress = reg(WORD, 0);
    private final UInt decodeAddress = reg(WORD, 0);
    private final Bool decodeValid = reg(false);

    // Execute.
    private final UInt executeAddress = reg(WORD);
    private final Bool executeValid = reg(false);
    private final UInt executeInstruction = reg(WORD);
    private final UInt operandA = reg(WORD);
    private final UInt operandB = reg(WORD);

    // Memory.
    private final UInt memoryTarget = reg(5, 0);
    private final Bool memoryLoads = reg(false);
    private final UInt memoryValue = reg(WORD);

    // Write back.
    private final UInt writeTarget = reg(5, 0);
    private final UInt writeValue = reg(WORD);

    /**
     * A processor.
     *
     * @param instructions its program, from address 0 on
     * @param dataWords the size of its data memory, a power of two, at most {@link SortingProgram#RESULT_ADDRESS} / 4
     */
    public PipelinedProcessor(int[] instructions, int dataWords) {
        parameter("data words", dataWords);
        parameter("program", Integer.toHexString(Arrays.hashCode(instructions)));
        describe("A five-stage processor for RV32I.");
        int programWords = Integer.highestOneBit(2 * instructions.length - 1);
        long[] words = new long[Math.max(2, programWords)];
        for (int i = 0; i < instructions.length; i++) {
            words[i] = Integer.toUnsignedLong(instructions[i]);
        }
        code = rom(WORD, words, Style.BLOCK);
        data = ram(WORD, dataWords, Style.BLOCK);

        Execution execution = execute();
        UInt loaded = data.readSync(execution.address.bits(data.addressWidth() + 1, 2))
                .named("loaded");
        UInt memoryResult = mux(memoryLoads, loaded, memoryValue).named("memory_result");

        UInt instruction = wire(WORD).named("instruction");
        UInt sourceA = instruction.bits(19, 15).named("source_a");
        UInt sourceB = instruction.bits(24, 20).named("source_b");
        Bool usesLoad = execution
                .loads
                .and(execution.target.eq(sourceA).or(execution.target.eq(sourceB)))
                .and(execution.target.ne(0));
        Bool stall = usesLoad.and(decodeValid).and(execution.jumps.not()).named("stall");
        instruction.set(code.readSync(fetchAddress.bits(code.addressWidth() + 1, 2), stall.not()));

        when(execution.jumps, () -> fetchAddress.set(execution.next))
                .elseWhen(stall.not(), () -> fetchAddress.set(fetchAddress.wrappingPlus(4)));
        when(stall.not(), () -> decodeAddress.set(fetchAddress));
        decodeValid.set(execution.jumps.not());

        Forwarding forwarding = new Forwarding(execution, memoryResult);
        executeValid.set(decodeValid.and(stall.not()).and(execution.jumps.not()));
        executeInstruction.set(instruction);
        executeAddress.set(decodeAddress);
        operandA.set(forwarding.value(sourceA));
        operandB.set(forwarding.value(sourceB));

        memoryTarget.set(mux(execution.writes, execution.target, UInt.of(5, 0)));
        memoryLoads.set(execution.loads);
        memoryValue.set(execution.value);
        writeTarget.set(memoryTarget);
        writeValue.set(memoryResult);
        registers.write(writeTarget, writeValue, writeTarget.ne(0));
        observe(execution);
    }

    private void observe(Execution execution) {
        Bool shown = execution.stores.and(execution.address.bit(12));
        UInt last = reg(WORD, 0).named("last_result");
        UInt count = reg(WORD, 0).named("result_count");
        UInt path = reg(WORD, 0).named("path");
        UInt instructions = reg(WORD, 0).named("instruction_count");
        when(shown, () -> {
            last.set(operandB);
            count.set(count.wrappingPlus(1));
        });
        when(executeValid, () -> {
            path.set(PopcountArray.rotated(path, 5).xor(executeAddress));
            instructions.set(instructions.wrappingPlus(1));
        });
        result.set(last);
        results.set(count);
        signature.set(path);
        retired.set(instructions);
    }

    /** What the execute stage decides. */
    private record Execution(
            UInt target, Bool writes, Bool loads, Bool stores, UInt address, UInt value, Bool jumps, UInt next) {}

    private Execution execute() {
        UInt instruction = executeInstruction;
        UInt opcode = instruction.bits(6, 2).named("opcode");
        UInt function = instruction.bits(14, 12).named("operation");
        Bool isLoad = opcode.eq(0b00000).named("is_load");
        Bool isUpperRelative = opcode.eq(0b00101).named("is_upper_relative");
        Bool isStore = opcode.eq(0b01000).named("is_store");
        Bool isRegister = opcode.eq(0b01100).named("is_register");
        Bool isUpper = opcode.eq(0b01101).named("is_upper");
        Bool isBranch = opcode.eq(0b11000).named("is_branch");
        Bool isJumpRegister = opcode.eq(0b11001).named("is_jump_register");
        Bool isJump = opcode.eq(0b11011).named("is_jump");

        UInt immediate = instruction.bits(31, 20).asSInt().extend(WORD).asUInt().named("immediate");
        UInt storeImmediate = concat(instruction.bits(31, 25), instruction.bits(11, 7))
                .asSInt()
                .extend(WORD)
                .asUInt()
                .named("store_immediate");
        UInt upper = instruction.bits(31, 12).shiftLeft(12).named("upper");
        UInt branchOffset = concat(
                        instruction.bit(31),
                        instruction.bit(7),
                        instruction.bits(30, 25),
                        instruction.bits(11, 8),
                        UInt.of(1, 0))
                .asSInt()
                .extend(WORD)
                .asUInt();
        UInt jumpOffset = concat(
                        instruction.bit(31),
                        instruction.bits(19, 12),
                        instruction.bit(20),
                        instruction.bits(30, 21),
                        UInt.of(1, 0))
                .asSInt()
                .extend(WORD)
                .asUInt();

        UInt b = mux(isRegister, operandB, immediate).named("alu_b");
        UInt address =
                operandA.wrappingPlus(mux(isStore, storeImmediate, immediate)).named("address");
        UInt following = executeAddress.wrappingPlus(4).named("following");
        Bool subtracts = isRegister.and(instruction.bit(30));
        UInt sum = mux(subtracts, operandA.wrappingMinus(b), operandA.wrappingPlus(b))
                .named("sum");
        UInt amount = b.bits(4, 0).named("amount");
        Bool fills = instruction.bit(30).and(operandA.bit(WORD - 1));
        UInt right = mux(fills, UInt.of(WORD, 0xffffffffL), UInt.of(WORD, 0))
                .concat(operandA)
                .shiftRight(amount)
                .trunc(WORD);
        UInt left = operandA.shiftLeft(amount).trunc(WORD);
        Bool lessSigned = operandA.asSInt().lt(b.asSInt());
        Bool less = operandA.lt(b);
        UInt computed = select(
                        function,
                        List.of(
                                sum,
                                left,
                                lessSigned.asUInt().extend(WORD),
                                less.asUInt().extend(WORD),
                                operandA.xor(b),
                                right,
                                operandA.or(b),
                                operandA.and(b)))
                .named("computed");
        UInt target = mux(isUpper, upper, executeAddress.wrappingPlus(upper));
        Bool links = isJump.or(isJumpRegister);
        UInt value = mux(isUpper.or(isUpperRelative), target, mux(links, following, computed))
                .named("value");

        Bool equal = operandA.eq(operandB);
        Bool below =
                mux(function.bit(1), operandA.lt(operandB), operandA.asSInt().lt(operandB.asSInt()));
        Bool taken = mux(function.bit(2), below, equal).xor(function.bit(0)).named("taken");
        UInt next = mux(
                        isJumpRegister,
                        concat(address.bits(WORD - 1, 1), UInt.of(1, 0)),
                        executeAddress.wrappingPlus(mux(isJump, jumpOffset, branchOffset)))
                .named("next_address");
        Bool jumps = executeValid.and(links.or(isBranch.and(taken))).named("jumps");
        Bool loads = executeValid.and(isLoad).named("loads");
        Bool stores = executeValid.and(isStore).named("stores");
        Bool writes = executeValid.and(isStore.or(isBranch).not()).named("writes");
        data.write(
                address.bits(data.addressWidth() + 1, 2),
                operandB,
                stores.and(address.bit(12).not()));
        return new Execution(instruction.bits(11, 7), writes, loads, stores, address, value, jumps, next);
    }

    /** Values of registers as the instruction in decode must see them. */
    private final class Forwarding {
        private final Execution execution;
        private final UInt memoryResult;

        Forwarding(Execution execution, UInt memoryResult) {
            this.execution = execution;
            this.memoryResult = memoryResult;
        }

        UInt value(UInt register) {
            UInt stored = mux(register.eq(0), UInt.of(WORD, 0), registers.read(register));
            Bool fromExecute =
                    execution.writes.and(execution.target.eq(register)).and(register.ne(0));
            Bool fromMemory = memoryTarget.eq(register).and(register.ne(0));
            Bool fromWrite = writeTarget.eq(register).and(register.ne(0));
            return mux(fromExecute, execution.value, mux(fromMemory, memoryResult, mux(fromWrite, writeValue, stored)));
        }
    }
}
