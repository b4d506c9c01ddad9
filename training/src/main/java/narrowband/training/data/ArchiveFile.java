package narrowband.training.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import narrowband.accel.InvalidInputException;
import org.tukaani.xz.XZInputStream;

/** A data file that may lie there plain, or compressed as {@code .gz} or {@code .xz}. */
final class ArchiveFile {
    private static final List<String> ENDINGS = List.of("", ".gz", ".xz");

    private ArchiveFile() {}

    /**
     * The file of that name in the folder, whichever way it is compressed.
     *
     * @param what what the file holds, for the message
     * @throws InvalidInputException if the folder or the file is missing
     */
    static Path find(Path folder, String name, String what) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException(
                    "%s is not a folder; expected the folder that holds %s (%s).".formatted(folder, name, what));
        }
        for (String ending : ENDINGS) {
            Path file = folder.resolve(name + ending);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        throw new InvalidInputException("%s holds no %s; expected one of %s there (%s). Download it or name its folder."
                .formatted(
                        folder,
                        name,
                        ENDINGS.stream().map(ending -> name + ending).collect(Collectors.joining(", ")),
                        what));
    }

    /**
     * Reads the whole file, decompressed.
     *
     * @param limit more bytes than a sound file of this kind can have; reading stops there
     * @throws InvalidInputException if the file is truncated, damaged or cannot be read
     */
    static byte[] read(Path file, int limit) {
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = decompressed(file, raw)) {
            return in.readNBytes(limit);
        } catch (EOFException e) {
            throw new InvalidInputException(
                    "%s is truncated: its compressed data end early. Download it again.".formatted(file), e);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "%s cannot be read (%s). Check that it may be read, or download it again."
                            .formatted(file, InvalidInputException.reason(e)),
                    e);
        }
    }

    private static InputStream decompressed(Path file, InputStream raw) throws IOException {
        String name = file.getFileName().toString();
        if (name.endsWith(".gz")) {
            return new GZIPInputStream(raw, 1 << 16);
        }
        return name.endsWith(".xz") ? new XZInputStream(raw) : raw;
    }
}
