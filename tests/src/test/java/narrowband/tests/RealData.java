package narrowband.tests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Data sets that are too large to lie in the repository; a test without its data is left out and says so. */
final class RealData {
    private RealData() {}

    /** A data set's folder: in the folder that NARROWBAND_DATA names, or in ../shared/data beside the repository. */
    static Path folder(String name) {
        String named = System.getenv("NARROWBAND_DATA");
        // Maven runs the tests in their module's folder.
        Path data = named == null ? Path.of("..", "..", "shared", "data") : Path.of(named);
        Path folder = data.resolve(name).toAbsolutePath().normalize();
        assumeTrue(
                Files.isDirectory(folder),
                "%s is not there: left out (NARROWBAND_DATA may name the folder that holds %s)"
                        .formatted(folder, name));
        return folder;
    }
}
