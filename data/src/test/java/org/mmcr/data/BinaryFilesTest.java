package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;

class BinaryFilesTest {
    private static final int CIFAR = 3072;

    @TempDir
    Path folder;

    private final Random random = new Random(5);

    @Test
    void open_cifar10_partsLabelsAndPixels() throws IOException {
        byte[] one = records(3, 1, CIFAR, 10);
        byte[] two = records(2, 1, CIFAR, 10);
        byte[] test = records(4, 1, CIFAR, 10);
        Map<String, byte[]> files = Map.of(
                "c/data_batch_2.bin", two,
                "c/data_batch_1.bin", one,
                "c/test_batch.bin", test,
                "c/batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n".getBytes(StandardCharsets.UTF_8));
        TestFiles.folder(folder, files);
        Path tgz = Files.write(folder.resolve("c.tar.gz"), DataSourcesTest.gzip(TestFiles.tar(files)));
        for (String location :
                List.of(folder + "/c", folder + "/c#train", tgz + "#c", tgz + "#c/train", tgz.toString())) {
            try (PictureSource source = open(location)) {
                assertThat(source.size()).as(location).isEqualTo(5);
                assertThat(source.classNames()).hasSize(10).startsWith("a", "b");
                assertThat(source.label(4)).hasValue(two[3073]);
                assertPlanes(source.picture(1), one, 3073 + 1, 32, false);
                assertThat(source.name(3)).isEqualTo("data_batch_2.bin/0");
            }
        }
        for (String location :
                List.of(folder + "/c#test", tgz + "#c/test", tgz + "#test", folder + "/c/test_batch.bin")) {
            try (PictureSource source = open(location)) {
                assertThat(source.size()).as(location).isEqualTo(4);
                assertPlanes(source.picture(3), test, 3 * 3073 + 1, 32, false);
            }
        }
    }

    @Test
    void open_cifar100_fineLabels() throws IOException {
        byte[] train = records(3, 2, CIFAR, 20);
        Files.write(folder.resolve("train.bin"), train);
        try (PictureSource source = open(folder.toString())) {
            assertThat(source.classNames()).hasSize(100);
            assertThat(source.label(2)).hasValue(train[2 * 3074 + 1]);
            assertPlanes(source.picture(2), train, 2 * 3074 + 2, 32, false);
        }
        assertFails(folder + "#test", "test.bin", "train.bin");
        Files.write(folder.resolve("train.bin"), new byte[3000]);
        assertFails(folder.toString(), "3000 bytes");
    }

    @Test
    void open_stl10_columnsAndLabelsFromOne() throws IOException {
        byte[] pictures = records(2, 0, 96 * 96 * 3, 1);
        Files.write(folder.resolve("train_X.bin"), pictures);
        Files.write(folder.resolve("train_y.bin"), new byte[] {10, 1});
        Files.write(folder.resolve("unlabeled_X.bin"), records(3, 0, 96 * 96 * 3, 1));
        try (PictureSource source = open(folder.toString())) {
            assertThat(DataSourcesTest.labels(source)).containsExactly(9, 0);
            assertPlanes(source.picture(1), pictures, 96 * 96 * 3, 96, true);
        }
        try (PictureSource source = open(folder + "#unlabeled")) {
            assertThat(source.size()).isEqualTo(3);
            assertThat(source.classNames()).isEmpty();
        }
        Files.write(folder.resolve("train_y.bin"), new byte[] {10, 1, 2});
        assertFails(folder.resolve("train_X.bin").toString(), "train_y.bin", "2 labels");
    }

