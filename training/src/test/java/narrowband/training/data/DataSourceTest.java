package narrowband.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import narrowband.accel.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class DataSourceTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "stroke", "strokes:x", "cifar10", "cifar10:", "png:dir", "idx"})
    void anUnknownSourceIsRefusedWithTheKnownForms(String text) {
        assertThatThrownBy(() -> DataSource.parse(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("\"" + text + "\"")
                .hasMessageContaining(DataSource.FORMS);
    }

    @Test
    void aMissingFolderAndAMissingFileAreNamed() {
        Path missing = folder.resolve("none");
        assertThatThrownBy(() -> DataSource.parse("cifar10:" + missing).load(1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(missing + " is not a folder");
        assertThatThrownBy(() -> DataSource.parse("cifar10:" + folder).load(1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("data_batch_1.bin")
                .hasMessageContaining("data_batch_1.bin.xz");
    }

    @Test
    void testImagesAloneAreThoseOfTheWholeAndNeedNoTrainingImages() throws IOException {
        Images alone = DataSource.parse("strokes").test(3);
        Images ofAll = DataSource.parse("strokes").load(3).test();
        assertThat(alone.size()).isEqualTo(ofAll.size());
        for (int i : new int[] {0, 17, alone.size() - 1}) {
            assertThat(alone.image(i)).isEqualTo(ofAll.image(i));
            assertThat(alone.label(i)).isEqualTo(ofAll.label(i));
        }
        byte[] batch = new byte[10_000 * 3073];
        Files.write(folder.resolve("test_batch.bin"), batch);
        assertThat(DataSource.parse("cifar10:" + folder).test(1).size()).isEqualTo(10_000);
    }

    @Test
    void cifarPlanesBecomeInterleavedPixels() {
        byte[] record = new byte[3073];
        record[0] = 6;
        record[1] = 11;
        record[1 + 1024] = 22;
        record[1 + 2048] = (byte) 233;
        record[1 + 1023] = 44;
        ImageSet images = CifarReader.parse(Path.of("b.bin"), record, CifarReader.Kind.CIFAR10, 1);
        assertThat(images.labels()).containsExactly(6);
        assertThat(Arrays.copyOf(images.image(0), 3)).containsExactly(11, 22, 233);
        assertThat(images.image(0)[1023 * 3]).isEqualTo(44);
    }

    @Test
    void cifarFilesOfAnotherSizeOrWithAnImpossibleLabelAreRefused() throws IOException {
        byte[] batch = new byte[10_000 * 3073];
        new SplittableRandom(1).nextBytes(batch);
        for (int r = 0; r < 10_000; r++) {
            batch[r * 3073] = (byte) (r % 10);
        }
        Path file = folder.resolve("test_batch.bin.gz");
        writeGzip(file, batch);
        assertThat(CifarReader.test(folder, CifarReader.Kind.CIFAR10).labels()[17])
                .isEqualTo(7);

        writeGzip(file, Arrays.copyOf(batch, batch.length - 1));
        assertThatThrownBy(() -> CifarReader.test(folder, CifarReader.Kind.CIFAR10))
                .hasMessageContaining(file.toString())
                .hasMessageContaining("30729999")
                .hasMessageContaining("30730000");

        batch[5 * 3073] = 10;
        writeGzip(file, batch);
        assertThatThrownBy(() -> CifarReader.test(folder, CifarReader.Kind.CIFAR10))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("record 5 has label 10")
                .hasMessageContaining("0 to 9");

        byte[] packed = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(packed, packed.length / 2));
        assertThatThrownBy(() -> CifarReader.test(folder, CifarReader.Kind.CIFAR10))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("truncated");
    }

    @Test
    void aTruncatedXzArchiveIsRefused() throws IOException {
        Path file = folder.resolve("x.bin.xz");
        try (OutputStream out = new XZOutputStream(Files.newOutputStream(file), new LZMA2Options(1))) {
            byte[] noise = new byte[50_000];
            new SplittableRandom(2).nextBytes(noise);
            out.write(noise);
        }
        assertThat(ArchiveFile.read(file, 100_000)).hasSize(50_000);
        byte[] packed = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(packed, packed.length - 1000));
        assertThatThrownBy(() -> ArchiveFile.read(file, 100_000))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("truncated");
    }

    @Test
    void idxFilesAreReadAndTheirFaultsNamed() {
        byte[] images = idxImages(3, 4, 5);
        byte[] labels = {0, 0, 8, 1, 0, 0, 0, 3, 9, 0, 4};
        Path imageFile = Path.of("train-images");
        Path labelFile = Path.of("train-labels");
        ImageSet set = IdxReader.parse(imageFile, images, labelFile, labels);
        assertThat(set.labels()).containsExactly(9, 0, 4);
        assertThat(set.height()).isEqualTo(4);
        assertThat(set.width()).isEqualTo(5);
        assertThat(set.image(1)[0]).isEqualTo(20);

        byte[] wrongMagic = images.clone();
        wrongMagic[3] = 1;
        assertThatThrownBy(() -> IdxReader.parse(imageFile, wrongMagic, labelFile, labels))
                .hasMessageContaining("train-images")
                .hasMessageContaining("0x00000803");
        assertThatThrownBy(
                        () -> IdxReader.parse(imageFile, Arrays.copyOf(images, images.length - 3), labelFile, labels))
                .hasMessageContaining("its header promises 76");
        assertThatThrownBy(() -> IdxReader.parse(imageFile, Arrays.copyOf(images, 9), labelFile, labels))
                .hasMessageContaining("too few for the header");
        byte[] wrongLabel = labels.clone();
        wrongLabel[9] = 10;
        assertThatThrownBy(() -> IdxReader.parse(imageFile, images, labelFile, wrongLabel))
                .hasMessageContaining("label 1 is 10");
        byte[] twoLabels = {0, 0, 8, 1, 0, 0, 0, 2, 9, 0};
        assertThatThrownBy(() -> IdxReader.parse(imageFile, images, labelFile, twoLabels))
                .hasMessageContaining("do not belong together");
    }

    private static byte[] idxImages(int count, int height, int width) {
        ByteBuffer out = ByteBuffer.allocate(16 + count * height * width);
        out.putInt(0x0803).putInt(count).putInt(height).putInt(width);
        for (int i = 0; i < count * height * width; i++) {
            out.put((byte) i);
        }
        return out.array();
    }

    private static void writeGzip(Path file, byte[] bytes) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file)) {
            {
                def.setLevel(1);
            }
        }) {
            out.write(bytes);
        }
    }

    @Test
    void heldOutImagesAreNotTrainedOn() {
        DataSet data = new DataSource.Drawn(400, 10).load(3);
        assertThat(data.validation().size()).isEqualTo(20);
        assertThat(data.train().size()).isEqualTo(380);
        for (int i = 0; i < 20; i++) {
            int[] held = data.validation().image(i);
            for (int j = 0; j < 380; j++) {
                assertThat(data.train().image(j)).isNotEqualTo(held);
            }
        }
    }

    @Test
    void augmentationIsDecidedByItsSeedAndKeepsEveryPixelInPlaceOrBlack() {
        ImageSet images = new ImageSet(32, 32, 3, 10, new byte[3072], new int[1]);
        Arrays.fill(images.pixels(), (byte) 200);
        byte[] once = new byte[3072];
        byte[] again = new byte[3072];
        int black = 0;
        for (int seed = 0; seed < 30; seed++) {
            images.writeVaried(0, Augmentation.CROP_AND_FLIP, seed, once, 0);
            images.writeVaried(0, Augmentation.CROP_AND_FLIP, seed, again, 0);
            assertThat(once).isEqualTo(again);
            for (byte b : once) {
                assertThat(b & 0xff).isIn(0, 200);
                black += b == 0 ? 1 : 0;
            }
        }
        assertThat(black).isPositive();
    }
}
