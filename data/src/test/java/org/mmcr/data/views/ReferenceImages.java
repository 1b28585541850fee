package org.mmcr.data.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mmcr.data.Picture;

/** Reads the uint8 arrays of the reference folder with an independent reader, and measures differences to them. */
final class ReferenceImages {
    private static final Pattern SHAPE = Pattern.compile("\\((\\d+), (\\d+), 3\\)");

    private ReferenceImages() {}

    static Path folder() {
        Path folder = Path.of(System.getProperty("mmcr.shared", "../shared"), "reference", "views");
        assumeTrue(Files.isDirectory(folder), "no reference values at " + folder + "; skipped");
        return folder;
    }

    static Picture read(Path path) {
        try {
            byte[] bytes = Files.readAllBytes(path);
            int headerLength =
                    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort(8);
            String header = new String(bytes, 10, headerLength, StandardCharsets.ISO_8859_1);
            assertThat(header).contains("|u1").contains("'fortran_order': False");
            Matcher shape = SHAPE.matcher(header);
            assertThat(shape.find()).as(header).isTrue();
            int height = Integer.parseInt(shape.group(1));
            int width = Integer.parseInt(shape.group(2));
            byte[] rgb = Arrays.copyOfRange(bytes, 10 + headerLength, bytes.length);
            assertThat(rgb).hasSize(3 * height * width);
            return new Picture(height, width, rgb);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the sorted absolute differences in levels between interleaved floats and a picture. */
    static double[] differences(float[] interleaved, Picture expected) {
        assertThat(interleaved).hasSize(expected.rgb().length);
        double[] differences = new double[interleaved.length];
        for (int i = 0; i < differences.length; i++) {
            assertThat(interleaved[i]).isBetween(0.0f, 255.0f);
            differences[i] = Math.abs(interleaved[i] - (expected.rgb()[i] & 0xFF));
        }
        Arrays.sort(differences);
        return differences;
    }
}