    @Test
    void open_idxPlainAndGzipped_sameGreyPictures() throws IOException {
        byte[] items = records(3, 0, 4 * 5, 1);
        byte[] pictures = idx(items, 3, 4, 5);
        byte[] labels = idx(new byte[] {7, 0, 9}, 3);
        Files.write(folder.resolve("train-images-idx3-ubyte"), pictures);
        Files.write(folder.resolve("train-labels-idx1-ubyte"), labels);
        Files.write(folder.resolve("t10k-images-idx3-ubyte.gz"), DataSourcesTest.gzip(pictures));
        Files.write(folder.resolve("t10k-labels-idx1-ubyte.gz"), DataSourcesTest.gzip(labels));
        for (String location : List.of(
                folder.toString(),
                folder + "#test",
                folder + "/train-images-idx3-ubyte",
                folder + "/t10k-images-idx3-ubyte.gz")) {
            try (PictureSource source = open(location)) {
                assertThat(DataSourcesTest.labels(source)).as(location).containsExactly(7, 0, 9);
                assertThat(source.classNames()).hasSize(10);
                Picture picture = source.picture(2);
                assertThat(picture.height()).isEqualTo(4);
                assertThat(TestFiles.pixel(picture, 3, 1)).isEqualTo((items[2 * 20 + 16] & 0xff) * 0x010101);
            }
        }
        Files.write(folder.resolve("train-images-idx3-ubyte"), idx(new byte[59], 3, 4, 5));
        assertFails(folder.toString(), "60 items", "59");
    }

    /** QMNIST's labels: rows of eight 32-bit integers, the class first. */
    @Test
    void open_idxWithRowsOfIntegersAsLabels_hasTheirFirst() throws IOException {
        ByteBuffer labels =
                ByteBuffer.allocate(12 + 2 * 8 * 4).putInt(0x0c02).putInt(2).putInt(8);
        for (int label : new int[] {7, 3}) {
            labels.putInt(label);
            for (int i = 1; i < 8; i++) {
                labels.putInt(1000 * i);
            }
        }
        Files.write(folder.resolve("qmnist-train-images-idx3-ubyte"), idx(records(2, 0, 4 * 5, 1), 2, 4, 5));
        Files.write(folder.resolve("qmnist-train-labels-idx2-int"), labels.array());
        try (PictureSource source = open(folder.toString())) {
            assertThat(DataSourcesTest.labels(source)).containsExactly(7, 3);
            assertThat(source.classNames()).hasSize(8);
        }
    }

    @Test
    void open_idxOfSeveralDataSets_namesThem() throws IOException {
        byte[] pictures = idx(records(3, 0, 4 * 5, 1), 3, 4, 5);
        Files.write(folder.resolve("emnist-digits-train-images-idx3-ubyte"), pictures);
        Files.write(folder.resolve("emnist-digits-train-images-idx3-ubyte.gz"), DataSourcesTest.gzip(pictures));
        Files.write(folder.resolve("emnist-letters-test-images-idx3-ubyte"), pictures);
        open(folder.toString()).close();
        Files.write(folder.resolve("emnist-letters-train-images-idx3-ubyte"), pictures);
        assertFails(
                folder.toString(),
                "found emnist-digits-train-images-idx3-ubyte, emnist-letters-train-images-idx3-ubyte;");
        open(folder + "#test").close();
        open(folder.resolve("emnist-letters-train-images-idx3-ubyte").toString())
                .close();
    }

    @Test
    void open_idxWithOtherSetsBesideTrain_readsTheTrainingSet() throws IOException {
        Files.write(folder.resolve("train-images-idx3-ubyte"), idx(records(3, 0, 4 * 5, 1), 3, 4, 5));
        Files.write(folder.resolve("valid-images-idx3-ubyte"), idx(records(2, 0, 4 * 5, 1), 2, 4, 5));
        Files.write(folder.resolve("xnist-images-idx3-ubyte"), idx(records(4, 0, 4 * 5, 1), 4, 4, 5));
        Files.write(folder.resolve("t10k-images-idx3-ubyte"), idx(records(1, 0, 4 * 5, 1), 1, 4, 5));
        try (PictureSource train = open(folder.toString());
                PictureSource test = open(folder + "#test")) {
            assertThat(train.size()).isEqualTo(3);
            assertThat(test.size()).isEqualTo(1);
        }
    }

