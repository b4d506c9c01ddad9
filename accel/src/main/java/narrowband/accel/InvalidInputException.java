package narrowband.accel;

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
}
