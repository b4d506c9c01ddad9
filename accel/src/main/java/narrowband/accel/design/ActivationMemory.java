package narrowband.accel.design;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Places of tensors in one memory, chosen at design time: first fit, in the order in which they come to life. Two tensors
 * that are ever alive together do not overlap.
 */
final class ActivationMemory {
    private final List<Region> regions = new ArrayList<>();

    /**
     * A tensor's place.
     *
     * @param born the pass that writes it
     * @param dies the last pass that reads it, at least {@code born}
     */
    record Region(String tensor, int address, int words, int born, int dies) {
        int end() {
            return address + words;
        }

        private boolean livesWith(Region other) {
            return born <= other.dies && other.born <= dies;
        }
    }

    /** The lowest place for a tensor beside all that are placed already. */
    Region place(String tensor, int words, int born, int dies) {
        Region placed = new Region(tensor, 0, words, born, dies);
        List<Region> others = regions.stream()
                .filter(placed::livesWith)
                .sorted(Comparator.comparingInt(Region::address))
                .toList();
        int address = 0;
        for (Region other : others) {
            if (other.address() - address >= words) {
                break;
            }
            address = Math.max(address, other.end());
        }
        placed = new Region(tensor, Math.toIntExact(address), words, born, dies);
        regions.add(placed);
        return placed;
    }

    /** All places, in the order in which they were given. */
    List<Region> regions() {
        return List.copyOf(regions);
    }

    /** Words that the memory must have. */
    int words() {
        return regions.stream().mapToInt(Region::end).max().orElse(1);
    }

    /** The largest tensor; there must be one. */
    Region largest() {
        return regions.stream().max(Comparator.comparingInt(Region::words)).orElseThrow();
    }
}
