package narrowband.sim.machines;

import java.util.List;
import java.util.stream.Collectors;
import narrowband.accel.InvalidInputException;
import narrowband.sim.machines.LayerTable.Row;

/**
 * A published accelerator: the closed form by which its authors count the cycles of a layer. Each of its engines takes one
 * layer at a time.
 *
 * <p>The family is closed. None of them counts more than is said at each; most count the array alone.
 */
public sealed interface Machine permits Barvinn, BitFusion, Bismo, FinnMvau, Stripes {
    /** What users type. */
    String name();

    /** Name and size, for people. */
    String title();

    /** Where the closed form was published. */
    String source();

    /** The published clock. */
    double clockMegahertz();

    /** Engines that work side by side, each on a layer of its own, for a network of so many layers. */
    int engines(int layers);

    /** Images that a layer takes together; cycles are for all of them. */
    int batch();

    /** The cycles of a layer that has one group. */
    Cycles ofOneGroup(Row row);

    /** The cycles of a layer on one engine; its groups go one after another. */
    default Cycles cycles(Row row) {
        return ofOneGroup(row.oneGroup()).times(row.groups());
    }

    /**
     * What a layer takes.
     *
     * @param compute cycles in which the array works
     * @param waiting cycles in which it waits for memory; 0 where the closed form does not know of memory
     * @param used the share of the array's products in the working cycles that the layer asked for, 0..1; the others are
     *     lanes without a channel or position to work on, and bits wider than those of the layer
     */
    record Cycles(long compute, long waiting, double used) {
        public long total() {
            return compute + waiting;
        }

        Cycles times(int count) {
            return new Cycles(compute * count, waiting * count, used);
        }
    }

    /** The machines that are known by name. */
    static List<Machine> known() {
        return List.of(Barvinn.PUBLISHED, Bismo.PYNQ_Z1, BitFusion.PUBLISHED, FinnMvau.PUBLISHED, Stripes.PUBLISHED);
    }

    /** @throws InvalidInputException with the list of known names if there is no such machine */
    static Machine named(String name) {
        return known().stream()
                .filter(machine -> machine.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("There is no machine \"%s\"; the known ones are %s."
                        .formatted(name, known().stream().map(Machine::name).collect(Collectors.joining(", ")))));
    }
}
