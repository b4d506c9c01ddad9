package narrowband.accel.network;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import narrowband.accel.InvalidInputException;

/**
 * The file of an integer network.
 *
 * <pre>
 * narrowband integer network, format 1
 * sha256 9f86d0...                          of every byte after this line
 * { "name": "...", "layers": [ ... ] }      JSON that a person can read
 * data 12345                                bytes that follow
 * ...                                       weights, bit-packed, then thresholds, 32 bits little-endian, in layer order
 * </pre>
 *
 * Equal networks make equal files, byte for byte. Reading checks the digest and then every field; whatever is wrong is an
 * {@link InvalidInputException} that names the file and the field.
 */
public final class NetworkFile {
    private static final String KIND = "narrowband integer network, format ";
    private static final int FORMAT = 1;
    private static final String DIGEST = "sha256 ";
    private static final String DATA = "data ";

    private NetworkFile() {}

    /** Writes to a temporary name beside the file and then renames it, so that a reader never sees half a file. */
    public static void write(IntegerNetwork network, Path file) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.write(temporary, bytes(network));
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** The file as bytes. */
    public static byte[] bytes(IntegerNetwork network) {
        NetworkData data = new NetworkData();
        String header = NetworkHeader.write(network, data);
        byte[] packed = data.toBytes();
        byte[] body = join(utf8(header + "\n" + DATA + packed.length + "\n"), packed);
        return join(utf8(KIND + FORMAT + "\n" + DIGEST + sha256(body) + "\n"), body);
    }

    /** The digest that identifies a network: equal for equal networks only. */
    public static String digest(IntegerNetwork network) {
        return network.digest();
    }

    /** @throws InvalidInputException if there is no such file, or it is not a network of this format, whole and sound */
    public static IntegerNetwork read(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(
                    "%s: there is no such file; name a network that `narrowband train` wrote.".formatted(file), e);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "%s: cannot be read: %s.".formatted(file, InvalidInputException.reason(e)), e);
        }
        try {
            return parse(bytes);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(file + ": " + e.getMessage(), e);
        }
    }

    private static IntegerNetwork parse(byte[] bytes) {
        int endOfKind = lineEnd(bytes, 0);
        String kind = text(bytes, 0, endOfKind);
        if (!kind.startsWith(KIND)) {
            throw new InvalidInputException(
                    "this is not a Narrowband network; the first line must be \"%s%d\".".formatted(KIND, FORMAT));
        }
        if (!kind.equals(KIND + FORMAT)) {
            throw new InvalidInputException(
                    "the format is %s, but this version reads format %d; write the network again with this version."
                            .formatted(kind.substring(KIND.length()), FORMAT));
        }
        int endOfDigest = lineEnd(bytes, endOfKind + 1);
        String digest = text(bytes, endOfKind + 1, endOfDigest);
        byte[] body = Arrays.copyOfRange(bytes, Math.min(bytes.length, endOfDigest + 1), bytes.length);
        if (!digest.equals(DIGEST + sha256(body))) {
            throw new InvalidInputException(
                    "the file is damaged: its contents do not match the sha256 on line 2; take a fresh copy.");
        }
        int header = headerEnd(body);
        int endOfData = lineEnd(body, header + 1);
        int announced;
        try {
            announced = Integer.parseInt(text(body, header + 1 + DATA.length(), endOfData));
        } catch (NumberFormatException e) {
            throw new InvalidInputException("the line \"data N\" after the header must give a number of bytes.", e);
        }
        if (announced != body.length - endOfData - 1) {
            throw new InvalidInputException("the line \"data %d\" announces %d bytes, but %d follow."
                    .formatted(announced, announced, body.length - endOfData - 1));
        }
        NetworkData data = new NetworkData(body, endOfData + 1);
        return NetworkHeader.read(text(body, 0, header), data);
    }

    /** Where the newline before the line "data N" stands. */
    private static int headerEnd(byte[] body) {
        for (int end = lineEnd(body, 0); end < body.length; end = lineEnd(body, end + 1)) {
            int next = end + 1;
            if (next + DATA.length() <= body.length
                    && text(body, next, next + DATA.length()).equals(DATA)) {
                return end;
            }
        }
        throw new InvalidInputException("the line \"data N\" after the header is missing.");
    }

    private static int lineEnd(byte[] bytes, int from) {
        int end = Math.min(from, bytes.length);
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        return end;
    }

    private static String text(byte[] bytes, int from, int to) {
        return from >= to ? "" : new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] join(byte[] first, byte[] second) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(first.length + second.length);
        try {
            all.write(first);
            all.write(second);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toByteArray();
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
