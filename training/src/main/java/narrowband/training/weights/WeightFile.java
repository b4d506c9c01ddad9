package narrowband.training.weights;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import narrowband.accel.InvalidInputException;

/** Reads files of weights; which format a file has is seen from its first bytes. */
public final class WeightFile {
    /** The formats, for messages. */
    public static final String FORMATS = "safetensors, or PyTorch's .pt, .pth or .th";

    private static final int ZIP = 0x04034B50;
    private static final int PICKLE = 0x80;

    private WeightFile() {}

    /**
     * All tensors of a file, in its order.
     *
     * @throws InvalidInputException if the file is missing, truncated, of another format, or holds code
     */
    public static List<NamedTensor> read(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("There is no file of weights %s; check its name.".formatted(file), e);
        } catch (IOException | OutOfMemoryError e) {
            throw new InvalidInputException(
                    "The weights %s cannot be read (%s); check that it is a file of less than 2 GiB that may be read."
                            .formatted(file, e.getMessage()),
                    e);
        }
        try {
            return tensors(file, bytes);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The weights %s are damaged (%s); download the file again."
                            .formatted(file, InvalidInputException.reason(e)),
                    e);
        } catch (BufferUnderflowException | IndexOutOfBoundsException | ArithmeticException e) {
            throw new InvalidInputException(
                    "The weights %s are truncated or damaged; download the file again.".formatted(file), e);
        }
    }

    private static List<NamedTensor> tensors(Path file, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length > 8 && bytes[8] == '{') {
            return SafetensorsFormat.read(buffer);
        }
        if (bytes.length > 4 && buffer.getInt(0) == ZIP) {
            return PyTorchFormat.readArchive(bytes);
        }
        if (bytes.length > 4 && (bytes[0] & 0xff) == PICKLE) {
            return PyTorchFormat.readLegacy(buffer);
        }
        throw new InvalidInputException("%s is not a file of weights: expected %s.".formatted(file, FORMATS));
    }
}
