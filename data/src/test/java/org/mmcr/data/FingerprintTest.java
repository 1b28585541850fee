package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fingerprints are equal for the same content and labels, wherever they lie, and differ for any other. */
class FingerprintTest {
    @TempDir
    Path folder;

    @Test
    void idxFiles_sameShapeOtherPixelsOrLabels_differ() throws IOException {
        byte[] digits = bytes(1, 60 * 16);
        byte[] labels = bytes(2, 60);
        String first = idx("first", digits, labels);
        assertThat(idx("copy", digits.clone(), labels.clone())).isEqualTo(first);
        assertThat(idx("fashion", bytes(3, 60 * 16), labels)).isNotEqualTo(first);
        byte[] onePixel = digits.clone();
        onePixel[60 * 16 - 1] ^= 1;
        assertThat(idx("pixel", onePixel, labels)).isNotEqualTo(first);
        byte[] oneLabel = labels.clone();
        oneLabel[17] ^= 1;
        assertThat(idx("label", digits, oneLabel)).isNotEqualTo(first);
    }

    @Test
    void pictureFiles_replacedByOthersOfTheSameSize_differ() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("a/1.bmp", TestFiles.picture(10, "bmp"));
        files.put("a/2.bmp", TestFiles.picture(20, "bmp"));
        files.put("b/3.bmp", TestFiles.picture(30, "bmp"));
        TestFiles.folder(folder.resolve("one"), files);
        TestFiles.folder(folder.resolve("copy"), files);
        files.put("a/2.bmp", TestFiles.picture(21, "bmp"));
        TestFiles.folder(folder.resolve("other"), files);
        String one = open("one");
        assertThat(open("copy")).isEqualTo(one);
        assertThat(open("other")).isNotEqualTo(one);
    }

    @Test
    void lists_oneLabelChanged_differ() throws IOException {
        TestFiles.folder(folder, Map.of("1.png", TestFiles.picture(10, "png"), "2.png", TestFiles.picture(20, "png")));
        Files.writeString(folder.resolve("one.csv"), "path,label\n1.png,a\n2.png,b\n");
        Files.writeString(folder.resolve("copy.csv"), "path,label\n1.png,a\n2.png,b\n");
        Files.writeString(folder.resolve("other.csv"), "path,label\n1.png,b\n2.png,a\n");
        assertThat(open("copy.csv")).isEqualTo(open("one.csv"));
        assertThat(open("other.csv")).isNotEqualTo(open("one.csv"));
    }

    @Test
    void tables_oneLabelOrNumberInManyRows_differ() throws IOException {
        StringBuilder rows = new StringBuilder("x,y,label\n");
        for (int i = 0; i < 9000; i++) {
            rows.append(i).append(",1.5,").append(i % 7).append('\n');
        }
        Files.writeString(folder.resolve("one.csv"), rows);
        Files.writeString(folder.resolve("copy.csv"), rows);
        Files.writeString(folder.resolve("label.csv"), rows.toString().replace("5003,1.5,5", "5003,1.5,6"));
        Files.writeString(folder.resolve("number.csv"), rows.toString().replace("5003,1.5,5", "5003,1.4,5"));
        String one = open("one.csv");
        assertThat(open("copy.csv")).isEqualTo(one);
        assertThat(open("label.csv")).isNotEqualTo(one);
        assertThat(open("number.csv")).isNotEqualTo(one);
    }

    private String open(String name) {
        try (DataSource source = DataSources.open(folder.resolve(name).toString(), DataOptions.defaults())) {
            return source.fingerprint();
        }
    }

    private String idx(String name, byte[] pixels, byte[] labels) throws IOException {
        Path data = Files.createDirectories(folder.resolve(name));
        Files.write(data.resolve("train-images-idx3-ubyte"), array(pixels, labels.length, 4, 4));
        Files.write(data.resolve("train-labels-idx1-ubyte"), array(labels, labels.length));
        return open(name);
    }

    private static byte[] array(byte[] items, int... shape) {
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * shape.length + items.length);
        file.putInt(0x800 | shape.length);
        for (int axis : shape) {
            file.putInt(axis);
        }
        return file.put(items).array();
    }

    private static byte[] bytes(long seed, int count) {
        byte[] drawn = new byte[count];
        new Random(seed).nextBytes(drawn);
        for (int i = 0; i < count; i++) {
            drawn[i] &= 7;
        }
        return drawn;
    }
}
