package narrowband.cli;

import java.util.Optional;
import narrowband.accel.InvalidInputException;
import narrowband.training.data.DataSource;
import narrowband.training.data.Images;

/** The test images that a network is judged on: all of a data source, or the first of them. */
final class TestImages {
    private TestImages() {}

    /**
     * Reads, or draws, them.
     *
     * @param data as the command line has it
     * @param count of the first images; all if there is none
     * @throws InvalidInputException if the data cannot be read, or there are not so many
     */
    static Images of(String data, Optional<Integer> count, long seed) {
        Images all = DataSource.parse(data).test(seed);
        int first = count.orElse(all.size());
        if (first < 1 || first > all.size()) {
            throw new InvalidInputException("--test-images must be 1 to %,d, the test images of %s, not %,d."
                    .formatted(all.size(), data, first));
        }
        return all.range(0, first);
    }
}
