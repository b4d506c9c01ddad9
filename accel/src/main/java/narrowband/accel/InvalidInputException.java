package narrowband.accel;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The user's fault, told to the user: a file, a field or an option that is not what it must be.
 *
 * <p>The message says what was wrong, where, what was expected and what to do. The command-line tool prints it without a
 * stack trace and exits with 2; every other exception is a fault of Narrowband itself.
 */
public class InvalidInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidInputException(String message) {
        super(message);
    }

    public InvalidInputException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Why a file could not be read or written, in words; of most failures Java says the file's name and nothing else.
     *
     * @return a clause for a message that names the file, such as {@code permission denied}
     */
    public static String reason(IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> missing(missing.getFile());
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "the name is taken";
            case DirectoryNotEmptyException _ -> "the folder holds files";
            case CharacterCodingException _ -> "it is not text in UTF-8";
            case FileSystemException known when known.getReason() != null -> known.getReason();
            case FileSystemException other -> other.getClass().getSimpleName();
            default -> failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        };
    }

    private static String missing(String file) {
        Path folder = file == null ? null : Path.of(file).toAbsolutePath().getParent();
        return folder == null || Files.isDirectory(folder) ? "there is no such file" : "there is no folder " + folder;
    }
}
