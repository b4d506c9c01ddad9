package narrowband.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntBinaryOperator;
import javax.imageio.ImageIO;
import narrowband.accel.InvalidInputException;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageFolderTest {
    private static final int SIDE = 28;

    @TempDir
    private Path folder;

    private Path picture(String name, int width, int height, IntBinaryOperator rgb) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, rgb.applyAsInt(x, y));
            }
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        assertThat(ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile()))
                .isTrue();
        return file;
    }

    private DataSet load() {
        return DataSource.parse("folder:" + SIDE + ":" + folder).load(1);
    }

    private static int red(int[] image, int y, int x) {
        return image[(y * SIDE + x) * 3];
    }

    private void twoClasses() throws IOException {
        for (int i = 0; i < 12; i++) {
            picture("train/dog/%02d.png".formatted(i), 40, 40, (_, _) -> 0x102030);
            picture("train/cat/%02d.jpg".formatted(i), 40, 40, (_, _) -> 0xc08040);
        }
        Files.writeString(folder.resolve("train/cat/notes.txt"), "not a picture");
        picture("val/dog/1.png", 40, 40, (_, _) -> 0x102030);
    }

    @Test
    void classesAreTheFoldersInTheirOrder() throws IOException {
        twoClasses();
        DataSet data = load();
        assertThat(data.train().size() + data.validation().size()).isEqualTo(24);
        assertThat(data.train().classes()).isEqualTo(2);
        for (int i = 0; i < data.train().size(); i++) {
            int[] image = data.train().image(i);
            // JPEG may be off by some steps.
            assertThat(image[0]).isCloseTo(data.train().label(i) == 0 ? 0xc0 : 0x10, Offset.offset(4));
            assertThat(image[1]).isCloseTo(data.train().label(i) == 0 ? 0x80 : 0x20, Offset.offset(4));
            assertThat(image[2]).isCloseTo(data.train().label(i) == 0 ? 0x40 : 0x30, Offset.offset(4));
        }
        assertThat(data.test().label(0)).isEqualTo(1);
    }

    /** The middle square of 224/256 of the short side: of 256 x 512, rows 144 to 368 of columns 16 to 240. */
    @Test
    void aPictureIsJudgedByTheSquareInItsMiddle() throws IOException {
        twoClasses();
        picture("val/cat/1.png", 256, 512, (x, y) -> x >= 16 && x < 240 && y >= 144 && y < 368 ? 0xff0000 : 0x0000ff);
        int[] image = load().test().image(0);
        for (int p = 0; p < SIDE * SIDE; p++) {
            assertThat(image[3 * p]).isEqualTo(255);
            assertThat(image[3 * p + 2]).isZero();
        }
    }

    /** Black and white columns of one pixel each, eight times too fine: their mean is grey everywhere. */
    @Test
    void noPixelIsPassedOverWhenAPictureShrinks() throws IOException {
        twoClasses();
        picture("val/cat/1.png", 256, 256, (x, _) -> x % 2 == 0 ? 0xffffff : 0);
        int[] image = load().test().image(0);
        for (int code : image) {
            assertThat(code).isCloseTo(127, Offset.offset(2));
        }
    }

    /** Red rises with the column and green with the row, so a part and its flip can be read off. */
    @Test
    void trainingSeesSeededPartsOfThePicture() throws IOException {
        twoClasses();
        for (int i = 0; i < 12; i++) {
            picture("train/cat/%02d.jpg".formatted(i), 2, 2, (_, _) -> 0);
            picture("train/cat/%02d.png".formatted(i), 128, 128, (x, y) -> 2 * x << 16 | 2 * y << 8);
        }
        Images train = load().train();
        byte[] once = new byte[train.imageSize()];
        byte[] again = new byte[train.imageSize()];
        int flips = 0;
        int seen = 0;
        for (int i = 0; i < train.size() && seen < 1; i++) {
            if (red(train.image(i), 0, SIDE - 1) < 100) {
                continue;
            }
            seen++;
            for (int seed = 0; seed < 40; seed++) {
                train.writeVaried(i, Augmentation.RESIZED_CROP_AND_FLIP, seed, once, 0);
                train.writeVaried(i, Augmentation.RESIZED_CROP_AND_FLIP, seed, again, 0);
                assertThat(once).isEqualTo(again);
                int left = once[0] & 0xff;
                int right = once[(SIDE - 1) * 3] & 0xff;
                int top = once[1] & 0xff;
                int bottom = once[(SIDE - 1) * SIDE * 3 + 1] & 0xff;
                flips += left > right ? 1 : 0;
                double width = Math.abs(right - left) / 256.0;
                double height = (bottom - top) / 256.0;
                assertThat(height).isPositive();
                // 8 to 100 % of the area, less the half pixels at the borders
                assertThat(width * height).isBetween(0.06, 1.0);
                assertThat(width / height).isBetween(0.7, 1.43);
            }
        }
        assertThat(seen).isPositive();
        // 40 fair coins: outside 8..32 with a probability below 1e-4
        assertThat(flips).isBetween(8, 32);
    }

    @Test
    void aFileThatIsNoPictureIsNamedWhenItIsRead() throws IOException {
        twoClasses();
        Path bad = folder.resolve("val/dog/0.png");
        Files.writeString(bad, "no picture");
        Images test = load().test();
        assertThatThrownBy(() -> test.image(0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(bad.toString());
    }

    @Test
    void aClassThatTrainingLacksIsRefused() throws IOException {
        twoClasses();
        picture("val/fox/1.png", 40, 40, (_, _) -> 0);
        assertThatThrownBy(this::load).isInstanceOf(InvalidInputException.class).hasMessageContaining("class fox");
    }

    @ParameterizedTest
    @CsvSource({"train/a/1.png, val", "val/a/1.png, train", "train/a/1.png|val/a/1.png, two classes"})
    void whatAFolderLacksIsSaid(String files, String lacks) throws IOException {
        for (String file : files.split("\\|")) {
            picture(file, 4, 4, (_, _) -> 0);
        }
        assertThatThrownBy(this::load).isInstanceOf(InvalidInputException.class).hasMessageContaining(lacks);
    }
}
