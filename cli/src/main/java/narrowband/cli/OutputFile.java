package narrowband.cli;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import narrowband.accel.InvalidInputException;

/**
 * A file that a command makes; it appears whole or not at all, and with it the folders that it lies in.
 *
 * @param option by which it was named, such as {@code --out}
 * @param force whether it may replace one that is there
 */
record OutputFile(Path path, String option, boolean force) {
    /**
     * The file, found free before any work is done.
     *
     * @throws InvalidInputException if the file is there already and may not be replaced, or cannot be written
     */
    static OutputFile of(Path path, String option, boolean force) {
        if (Files.isDirectory(path)) {
            throw new InvalidInputException("%s is a folder; %s must name a file, such as %s."
                    .formatted(path, option, path.resolve("file").normalize()));
        }
        OutputFile file = new OutputFile(path, option, force);
        file.requireFree();
        OutputFolder.requireWritable(path.toAbsolutePath().getParent(), option);
        return file;
    }

    private void requireFree() {
        if (Files.exists(path) && !force) {
            throw new InvalidInputException(
                    "%s exists; give another %s, or --force to replace it.".formatted(path, option));
        }
    }

    /** What is written, piece by piece. */
    @FunctionalInterface
    interface Text {
        void to(Writer writer) throws IOException;
    }

    /** @throws InvalidInputException if the file cannot be written */
    void write(byte[] contents) {
        move(partial -> Files.write(partial, contents));
    }

    /**
     * The same of text that is too long for the memory.
     *
     * @throws InvalidInputException if the file cannot be written
     */
    void write(Text text) {
        move(partial -> {
            try (Writer writer = Files.newBufferedWriter(partial)) {
                text.to(writer);
            }
        });
    }

    private interface Content {
        void to(Path file) throws IOException;
    }

    private void move(Content content) {
        Path target = path.toAbsolutePath();
        // Two commands that make the same file do not write into each other's.
        Path partial = OutputFolder.temporary(target, "partial");
        try {
            Files.createDirectories(target.getParent());
            try {
                content.to(partial);
                requireFree();
                Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            throw new InvalidInputException(
                    "%s: cannot be written (%s); give another %s."
                            .formatted(path, InvalidInputException.reason(e), option),
                    e);
        }
    }
}
