package narrowband.cli;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import narrowband.accel.InvalidInputException;

/** A file that a command makes; it appears whole or not at all. */
record OutputFile(Path path) {
    /** @throws InvalidInputException if the file is there already, unless it may be replaced */
    void requireFree(boolean force) {
        if (Files.exists(path) && !force) {
            throw new InvalidInputException("%s exists; give another --out, or --force to replace it.".formatted(path));
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
        try {
            Path partial = path.resolveSibling(path.getFileName() + ".partial");
            content.to(partial);
            Files.move(partial, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new InvalidInputException("%s: cannot be written: %s.".formatted(path, e.getMessage()), e);
        }
    }
}
