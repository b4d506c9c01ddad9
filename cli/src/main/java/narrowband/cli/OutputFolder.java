package narrowband.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import narrowband.accel.InvalidInputException;
import narrowband.hdl.tool.FileTree;

/**
 * The folder that a run writes into. It is checked before any work is done; every file and folder in it appears under its
 * name only when it is whole. Closing takes away what the run made and left empty, so that a run that came to nothing leaves
 * nothing.
 */
final class OutputFolder implements AutoCloseable {
    private final Path folder;
    /** Folders that were not there before, the innermost first. */
    private final List<Path> made;

    private final FolderLock lock;

    private OutputFolder(Path folder, List<Path> made, FolderLock lock) {
        this.folder = folder;
        this.made = List.copyOf(made);
        this.lock = lock;
    }

    /**
     * Makes the folder, or takes an empty one.
     *
     * @param force take it although it holds files, which the run may replace
     * @throws InvalidInputException if it holds files, is a file, cannot be written, or another command is writing there
     */
    static OutputFolder create(Path folder, boolean force) {
        requireFree(folder, force);
        List<Path> made = new ArrayList<>();
        for (Path path = folder.toAbsolutePath(); path != null && Files.notExists(path); path = path.getParent()) {
            made.add(path);
        }
        try {
            Files.createDirectories(folder);
            FolderLock lock = FolderLock.of(folder);
            try {
                // Another command may have been here since.
                requireFree(folder, force);
            } catch (InvalidInputException e) {
                lock.close();
                throw e;
            }
            return new OutputFolder(folder, made, lock);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
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

    @Override
    public void close() {
        try {
            lock.close();
            for (Path path : made) {
                if (holdsFiles(path)) {
                    return;
                }
                Files.delete(path);
            }
        } catch (IOException e) {
            // Somebody else took the folder away, or holds on to it; an empty folder does no harm.
        }
    }

    /** Writes a file under a temporary name, then renames it. */
    void write(String name, String text) {
        write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a file under a temporary name, then renames it. */
    void write(String name, byte[] bytes) {
        Path target = file(name);
        try {
            Path temporary = file(name + ".part");
            try {
                Files.write(temporary, bytes);
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
        return writeWhole(file(name), files, true);
    }

    /** @throws InvalidInputException if the folder holds files already that may not be replaced, is a file, or cannot be written */
    static void requireFree(Path folder, boolean force) {
        requireWritable(folder.toAbsolutePath(), "--out");
        try {
            if (!force && Files.isDirectory(folder) && holdsFiles(folder)) {
                throw holdsFilesAlready(folder);
            }
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    /**
     * Checks what can be known of a folder before it is made.
     *
     * @param option by which it, or a file in it, was named
     * @throws InvalidInputException if a file is where a folder must be, or nothing may be written there
     */
    static void requireWritable(Path folder, String option) {
        Path there = folder;
        while (there.getParent() != null && Files.notExists(there)) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there)) {
            throw new InvalidInputException(
                    "%s: an output folder is to be here, but the name is taken by a file; name another with %s."
                            .formatted(there, option));
        }
        if (!Files.isWritable(there)) {
            throw new InvalidInputException(
                    "%s: nothing may be written here; name another place with %s, or change its rights."
                            .formatted(there, option));
        }
    }

    /**
     * As {@link #requireFree} for a folder that is replaced whole: that one may hold nothing but a folder of the same kind.
     *
     * @param mark the file that every folder of that kind holds
     */
    static void requireReplaceable(Path folder, boolean force, String mark) {
        requireFree(folder, force);
        // It is replaced by another, which is made beside it.
        requireWritable(real(folder).getParent(), "--out");
        try {
            if (Files.isDirectory(folder) && holdsFiles(folder) && !Files.exists(folder.resolve(mark))) {
                throw new InvalidInputException(
                        "%s: the folder holds no %s, so that its files are none that --force may replace; name another with --out."
                                .formatted(folder, mark));
            }
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    /**
     * Puts files, by name, into a folder that appears whole.
     *
     * @param force whether it may take the place of one that holds files
     */
    static Path writeWhole(Path folder, Map<String, byte[]> files, boolean force) {
        Path target = real(folder);
        Path temporary = temporary(target, "part");
        try {
            Files.createDirectories(target.getParent());
            FileTree.delete(temporary);
            Files.createDirectory(temporary);
            try {
                for (Map.Entry<String, byte[]> entry : files.entrySet()) {
                    Files.write(temporary.resolve(entry.getKey()), entry.getValue());
                }
                replace(target, temporary, force);
            } finally {
                FileTree.delete(temporary);
            }
            return folder;
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    /** Where a folder lies; a link to it stays a link. */
    private static Path real(Path folder) {
        try {
            return Files.isDirectory(folder)
                    ? folder.toRealPath()
                    : folder.toAbsolutePath().normalize();
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    /** Renames a folder to one that is not there or empty; a fuller one steps aside first, and goes when all is well. */
    private static void replace(Path target, Path by, boolean force) throws IOException {
        Path older = temporary(target, "old");
        for (; ; ) {
            try {
                Files.move(by, target, StandardCopyOption.ATOMIC_MOVE);
                FileTree.delete(older);
                return;
            } catch (FileSystemException e) {
                if (!Files.isDirectory(target) || !holdsFiles(target)) {
                    throw e;
                }
            }
            if (!force) {
                throw holdsFilesAlready(target);
            }
            FileTree.delete(older);
            try {
                Files.move(target, older, StandardCopyOption.ATOMIC_MOVE);
            } catch (NoSuchFileException e) {
                // Another command has moved it away; the name is free.
            }
        }
    }

    /** A name beside a file or folder that no other command takes. */
    static Path temporary(Path target, String kind) {
        return target.resolveSibling("%s.%d-%d.%s"
                .formatted(
                        target.getFileName(),
                        ProcessHandle.current().pid(),
                        Thread.currentThread().threadId(),
                        kind));
    }

    private static boolean holdsFiles(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.anyMatch(entry -> !entry.endsWith(FolderLock.NAME));
        }
    }

    private static InvalidInputException holdsFilesAlready(Path folder) {
        return new InvalidInputException(
                "%s: the output folder holds files already; name another with --out, or replace them with --force."
                        .formatted(folder));
    }

    private static InvalidInputException unwritable(Path path, IOException e) {
        return new InvalidInputException(
                "%s: cannot be written (%s); choose another folder with --out."
                        .formatted(path, InvalidInputException.reason(e)),
                e);
    }
}
