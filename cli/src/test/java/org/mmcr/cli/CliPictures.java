package org.mmcr.cli;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import javax.imageio.ImageIO;

/** Pictures of two classes with different colour histograms, and the recipe of the tests. */
final class CliPictures {
    private CliPictures() {}

    static Path write(Path root, int perClass, long seed) {
        Random random = new Random(seed);
        try {
            for (String name : new String[] {"round", "square"}) {
                Path folder = Files.createDirectories(root.resolve(name));
                for (int i = 0; i < perClass; i++) {
                    Path file = folder.resolve(String.format("%03d.png", i));
                    ImageIO.write(draw(name.equals("round"), random), "png", file.toFile());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return root;
    }

    private static BufferedImage draw(boolean round, Random random) {
        BufferedImage picture = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = picture.createGraphics();
        pen.setColor(round ? new Color(200, random.nextInt(100), 40) : new Color(20, random.nextInt(100), 220));
        if (round) {
            pen.fillOval(random.nextInt(6), random.nextInt(6), 10, 10);
        } else {
            pen.fillRect(random.nextInt(6), random.nextInt(6), 10, 10);
        }
        pen.dispose();
        return picture;
    }

    /** Writes a curation of such pictures in which the first ones of the first class have a flag. */
    static Path curation(Path file, int perClass, int flagged) {
        StringBuilder rows = new StringBuilder("path,flags\n");
        for (String name : new String[] {"round", "square"}) {
            for (int i = 0; i < perClass; i++) {
                String flag = name.equals("round") && i < flagged ? "duplicate" : "";
                rows.append(String.format(Locale.ROOT, "%s/%03d.png,%s\n", name, i, flag));
            }
        }
        try {
            return Files.writeString(file, rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the recipe to a file. */
    static Path recipe(Path folder) {
        Path file = folder.resolve("tiny.yaml");
        try (InputStream in = CliPictures.class.getResourceAsStream("tiny.yaml")) {
            if (in == null) {
                throw new IllegalStateException("tiny.yaml is missing");
            }
            Files.write(file, in.readAllBytes());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
