package narrowband.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import narrowband.accel.InvalidInputException;

/**
 * The folder that a run writes into. It is checked before any work is done; every file and folder in it appears under its
 * name only when it is whole.
 */
final class OutputFolder {
    private final Path folder;

    private OutputFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes the folder, or takes an empty one.
     *
     * @param force take it although it holds files, which the run may replace
     * @throws InvalidInputException if it holds files, is a file, or cannot be written
     */
    static OutputFolder create(Path folder, boolean force) {
        try {
            Files.createDirectories(folder);
            if (!force && holdsFiles(folder)) {
                throw taken(folder);
            }
            requireWritable(folder);
        } catch (FileAlreadyExistsException e) {
            throw new InvalidInputException(
                    "%s: the output folder's name is taken by a file; name another with --out.".formatted(e.getFile()),
                    e);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
        return new OutputFolder(folder);
    }

    /** The next folder that does not exist yet: {@code out/name-001}, {@code out/name-002}, ... */
    static OutputFolder next(Path parent, String name) {
        for (int number = 1; ; number++) {
            Path folder = parent.resolve("%s-%03d".formatted(name, number));
            if (!Files.exists(folder)) {
                return create(folder, false);
            }
        }
    }

    Path path() {
        return folder;
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** Writes a file under a temporary name, then renames it. */
    void write(String name, String text) {
        Path target = file(name);
        try {
            Path temporary = Files.createTempFile(folder, name, ".part");
            try {
                Files.writeString(temporary, text, StandardCharsets.UTF_8);
                Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    /** Puts files into a folder of this one that appears whole; an older one goes. */
    Path writeFolder(String name, Map<String, byte[]> files) {
        return writeWhole(file(name), files);
    }

    /** @throws InvalidInputException if the folder holds files already, unless they may be replaced, or is a file */
    static void requireFree(Path folder, boolean force) {
        try {
            if (Files.exists(folder) && !Files.isDirectory(folder)) {
                throw new FileAlreadyExistsException(folder.toString());
            }
            if (Files.exists(folder) && !force && holdsFiles(folder)) {
                throw taken(folder);
            }
        } catch (FileAlreadyExistsException e) {
            throw isFile(e);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    /** Puts files, by name, into a folder that appears whole; an older one goes. */
    static Path writeWhole(Path folder, Map<String, byte[]> files) {
        try {
            Path parent = folder.toAbsolutePath().getParent();
            Files.createDirectories(parent);
            Path temporary = Files.createTempDirectory(parent, "part");
            for (Map.Entry<String, byte[]> entry : files.entrySet()) {
                Files.write(temporary.resolve(entry.getKey()), entry.getValue());
            }
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
            deleteTree(folder);
            Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
            return folder;
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    private static boolean holdsFiles(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isPresent();
        }
    }

    private static void requireWritable(Path folder) throws IOException {
        Files.delete(Files.createTempFile(folder, "writable", ".part"));
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(root)) {
            walk.sorted(Comparator.reverseOrder()).forEach(paths::add);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }

    private static InvalidInputException taken(Path folder) {
        return new InvalidInputException(
                "%s: the output folder holds files already; name another with --out, or replace them with --force."
                        .formatted(folder));
    }

    private static InvalidInputException isFile(FileAlreadyExistsException e) {
        return new InvalidInputException(
                "%s: the output folder's name is taken by a file; name another with --out.".formatted(e.getFile()), e);
    }

    private static InvalidInputException unwritable(Path path, IOException e) {
        return new InvalidInputException(
                "%s: cannot be written (%s); choose another folder with --out.".formatted(path, e.getMessage()), e);
    }
}
