package org.mmcr.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.mmcr.core.MmcrException;

/**
 * The demo's data set: ten classes of drawn figures, 32x32, told apart by form alone. Place, size, angle, both colours,
 * background, thickness, texture, clutter and an occluder are drawn anew for each picture and say nothing about its class;
 * no class is another's mirror image.
 *
 * <p>Every picture is a function of (seed, class, number). Figures are distance functions sampled by our own arithmetic, not
 * by Java2D, whose antialiasing differs between platforms.
 */
public final class DrawnPictures {
    /** Side of a picture in pixels. */
    public static final int SIZE = 32;

    private DrawnPictures() {}

    /** Class names in label order. */
    public static List<String> classNames() {
        return Arrays.stream(Figure.values())
                .map(figure -> figure.name().toLowerCase(Locale.ROOT))
                .sorted()
                .toList();
    }

    /**
     * Writes {@code perClass} pictures of each class as {@code root/<class>/NNNN.png}. Two seeds give two independent sets,
     * as for training and test.
     */
    public static void write(Path root, int perClass, long seed) {
        try {
            for (Figure figure : Figure.values()) {
                Files.createDirectories(root.resolve(figure.name().toLowerCase(Locale.ROOT)));
            }
        } catch (IOException e) {
            throw failure(root, e);
        }
        Figure[] figures = Figure.values();
        IntStream.range(0, figures.length * perClass)
                .parallel()
                .forEach(i -> write(root, figures[i / perClass], i % perClass, seed));
    }

    /** Picture {@code number} of one set, its class the remainder by ten. */
    public static BufferedImage picture(int number, long seed) {
        Figure[] figures = Figure.values();
        return image(new DrawnPicture(figures[number % figures.length], number / figures.length, seed).draw());
    }

    private static void write(Path root, Figure figure, int number, long seed) {
        String name = String.format(Locale.ROOT, "%s/%04d.png", figure.name().toLowerCase(Locale.ROOT), number);
        Path file = root.resolve(name);
        try {
            ImageIO.write(image(new DrawnPicture(figure, number, seed).draw()), "png", file.toFile());
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private static BufferedImage image(int[] rgb) {
        BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, SIZE, SIZE, rgb, 0, SIZE);
        return image;
    }

    private static MmcrException failure(Path file, IOException e) {
        return new MmcrException(
                "expected to write pictures to " + file + ", but " + e + "; check the folder and the free space", e);
    }
}
