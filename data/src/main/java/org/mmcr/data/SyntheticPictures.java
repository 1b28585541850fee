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
import org.mmcr.data.io.FileFailure;

/**
 * The demo's data set: synthetic pictures of ten shapes, 32x32. The shape is the class. Position, size, angle,
 * colours, background, thickness, texture, clutter and an occluder are random and independent of it; no class is the
 * mirror image of another.
 *
 * <p>A picture is a function of (seed, class, number). Shapes are signed distance functions evaluated in plain
 * arithmetic, because the antialiasing of Java2D differs between platforms.
 */
public final class SyntheticPictures {
    /** Side of a picture in pixels. */
    public static final int SIZE = 32;

    private SyntheticPictures() {}

    /** Returns the class names in label order. */
    public static List<String> classNames() {
        return Arrays.stream(SyntheticShape.values())
                .map(shape -> shape.name().toLowerCase(Locale.ROOT))
                .sorted()
                .toList();
    }

    /**
     * Writes {@code perClass} pictures of each class as {@code root/<class>/NNNN.png}. Two seeds give independent
     * sets, for example for training and test.
     *
     * @throws MmcrException if a file cannot be written
     */
    public static void write(Path root, int perClass, long seed) {
        SyntheticShape[] shapes = SyntheticShape.values();
        try {
            for (SyntheticShape shape : shapes) {
                Files.createDirectories(root.resolve(shape.name().toLowerCase(Locale.ROOT)));
            }
        } catch (IOException e) {
            throw cannotWrite(root, e);
        }
        IntStream.range(0, shapes.length * perClass)
                .parallel()
                .forEach(i -> write(root, shapes[i / perClass], i % perClass, seed));
    }

    /** Returns picture {@code number} of a set; its class is {@code number % 10}. */
    public static BufferedImage picture(int number, long seed) {
        SyntheticShape[] shapes = SyntheticShape.values();
        return image(new SyntheticPicture(shapes[number % shapes.length], number / shapes.length, seed).render());
    }

    private static void write(Path root, SyntheticShape shape, int number, long seed) {
        String name = String.format(Locale.ROOT, "%s/%04d.png", shape.name().toLowerCase(Locale.ROOT), number);
        Path file = root.resolve(name);
        try {
            ImageIO.write(image(new SyntheticPicture(shape, number, seed).render()), "png", file.toFile());
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    private static BufferedImage image(int[] rgb) {
        BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, SIZE, SIZE, rgb, 0, SIZE);
        return image;
    }

    private static MmcrException cannotWrite(Path file, IOException e) {
        return FileFailure.exception("to write pictures to " + file, e, "check the folder and the free space");
    }
}
