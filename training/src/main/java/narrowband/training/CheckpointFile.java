package narrowband.training;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import narrowband.accel.InvalidInputException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file of a {@link Checkpoint}, big-endian: the magic {@code NBCK}, a version, the length of the state as JSON and the
 * JSON; the number of arrays, and each as the length of its name, its name, its length and its floats; last a CRC-32C of all
 * before it.
 */
public final class CheckpointFile {
    private static final int MAGIC = 0x4E42434B;
    private static final int VERSION = 2;
    private static final int PREFIX = 12;
    private static final JsonMapper JSON = new JsonMapper();

    private CheckpointFile() {}

    /** Writes the file under a temporary name and renames it, so that a reader never sees half of one. */
    public static void write(Checkpoint checkpoint, Path file) {
        byte[] bytes = bytes(checkpoint);
        Path absolute = file.toAbsolutePath();
        Path temporary = absolute.resolveSibling(absolute.getFileName() + ".part");
        try {
            try {
                writeThrough(temporary, ByteBuffer.wrap(bytes));
                Files.move(temporary, absolute, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                // Where the disk is full, what was written of it goes.
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The checkpoint %s cannot be written (%s). Name a file in a folder that exists and may be written to."
                            .formatted(file, InvalidInputException.reason(e)),
                    e);
        }
    }

    /** What {@link #write} writes. */
    public static byte[] bytes(Checkpoint checkpoint) {
        byte[] header = JSON.writeValueAsString(checkpoint.state()).getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(PREFIX + header.length + sizeOf(checkpoint) + Integer.BYTES);
        out.putInt(MAGIC).putInt(VERSION).putInt(header.length).put(header);
        out.putInt(checkpoint.arrays().size());
        checkpoint.arrays().forEach((name, array) -> {
            byte[] letters = name.getBytes(StandardCharsets.UTF_8);
            out.putInt(letters.length).put(letters).putInt(array.length);
            out.asFloatBuffer().put(array);
            out.position(out.position() + Float.BYTES * array.length);
        });
        out.putInt(checksum(out.array(), out.position()));
        return out.array();
    }

    private static int sizeOf(Checkpoint checkpoint) {
        int size = Integer.BYTES;
        for (Map.Entry<String, float[]> entry : checkpoint.arrays().entrySet()) {
            size += 2 * Integer.BYTES + entry.getKey().getBytes(StandardCharsets.UTF_8).length;
            size += Float.BYTES * entry.getValue().length;
        }
        return size;
    }

    /** Until the disk has it: a file that is renamed before might be empty after a loss of power. */
    private static void writeThrough(Path file, ByteBuffer bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** @throws InvalidInputException if the file is missing, damaged or of another version */
    public static Checkpoint read(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(
                    "There is no checkpoint %s. Check its name, or train anew without --resume.".formatted(file), e);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The checkpoint %s cannot be read (%s). Check its name, or train anew without --resume."
                            .formatted(file, InvalidInputException.reason(e)),
                    e);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < PREFIX + Integer.BYTES || in.getInt() != MAGIC) {
            throw new InvalidInputException(
                    "%s is not a checkpoint: it does not start with NBCK. Name a file that training wrote."
                            .formatted(file));
        }
        int version = in.getInt();
        if (version != VERSION) {
            throw new InvalidInputException(
                    "The checkpoint %s has version %d; this program reads version %d. Continue with the program that wrote it, or train anew."
                            .formatted(file, version, VERSION));
        }
        int body = bytes.length - Integer.BYTES;
        if (in.getInt(body) != checksum(bytes, body)) {
            throw new InvalidInputException(
                    "The checkpoint %s is damaged: its checksum does not match. Use another copy, or train anew."
                            .formatted(file));
        }
        try {
            byte[] header = new byte[in.getInt()];
            in.get(header);
            Checkpoint.State state = JSON.readValue(header, Checkpoint.State.class);
            Map<String, float[]> arrays = new LinkedHashMap<>();
            int count = in.getInt();
            for (int i = 0; i < count; i++) {
                byte[] letters = new byte[in.getInt()];
                in.get(letters);
                float[] array = new float[in.getInt()];
                in.asFloatBuffer().get(array);
                in.position(in.position() + Float.BYTES * array.length);
                arrays.put(new String(letters, StandardCharsets.UTF_8), array);
            }
            return new Checkpoint(state, arrays);
        } catch (JacksonException | IndexOutOfBoundsException | BufferUnderflowException e) {
            throw new InvalidInputException(
                    "The checkpoint %s cannot be understood (%s). Train anew.".formatted(file, e.getMessage()), e);
        }
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
