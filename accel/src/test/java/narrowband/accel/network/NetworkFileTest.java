package narrowband.accel.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import narrowband.accel.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkFileTest {
    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsReadBackEqual() throws IOException {
        for (long seed = 0; seed < 200; seed++) {
            IntegerNetwork network = RandomNetworks.network(seed);
            Path file = folder.resolve("net.nbn");
            NetworkFile.write(network, file);
            assertThat(NetworkFile.read(file)).as("seed %d", seed).isEqualTo(network);
            assertThat(NetworkFile.bytes(NetworkFile.read(file))).isEqualTo(NetworkFile.bytes(network));
        }
        try (var left = Files.list(folder)) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void aShortcutIsWrittenAndReadBackEqual() throws IOException {
        IntegerNetwork network = new IntegerNetwork(
                "shortcut",
                List.of(
                        new Layer.Input("image", new Shape(5, 4, 3), CodeType.unsigned(2), Scale.uniform(1)),
                        new Layer.IdentityShortcut("shortcut", "image", 2, 1, 2)));
        Path file = folder.resolve("net.nbn");
        NetworkFile.write(network, file);
        assertThat(NetworkFile.read(file)).isEqualTo(network);
        assertThat(new String(NetworkFile.bytes(network), StandardCharsets.ISO_8859_1))
                .contains("\"kind\" : \"identity_shortcut\"");
    }

    @Test
    void theHeaderCanBeRead() {
        String text = new String(NetworkFile.bytes(RandomNetworks.network(1)), StandardCharsets.ISO_8859_1);
        assertThat(text)
                .startsWith("narrowband integer network, format 1\nsha256 ")
                .contains("\"kind\" : \"dense\"");
    }

    @Test
    void everyFlippedByteIsNoticed() throws IOException {
        byte[] sound = NetworkFile.bytes(RandomNetworks.network(3));
        Path file = folder.resolve("net.nbn");
        for (int at = 0; at < sound.length; at++) {
            byte[] damaged = sound.clone();
            damaged[at] ^= 0x10;
            Files.write(file, damaged);
            assertThatThrownBy(() -> NetworkFile.read(file))
                    .as("byte %d", at)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith(file + ": ");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 60, 200, -1})
    void aTruncatedFileIsNoticed(int length) throws IOException {
        byte[] sound = NetworkFile.bytes(RandomNetworks.network(3));
        Path file = folder.resolve("net.nbn");
        Files.write(file, java.util.Arrays.copyOf(sound, length < 0 ? sound.length + length : length));
        assertThatThrownBy(() -> NetworkFile.read(file)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void anotherVersionIsNamed() throws IOException {
        String text = new String(NetworkFile.bytes(RandomNetworks.network(3)), StandardCharsets.ISO_8859_1);
        Path file = folder.resolve("net.nbn");
        Files.writeString(file, text.replace("format 1", "format 7"), StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> NetworkFile.read(file))
                .hasMessage(
                        file
                                + ": the format is 7, but this version reads format 1; write the network again with this version.");
    }

    @Test
    void aMissingFileSaysHowToGetOne() {
        Path file = folder.resolve("none.nbn");
        assertThatThrownBy(() -> NetworkFile.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(file + ": there is no such file; name a network that `narrowband train` wrote.");
    }
}
