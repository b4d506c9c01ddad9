package narrowband.accel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InvalidInputExceptionTest {
    @TempDir
    Path folder;

    @Test
    void theReasonIsNotTheNameAgain() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Path latin = Files.write(folder.resolve("latin"), new byte[] {(byte) 0xfc});
        assertThat(reason(() -> Files.readString(folder.resolve("none")))).isEqualTo("there is no such file");
        assertThat(reason(() -> Files.writeString(folder.resolve("no").resolve("file"), "")))
                .isEqualTo("there is no folder " + folder.resolve("no"));
        assertThat(reason(() -> Files.createDirectory(file))).isEqualTo("the name is taken");
        assertThat(reason(() -> Files.readString(folder))).isEqualTo("Is a directory");
        assertThat(reason(() -> Files.readString(latin))).isEqualTo("it is not text in UTF-8");
        assertThat(InvalidInputException.reason(new AccessDeniedException(file.toString())))
                .isEqualTo("permission denied");
        assertThat(InvalidInputException.reason(new IOException())).isEqualTo("IOException");
    }

    private interface Work {
        void run() throws IOException;
    }

    private static String reason(Work work) {
        return InvalidInputException.reason(catchThrowableOfType(IOException.class, work::run));
    }
}