    @Test
    void open_idx_gzipIsDetectedFromTheContent() throws IOException {
        byte[] pictures = idx(records(3, 0, 4 * 5, 1), 3, 4, 5);
        byte[] labels = idx(new byte[] {7, 0, 9}, 3);
        Files.write(folder.resolve("train-images-idx3-ubyte"), DataSourcesTest.gzip(pictures));
        Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), labels);
        Files.write(folder.resolve("t10k-images-idx3-ubyte.gz"), pictures);
        try (PictureSource source =
                open(folder.resolve("train-images-idx3-ubyte").toString())) {
            assertThat(DataSourcesTest.labels(source)).containsExactly(7, 0, 9);
            assertThat(TestFiles.pixel(source.picture(0), 0, 0)).isEqualTo((pictures[16] & 0xff) * 0x010101);
        }
        try (PictureSource source = open(folder + "#test")) {
            assertThat(source.size()).isEqualTo(3);
        }
    }

    @Test
    void open_npy_colourAndGreyWithLabelsBeside() {
        byte[] items = records(2, 0, 3 * 4 * 3, 1);
        Path colour = folder.resolve("X_train.npy");
        // The other library does not distinguish signed and unsigned bytes, so the header is written here.
        writeBytes(colour, items, "(2, 3, 4, 3)");
        NpyFile.write(folder.resolve("y_train.npy"), new long[] {30, 10}, new int[] {2});
        try (PictureSource source = open(colour.toString())) {
            assertThat(source.classNames()).containsExactly("10", "30");
            assertThat(DataSourcesTest.labels(source)).containsExactly(1, 0);
            assertThat(source.picture(1).rgb()).isEqualTo(java.util.Arrays.copyOfRange(items, 36, 72));
        }
        Path grey = folder.resolve("grey.npy");
        writeBytes(grey, items, "(6, 3, 4)");
        try (PictureSource source = open(grey.toString())) {
            assertThat(source.classNames()).isEmpty();
            assertThat(TestFiles.pixel(source.picture(5), 2, 3)).isEqualTo((items[71] & 0xff) * 0x010101);
        }
        NpyFile.write(folder.resolve("grey.labels.npy"), new int[] {1, 2}, new int[] {2});
        assertFails(grey.toString(), "6 labels", "grey.labels.npy");
        NpyFile.write(folder.resolve("f.npy"), new float[] {1, 2}, new int[] {2});
        assertFails(folder.resolve("f.npy").toString(), "uint8", "float32");
    }

    private static void writeBytes(Path file, byte[] items, String shape) {
        String header = "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }";
        header = header + " ".repeat(117 - header.length()) + "\n";
        ByteBuffer content = ByteBuffer.allocate(128 + items.length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        content.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) 118);
        content.put(header.getBytes(StandardCharsets.US_ASCII)).put(items);
        try {
            Files.write(file, content.array());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void assertPlanes(Picture picture, byte[] file, int at, int side, boolean byColumn) {
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int place = at + (byColumn ? x * side + y : y * side + x);
                int plane = side * side;
                int expected = (file[place] & 0xff) << 16
                        | (file[place + plane] & 0xff) << 8
                        | (file[place + 2 * plane] & 0xff);
                assertThat(TestFiles.pixel(picture, y, x)).isEqualTo(expected);
            }
        }
    }

    /** Returns records of {@code head} label bytes below {@code classes} and random pixels. */
    private byte[] records(int count, int head, int pixels, int classes) {
        byte[] all = new byte[count * (head + pixels)];
        random.nextBytes(all);
        for (int i = 0; i < count; i++) {
            for (int h = 0; h < head; h++) {
                all[i * (head + pixels) + h] = (byte) random.nextInt(classes);
            }
        }
        return all;
    }

    private static byte[] idx(byte[] items, int... shape) {
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * shape.length + items.length);
        file.putInt(0x0800 + shape.length);
        for (int axis : shape) {
            file.putInt(axis);
        }
        return file.put(items).array();
    }

    private static PictureSource open(String location) {
        return DataSources.pictures(location, DataOptions.defaults());
    }

    private static void assertFails(String location, String... parts) {
        assertThatThrownBy(() -> open(location))
                .isInstanceOf(MmcrException.class)
                .message()
                .contains(parts);
    }
}
