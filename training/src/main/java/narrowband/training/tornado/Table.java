package narrowband.training.tornado;

import java.util.Arrays;

/** The records that tell tasks what to work on, in one array of integers. */
final class Table {
    private int[] entries = new int[1024];
    private int size;

    /** Appends a record, or a part of one. */
    int add(int... record) {
        int at = size;
        while (size + record.length > entries.length) {
            entries = Arrays.copyOf(entries, 2 * entries.length);
        }
        System.arraycopy(record, 0, entries, size, record.length);
        size += record.length;
        return at;
    }

    int[] toArray() {
        return Arrays.copyOf(entries, Math.max(1, size));
    }
}
