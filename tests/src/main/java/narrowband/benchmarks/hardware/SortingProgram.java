package narrowband.benchmarks.hardware;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fills an array with pseudo-random numbers, sorts it by insertion, writes a checksum that depends on the order, and begins again: in the instructions of RV32I, and as the
 * Java that says what the checksums are.
 */
public final class SortingProgram {
    /** Where the program stores each round's checksum. */
    public static final int RESULT_ADDRESS = 0x1000;

    private static final int SEED = 0x12345678;
    private static final int ZERO = 0;
    private static final int RANDOM = 5;
    private static final int INDEX = 6;
    private static final int END = 7;
    private static final int KEY = 8;
    private static final int PLACE = 9;
    private static final int WORD = 10;
    private static final int SCRATCH = 11;
    private static final int CHECKSUM = 12;
    private static final int RETURN = 1;

    private final int length;
    private final List<Integer> code = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();
    private final Map<Integer, String> branches = new HashMap<>();

    private SortingProgram(int length) {
        this.length = length;
    }

    /** The instructions, to be placed from address 0 on, for arrays of {@code length} words from address 0 of the data memory. */
    public static int[] instructions(int length) {
        return new SortingProgram(length).assemble();
    }

    /** The checksum of the first {@code rounds} rounds, the last one last. */
    public static int[] checksums(int length, int rounds) {
        int[] checksums = new int[rounds];
        int random = SEED;
        for (int round = 0; round < rounds; round++) {
            int[] array = new int[length];
            for (int i = 0; i < length; i++) {
                random ^= random << 13;
                random ^= random >>> 17;
                random ^= random << 5;
                array[i] = random;
            }
            Arrays.sort(array);
            int checksum = 0;
            for (int word : array) {
                checksum = ((checksum << 1) | (checksum >>> 31)) + word;
            }
            checksums[round] = checksum;
        }
        return checksums;
    }

    private int[] assemble() {
        upper(RANDOM, SEED);
        immediate(0, RANDOM, RANDOM, SEED << 20 >> 20);
        label("round");
        immediate(0, INDEX, ZERO, 0);
        immediate(0, END, ZERO, 4 * length);
        label("fill");
        jump(RETURN, "random");
        store(RANDOM, INDEX, 0);
        immediate(0, INDEX, INDEX, 4);
        branch(6, INDEX, END, "fill");

        immediate(0, INDEX, ZERO, 4);
        label("insert");
        load(KEY, INDEX, 0);
        immediate(0, PLACE, INDEX, -4);
        label("shift");
        load(WORD, PLACE, 0);
        branch(5, KEY, WORD, "found");
        store(WORD, PLACE, 4);
        immediate(0, PLACE, PLACE, -4);
        branch(5, PLACE, ZERO, "shift");
        label("found");
        store(KEY, PLACE, 4);
        immediate(0, INDEX, INDEX, 4);
        branch(4, INDEX, END, "insert");

        immediate(0, CHECKSUM, ZERO, 0);
        immediate(0, INDEX, ZERO, 0);
        label("sum");
        load(WORD, INDEX, 0);
        immediate(1, SCRATCH, CHECKSUM, 1);
        immediate(5, CHECKSUM, CHECKSUM, 31);
        register(6, 0, CHECKSUM, CHECKSUM, SCRATCH);
        register(0, 0, CHECKSUM, CHECKSUM, WORD);
        immediate(0, INDEX, INDEX, 4);
        branch(1, INDEX, END, "sum");
        upper(SCRATCH, RESULT_ADDRESS);
        store(CHECKSUM, SCRATCH, 0);
        jump(ZERO, "round");

        label("random");
        immediate(1, SCRATCH, RANDOM, 13);
        register(4, 0, RANDOM, RANDOM, SCRATCH);
        immediate(5, SCRATCH, RANDOM, 17);
        register(4, 0, RANDOM, RANDOM, SCRATCH);
        immediate(1, SCRATCH, RANDOM, 5);
        register(4, 0, RANDOM, RANDOM, SCRATCH);
        code.add(RETURN << 15 | 0x67);

        branches.forEach((at, label) ->
                code.set(at, code.get(at) | offset(code.get(at), 4 * (labels.get(label) - at))));
        return code.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int offset(int instruction, int distance) {
        boolean jump = (instruction & 0x7f) == 0x6f;
        return jump
                ? (distance >> 20 & 1) << 31
                        | (distance >> 1 & 0x3ff) << 21
                        | (distance >> 11 & 1) << 20
                        | (distance >> 12 & 0xff) << 12
                : (distance >> 12 & 1) << 31
                        | (distance >> 5 & 0x3f) << 25
                        | (distance >> 1 & 0xf) << 8
                        | (distance >> 11 & 1) << 7;
    }

    private void label(String name) {
        labels.put(name, code.size());
    }

    private void upper(int to, int value) {
        code.add(((value + 0x800) & 0xfffff000) | to << 7 | 0x37);
    }

    private void immediate(int function, int to, int from, int value) {
        code.add(value << 20 | from << 15 | function << 12 | to << 7 | 0x13);
    }

    private void register(int function, int variant, int to, int a, int b) {
        code.add(variant << 30 | b << 20 | a << 15 | function << 12 | to << 7 | 0x33);
    }

    private void load(int to, int base, int distance) {
        code.add(distance << 20 | base << 15 | 2 << 12 | to << 7 | 0x03);
    }

    private void store(int from, int base, int distance) {
        code.add((distance >> 5) << 25 | from << 20 | base << 15 | 2 << 12 | (distance & 31) << 7 | 0x23);
    }

    private void branch(int function, int a, int b, String label) {
        branches.put(code.size(), label);
        code.add(b << 20 | a << 15 | function << 12 | 0x63);
    }

    private void jump(int link, String label) {
        branches.put(code.size(), label);
        code.add(link << 7 | 0x6f);
    }
}
