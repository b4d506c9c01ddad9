package narrowband.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import narrowband.accel.InvalidInputException;

/**
 * A folder for one command alone while it writes there. The system lets go of it however the command ends; the file that it
 * needs goes with it, and one that is left after a loss of power holds nobody up.
 */
final class FolderLock implements AutoCloseable {
    /** The file's name; it is none of a folder's results. */
    static final String NAME = ".narrowband.lock";

    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the folder.
     *
     * @throws InvalidInputException if another command has it
     * @throws IOException if nothing can be written there
     */
    static FolderLock of(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (isHeld(channel)) {
                channel.close();
                throw new InvalidInputException(
                        "%s: another narrowband is writing there; wait for it, or name another folder with --out."
                                .formatted(folder));
            }
        } catch (IOException e) {
            // A file system without locks: everything works but this.
        }
        // Also where Ctrl-C ends the program before the command closes it.
        file.toFile().deleteOnExit();
        return new FolderLock(file, channel);
    }

    private static boolean isHeld(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        channel.close();
    }
}
