package org.mmcr.report.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSources;
import org.mmcr.data.PictureSource;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.train.evaluate.ProgressListener;

class InspectorTest {
    @TempDir
    Path folder;

    @Test
    void inspect_mixedFolder_countsEverything() throws IOException {
        draw("a/one.png", "png", BufferedImage.TYPE_INT_RGB, 8, 6, 1);
        draw("a/same.png", "png", BufferedImage.TYPE_INT_RGB, 8, 6, 1);
        draw("b/again.bmp", "bmp", BufferedImage.TYPE_INT_RGB, 8, 6, 1);
        draw("b/gray.png", "png", BufferedImage.TYPE_BYTE_GRAY, 5, 5, 2);
        draw("b/clear.png", "png", BufferedImage.TYPE_INT_ARGB, 5, 5, 3);
        draw("b/few.gif", "gif", BufferedImage.TYPE_BYTE_INDEXED, 5, 5, 4);
        draw("b/photo.jpg", "jpg", BufferedImage.TYPE_INT_RGB, 20, 30, 5);
        draw("b/photo-gray.jpg", "jpg", BufferedImage.TYPE_BYTE_GRAY, 20, 30, 6);
        Files.writeString(folder.resolve("b/broken.jpg"), "not a picture");
        Inspection found = inspect(2);
        assertThat(found.pictures()).isEqualTo(8);
        assertThat(found.broken()).isEqualTo(1);
        assertThat(found.firstBroken()).extracting(Inspection.Broken::name).containsExactly("b/broken.jpg");
        assertThat(found.classes()).isEqualTo(Map.of("a", 2, "b", 6));
        assertThat(found.unlabelled()).isZero();
        assertThat(found.modes())
                .isEqualTo(Map.of(
                        "PNG, RGB",
                        2,
                        "BMP, RGB",
                        1,
                        "PNG, gray",
                        1,
                        "PNG, RGB with alpha",
                        1,
                        "GIF, palette",
                        1,
                        "JPEG, RGB",
                        1,
                        "JPEG, gray",
                        1));
        assertThat(found.sizes().commonest()).isEqualTo(Map.of("6 x 8", 3, "5 x 5", 3, "30 x 20", 2));
        assertThat(found.sizes().maxHeight()).isEqualTo(30);
        assertThat(found.sizes().minWidth()).isEqualTo(5);
        assertThat(found.duplicates())
                .isEqualTo(
                        new Inspection.Duplicates(1, 2, 1, List.of(List.of("a/one.png", "a/same.png", "b/again.bmp"))));
        assertThat(inspect(1)).isEqualTo(found);
    }

    /** A group of many equal pictures, such as 200,000 white ones, is named by its first ones. */
    @Test
    void inspect_twelveEqualPictures_namesTenAndCountsEleven() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            draw(String.format(Locale.ROOT, "a/%02d.png", i), "png", BufferedImage.TYPE_INT_RGB, 8, 6, 1);
            names.add(String.format(Locale.ROOT, "a/%02d.png", i));
        }
        assertThat(inspect(2).duplicates())
                .isEqualTo(new Inspection.Duplicates(1, 11, 0, List.of(names.subList(0, 10))));
    }

    @Test
    void inspect_meanAndStd_asTheTwoPassFormula() throws IOException {
        for (int i = 0; i < 5; i++) {
            draw(i + ".png", "png", BufferedImage.TYPE_INT_RGB, 7 + i, 9, i);
        }
        Inspection found = inspect(3);
        assertThat(found.classes()).isEmpty();
        assertThat(found.unlabelled()).isEqualTo(5);
        try (PictureSource source = open()) {
            for (int c = 0; c < 3; c++) {
                double sum = 0;
                long n = 0;
                for (int i = 0; i < source.size(); i++) {
                    byte[] rgb = source.picture(i).rgb();
                    for (int p = c; p < rgb.length; p += 3, n++) {
                        sum += (rgb[p] & 0xff) / 255.0;
                    }
                }
                double mean = sum / n;
                double squares = 0;
                for (int i = 0; i < source.size(); i++) {
                    byte[] rgb = source.picture(i).rgb();
                    for (int p = c; p < rgb.length; p += 3) {
                        squares += Math.pow((rgb[p] & 0xff) / 255.0 - mean, 2);
                    }
                }
                assertThat(found.mean().get(c)).isCloseTo(mean, within(1e-12));
                assertThat(found.std().get(c)).isCloseTo(Math.sqrt(squares / n), within(1e-12));
            }
        }
    }

    @Test
    void write_contactSheet_picturesBesideTheirViews() throws IOException {
        for (int i = 0; i < 3; i++) {
            draw("c/" + i + ".png", "png", BufferedImage.TYPE_INT_RGB, 40, 20, i);
        }
        PictureViewRecipe recipe = PictureViewRecipe.cifar();
        Path sheet = folder.resolve("sheet.png");
        try (PictureSource source = open()) {
            new ContactSheet(source, List.of(recipe), 2, 0).write(sheet, 10);
        }
        BufferedImage image = ImageIO.read(sheet.toFile());
        assertThat(image.getWidth()).isEqualTo(3 * 102 + 18);
        assertThat(image.getHeight()).isEqualTo(3 * 118 + 6);
        // The picture is twice as wide as high: white above it, colour in the middle.
        assertThat(image.getRGB(6 + 48, 6 + 10)).isEqualTo(0xffffffff);
        assertThat(image.getRGB(6 + 48, 6 + 48)).isNotEqualTo(0xffffffff);
        // A view is square and fills its cell.
        assertThat(image.getRGB(12 + 102 + 48, 6 + 2)).isNotEqualTo(0xffffffff);
    }

    private Inspection inspect(int threads) {
        try (PictureSource source = open()) {
            return Inspector.inspect(source, threads, ProgressListener.NONE);
        }
    }

    private PictureSource open() {
        return DataSources.pictures(folder.toString(), DataOptions.defaults());
    }

    /** Noise, darker than white and opaque. */
    private void draw(String name, String format, int type, int width, int height, long seed) throws IOException {
        Random random = new Random(seed);
        BufferedImage image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(
                        x,
                        y,
                        0xff000000 | random.nextInt(0xc0) << 16 | random.nextInt(0xc0) << 8 | random.nextInt(0xc0));
            }
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
    }
}
