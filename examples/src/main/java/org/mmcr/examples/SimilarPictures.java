package org.mmcr.examples;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * A program that finds the pictures of a folder that are most similar to one. Usage: {@code SimilarPictures encoder.onnx
 * pictures/ picture.jpg}
 */
public final class SimilarPictures {
    private static final int SHOWN = 5;

    private SimilarPictures() {}

    /**
     * A similar picture.
     *
     * @param path path below the folder
     * @param similarity cosine of the features
     */
    record Match(String path, double similarity) {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 3) {
            System.err.println("usage: SimilarPictures ENCODER.onnx FOLDER PICTURE");
            System.exit(2);
        }
        try (OnnxEncoder encoder = new OnnxEncoder(Path.of(arguments[0]))) {
            for (Match match : nearest(encoder, Path.of(arguments[1]), Path.of(arguments[2]), SHOWN)) {
                System.out.printf(Locale.ROOT, "%.4f  %s%n", match.similarity(), match.path());
            }
        }
    }

    /** Returns the pictures below a folder whose features have the largest cosine with those of one picture. */
    static List<Match> nearest(OnnxEncoder encoder, Path folder, Path picture, int count) throws Exception {
        BufferedImage one = ImageIO.read(picture.toFile());
        if (one == null) {
            throw new IllegalArgumentException(
                    "expected a picture that ImageIO can read, found " + picture + "; convert it to JPEG or PNG");
        }
        float[] asked = encoder.features(one);
        List<Match> matches = new ArrayList<>();
        for (Path file : files(folder)) {
            BufferedImage other = ImageIO.read(file.toFile());
            if (other != null) { // other files are skipped
                matches.add(new Match(folder.relativize(file).toString(), cosine(asked, encoder.features(other))));
            }
        }
        matches.sort(Comparator.comparingDouble(Match::similarity).reversed());
        return matches.subList(0, Math.min(count, matches.size()));
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double squaredA = 0;
        double squaredB = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
            squaredA += a[i] * a[i];
            squaredB += b[i] * b[i];
        }
        return product / Math.sqrt(squaredA * squaredB);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
