package narrowband.sim.cycle;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.Program;
import narrowband.accel.design.Program.Step;

/**
 * A program as flat code, so that walking it costs the same at any depth of nesting. Two kinds of instructions: run a step
 * {@code count} times; and, at a loop's end, go back to {@code target} unless the loop has run {@code count} times.
 */
public final class Routine {
    /** The step to run; null at a loop's end. */
    final Step[] steps;
    /** How often the step, or the loop, runs. */
    final long[] counts;
    /** Where the loop begins. */
    final int[] targets;
    /** Where the parts of the program begin, if it is a sequence, and at last its length. */
    final int[] parts;

    private Routine(List<Instruction> code, List<Integer> parts) {
        this.parts = parts.stream().mapToInt(Integer::intValue).toArray();
        steps = code.stream().map(Instruction::step).toArray(Step[]::new);
        counts = code.stream().mapToLong(Instruction::count).toArray();
        targets = code.stream().mapToInt(Instruction::target).toArray();
    }

    private record Instruction(Step step, long count, int target) {}

    /** The flat code of a program. */
    public static Routine compile(Program program) {
        List<Instruction> code = new ArrayList<>();
        List<Integer> parts = new ArrayList<>();
        if (program instanceof Program.Sequence sequence) {
            for (Program part : sequence.parts()) {
                parts.add(code.size());
                emit(part, 1, code);
            }
        } else {
            emit(program, 1, code);
        }
        parts.add(code.size());
        return new Routine(code, parts);
    }

    private static void emit(Program program, long times, List<Instruction> code) {
        if (times == 0 || program.steps() == 0) {
            return;
        }
        switch (program) {
            case Step step -> code.add(new Instruction(step, times, -1));
            case Program.Repeat repeat -> emit(repeat.body(), Math.multiplyExact(times, repeat.count()), code);
            case Program.Sequence sequence -> {
                int target = code.size();
                sequence.parts().forEach(part -> emit(part, 1, code));
                if (times > 1) {
                    code.add(new Instruction(null, times, target));
                }
            }
        }
    }

    /** Instructions. */
    public int length() {
        return steps.length;
    }

    /** Whether an instruction ends a loop, rather than to run a step. */
    public boolean isLoopEnd(int instruction) {
        return steps[instruction] == null;
    }

    /** The step that an instruction runs, which must not be a loop's end. */
    public Step step(int instruction) {
        return steps[instruction];
    }

    /** How often an instruction's step, or its loop, runs. */
    public long count(int instruction) {
        return counts[instruction];
    }

    /** Where the loop begins that an instruction ends. */
    public int target(int instruction) {
        return targets[instruction];
    }

    /** The ports whose bits are set in what a step {@link Step#reads reads} or {@link Step#writes writes}, from the lowest on. */
    public static int[] ports(int mask) {
        int[] ports = new int[Integer.bitCount(mask)];
        for (int i = 0; i < ports.length; i++) {
            ports[i] = Integer.numberOfTrailingZeros(mask);
            mask &= mask - 1;
        }
        return ports;
    }
}
