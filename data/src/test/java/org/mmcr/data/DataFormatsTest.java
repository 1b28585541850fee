package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;

/** Pictures in TAR shards, NumPy archives and lists have the same pixels as the files themselves. */
class DataFormatsTest {
    @TempDir
    Path folder;

    // ---- TAR shards

    @Test
    void open_webDatasetWithArraysAsLabels_readsTheirNumber() throws IOException {
        byte[] nine = npy("<i8", "(1,)", new byte[8]);
        nine[nine.length - 8] = 9;
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("0.png", TestFiles.picture(10, "png"));
        files.put("0.cls", nine);
        files.put("1.png", TestFiles.picture(20, "png"));
        files.put("1.cls", text("[10]"));
        Path shard = Files.write(folder.resolve("a.tar"), TestFiles.tar(files));
        try (PictureSource source = open(shard.toString())) {
            assertThat(source.classNames()).containsExactly("9", "10");
        }
    }

    @Test
    void open_webDatasetShard_labelsFromClsAndJson() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("000.jpg", TestFiles.picture(10, "png"));
        files.put("000.cls", text("7\n"));
        files.put("001.png", TestFiles.picture(20, "png"));
        files.put("001.json", text("{\"width\": 16, \"label\": 12}"));
        files.put("002.seg.png", TestFiles.picture(30, "png"));
        files.put("002.json", text("{\"caption\": \"no label\"}"));
        files.put("003.png", text("broken"));
        files.put("003.cls", text("7"));
        Path shard = Files.write(folder.resolve("a.tar"), TestFiles.tar(files));
        try (PictureSource source = open(shard.toString())) {
            assertThat(DataSourcesTest.names(source)).containsExactly("000.jpg", "001.png", "002.seg.png");
            assertThat(source.classNames()).containsExactly("7", "12");
            assertThat(labels(source)).containsExactly(0, 1, -1);
            assertThat(source.broken()).extracting(BrokenPicture::name).containsExactly("003.png");
            assertThat(shades(source)).containsExactly(10, 20, 30);
        }
    }

    @Test
    void open_webDatasetFolder_shardsOfAPart() throws IOException {
        Files.createDirectories(folder.resolve("wds"));
        shard("wds/train-1.tar", Map.of("x.png", TestFiles.picture(30, "png"), "x.cls", text("cat")));
        shard("wds/train-0.tar", Map.of("x.png", TestFiles.picture(10, "png"), "x.cls", text("dog")));
        shard("wds/train-2.tar", Map.of());
        shard("wds/val-0.tar", Map.of("x.png", TestFiles.picture(40, "png")));
        try (PictureSource source = open(folder + "/wds")) {
            assertThat(DataSourcesTest.names(source)).containsExactly("train-0/x.png", "train-1/x.png");
            assertThat(source.classNames()).containsExactly("cat", "dog");
            assertThat(labels(source)).containsExactly(1, 0);
            assertThat(shades(source)).containsExactly(10, 30);
        }
        try (PictureSource source = open(folder + "/wds#val")) {
            assertThat(source.classNames()).isEmpty();
            assertThat(shades(source)).containsExactly(40);
        }
    }

    @Test
    void open_webDatasetFolder_partBehindTheNameOfTheSet() throws IOException {
        Files.createDirectories(folder.resolve("wds"));
        shard("wds/imagenet1k-train-0000.tar", Map.of("x.png", TestFiles.picture(10, "png")));
        shard("wds/imagenet1k-validation-00.tar", Map.of("x.png", TestFiles.picture(40, "png")));
        for (String location : List.of(folder + "/wds", folder + "/wds#train")) {
            try (PictureSource source = open(location)) {
                assertThat(shades(source)).as(location).containsExactly(10);
            }
        }
        try (PictureSource source = open(folder + "/wds#validation")) {
            assertThat(shades(source)).containsExactly(40);
        }
        // Shards of one part alone are the whole folder.
        Files.delete(folder.resolve("wds/imagenet1k-train-0000.tar"));
        try (PictureSource source = open(folder + "/wds")) {
            assertThat(shades(source)).containsExactly(40);
        }
    }

    @Test
    void label_nullInJson_isNone() {
        assertThat(SampleFiles.label("a.json", text("{\"label\": null, \"cls\": [null]}")))
                .isEmpty();
        assertThat(SampleFiles.label("a.json", text("{\"label\": null, \"class\": 3}")))
                .isEqualTo("3");
    }

    @Test
    void open_shardsThatAreEmptyOrDamaged_areReported() throws IOException {
        Files.createDirectories(folder.resolve("empty"));
        shard("empty/a.tar", Map.of());
        Files.write(folder.resolve("empty/b.tar"), new byte[0]);
        assertFails(folder + "/empty", "no picture found in the 2 TAR shards", "found no files");
        Files.createDirectories(folder.resolve("cut"));
        byte[] whole = TestFiles.tar(Map.of("a.png", TestFiles.picture(10, "png"), "a.cls", text("1")));
        Files.write(folder.resolve("cut/a.tar"), Arrays.copyOf(whole, 700));
        assertFails(folder + "/cut", "expected a whole TAR archive at", "a.tar");
        Files.createDirectories(folder.resolve("json"));
        shard("json/a.tar", Map.of("a.png", TestFiles.picture(10, "png"), "a.json", text("{\"label\"")));
        assertFails(folder + "/json", "expected a label in a.json");
    }

    // ---- lists

    @Test
    void open_manifest_relativePathsLabelsAndMissingFiles() throws IOException {
        TestFiles.folder(
                folder.resolve("p"),
                Map.of("one.png", TestFiles.picture(10, "png"), "deep, er/two.png", TestFiles.picture(20, "png")));
        Path list = Files.writeString(
                folder.resolve("p/list.csv"),
                "\ufeffLabel,path,width\r\n\"small \"\"one\"\"\",one.png,16\r\n,\"deep, er/two.png\",16\r\nbig,gone.png,16\r\n");
        try (PictureSource source = open(list.toString())) {
            assertThat(DataSourcesTest.names(source)).containsExactly("one.png", "deep, er/two.png");
            assertThat(source.classNames()).containsExactly("small \"one\"");
            assertThat(labels(source)).containsExactly(0, -1);
            assertThat(shades(source)).containsExactly(10, 20);
            assertThat(source.broken())
                    .containsExactly(new BrokenPicture("gone.png", "it is listed, but there is no such file"));
        }
        DataOptions strict = new DataOptions(true, 1 << 20, 1, Optional.empty(), TableOptions.defaults());
        assertThatThrownBy(() -> DataSources.open(list.toString(), strict))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("gone.png: it is listed, but there is no such file");
    }

    @Test
    void open_manifestWithoutLabels_isUnlabelled() throws IOException {
        TestFiles.folder(folder, Map.of("one.png", TestFiles.picture(10, "png")));
        Path list = Files.writeString(folder.resolve("list.tsv"), "file_name\tnote\none.png\tx, y\n");
        try (PictureSource source = open(list.toString())) {
            assertThat(source.classNames()).isEmpty();
            assertThat(source.label(0)).isEqualTo(OptionalInt.empty());
        }
        Path semicolons = Files.writeString(folder.resolve("list.csv"), "path;label\none.png;a, b\n");
        try (PictureSource source = open(semicolons.toString())) {
            assertThat(source.classNames()).containsExactly("a, b");
        }
    }

    @Test
    void open_manifestWithSpacesAroundItsFields_isRead() throws IOException {
        TestFiles.folder(folder, Map.of("one.png", TestFiles.picture(10, "png")));
        Path list = Files.writeString(folder.resolve("list.csv"), "label, path\na , one.png\n");
        try (PictureSource source = open(list.toString())) {
            assertThat(DataSourcesTest.names(source)).containsExactly("one.png");
            assertThat(source.classNames()).containsExactly("a");
            assertThat(shades(source)).containsExactly(10);
        }
    }

    @Test
    void open_manifestWithAnotherLabelColumn_takesTheNamedOne() throws IOException {
        TestFiles.folder(folder, Map.of("one.png", TestFiles.picture(10, "png")));
        Path list = Files.writeString(folder.resolve("list.csv"), "file,path,label,Kind\nnone.png,one.png,a,b\n");
        TableOptions named = new TableOptions(Optional.of("Kind"), List.of("file"), TableOptions.Missing.ERROR);
        try (DataSource source =
                DataSources.open(list.toString(), DataOptions.defaults().withTable(named))) {
            assertThat(source.classNames()).containsExactly("b");
        }
        TableOptions skipped = new TableOptions(Optional.empty(), List.of("label"), TableOptions.Missing.ERROR);
        try (DataSource source =
                DataSources.open(list.toString(), DataOptions.defaults().withTable(skipped))) {
            assertThat(source.classNames()).isEmpty();
        }
        TableOptions wrong = new TableOptions(Optional.of("kind"), List.of(), TableOptions.Missing.ERROR);
        assertThatThrownBy(() ->
                        DataSources.open(list.toString(), DataOptions.defaults().withTable(wrong)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected a column 'kind' in " + list + ", found file, path, label, Kind");
        Path plain = Files.writeString(folder.resolve("plain.csv"), "path\none.png\n");
        try (DataSource source =
                DataSources.open(plain.toString(), DataOptions.defaults().withTable(named))) {
            assertThat(source.size()).isEqualTo(1);
            assertThat(source.classNames()).isEmpty();
        }
    }

    @Test
    void open_manifestWithANumberUnderImage_readsTheColumnThatNamesPictures() throws IOException {
        TestFiles.folder(folder, Map.of("one.png", TestFiles.picture(10, "png")));
        Path list = Files.writeString(folder.resolve("list.csv"), "image,file,label\n1,one.png,cat\n");
        try (PictureSource source = open(list.toString())) {
            assertThat(DataSourcesTest.names(source)).containsExactly("one.png");
        }
    }

    @Test
    void open_manifestOfANameWithASpaceInFront_findsIt() throws IOException {
        TestFiles.folder(
                folder, Map.of(" one.png", TestFiles.picture(10, "png"), "two.png", TestFiles.picture(20, "png")));
        Path list = Files.writeString(folder.resolve("list.csv"), "path\n\" one.png\"\n\" two.png\"\n");
        try (PictureSource source = open(list.toString())) {
            assertThat(DataSourcesTest.names(source)).containsExactly(" one.png", "two.png");
        }
    }

    @Test
    void open_manifestAsPeopleWriteThem_isRead() throws IOException {
        TestFiles.folder(
                folder.resolve("p/img"),
                Map.of("1.png", TestFiles.picture(10, "png"), "2.png", TestFiles.picture(20, "png")));
        for (String column : List.of("image", "img", "filename", "file", "name", "Path")) {
            Path list = Files.writeString(folder.resolve("p/list.csv"), column + ";Class\nimg/1.png;b\nimg\\2.png;a\n");
            try (PictureSource source = open(list.toString())) {
                assertThat(DataSourcesTest.names(source)).as(column).containsExactly("img/1.png", "img/2.png");
                assertThat(source.classNames()).containsExactly("a", "b");
            }
        }
        Path absolute =
                Files.writeString(folder.resolve("p/list.csv"), "path\n" + folder.resolve("p/img/2.png") + "\n");
        try (PictureSource source = open(absolute.toString())) {
            assertThat(DataSourcesTest.names(source)).containsExactly("img/2.png");
        }
        Path elsewhere = Files.createDirectories(folder.resolve("lists")).resolve("list.csv");
        Files.writeString(elsewhere, "path,label\n1.png,a\n");
        for (String base : List.of("../p/img", folder + "/p/img")) {
            try (PictureSource source = open(elsewhere + "#" + base)) {
                assertThat(DataSourcesTest.names(source)).as(base).containsExactly("1.png");
                assertThat(shades(source)).containsExactly(10);
            }
        }
    }

    @Test
    void open_tableWithAColumnOfNames_isNoList() throws IOException {
        Path table = Files.writeString(folder.resolve("cars.csv"), "name,speed\nbeetle,100\n");
        assertFails(table.toString(), "expected numbers in column 'name'");
    }

    @Test
    void open_npzOfPictures_partsAndNames() throws IOException {
        byte[] train = npy("|u1", "(2, 2, 2)", new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        byte[] test = npy("|u1", "(1, 2, 2)", new byte[] {9, 9, 9, 9});
        byte[] trainLabels = npy("|u1", "(2, 1)", new byte[] {1, 0});
        byte[] testLabels = npy("|u1", "(1, 1)", new byte[] {1});
        Path medical = TestFiles.zip(
                folder.resolve("med.npz"),
                Map.of(
                        "train_images.npy",
                        train,
                        "train_labels.npy",
                        trainLabels,
                        "test_images.npy",
                        test,
                        "test_labels.npy",
                        testLabels));
        Path keras = TestFiles.zip(
                folder.resolve("keras.npz"),
                Map.of("x_train.npy", train, "y_train.npy", trainLabels, "x_test.npy", test, "y_test.npy", testLabels));
        for (Path file : List.of(medical, keras)) {
            for (String location : List.of(file.toString(), file + "#train")) {
                try (PictureSource source = open(location)) {
                    assertThat(labels(source)).as(location).containsExactly(1, 0);
                    assertThat(TestFiles.pixel(source.picture(1), 1, 1)).isEqualTo(0x080808);
                }
            }
            try (PictureSource source = open(file + "#test")) {
                assertThat(source.size()).isEqualTo(1);
                assertThat(source.classNames()).containsExactly("1");
            }
        }
        try (PictureSource source = open(keras + "#x_test")) {
            assertThat(source.size()).isEqualTo(1);
        }
        Path plain = TestFiles.zip(folder.resolve("plain.npz"), Map.of("imgs.npy", train, "labels.npy", trainLabels));
        try (PictureSource source = open(plain.toString())) {
            assertThat(labels(source)).containsExactly(1, 0);
        }
        assertFails(keras + "#val", "an array or a part val", "x_train");
    }

    /** MedMNIST's ChestMNIST has 14 labels for each picture. */
    @Test
    void open_npzOfPicturesWithSeveralLabelsEach_isUnlabelled() throws IOException {
        Path chest = TestFiles.zip(
                folder.resolve("chest.npz"),
                Map.of(
                        "train_images.npy",
                        npy("|u1", "(2, 2, 2)", new byte[8]),
                        "train_labels.npy",
                        npy("|u1", "(2, 14)", new byte[28])));
        try (PictureSource source = open(chest.toString())) {
            assertThat(source.size()).isEqualTo(2);
            assertThat(source.classNames()).isEmpty();
        }
    }

    static byte[] npy(String descr, String shape, byte[] items) {
        String header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
        byte[] head = ("\u0093NUMPY\u0001\u0000" + (char) header.length() + "\u0000" + header)
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] file = Arrays.copyOf(head, head.length + items.length);
        System.arraycopy(items, 0, file, head.length, items.length);
        return file;
    }

    @Test
    void open_manifestThatIsWrong_namesTheRow() throws IOException {
        TestFiles.folder(folder, Map.of("one.png", TestFiles.picture(10, "png")));
        assertManifestFails("", "expected rows of numbers", "0 columns");
        assertManifestFails("path,label\n", "it has no rows");
        assertManifestFails("path\n../secret.png\n", "row 2", "a path below the folder", "../secret.png");
        assertManifestFails("path\none.png\n/etc/passwd\n", "row 3", "/etc/passwd");
        assertManifestFails("path,label\none.png\n", "row 2", "2 fields", "found 1");
        assertManifestFails("path,label\none.png,a\none.png,b\n", "row 3", "one.png again");
        assertManifestFails("path,label\n\"one.png,a\n", "expected comma-separated text");
        assertManifestFails("path\nnone.png\n", "found none of 1, the first is none.png", "list.csv#folder");
    }

    private void assertManifestFails(String content, String... parts) throws IOException {
        assertFails(Files.writeString(folder.resolve("list.csv"), content).toString(), parts);
    }

    // ---- helpers

    private void shard(String name, Map<String, byte[]> files) throws IOException {
        Files.write(folder.resolve(name), TestFiles.tar(files));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static PictureSource open(String location) {
        return DataSources.pictures(location, DataOptions.defaults());
    }

    static void assertFails(String location, String... parts) {
        assertThatThrownBy(() -> open(location))
                .isInstanceOf(MmcrException.class)
                .message()
                .contains(parts)
                .doesNotContain("\n");
    }

    static List<Integer> labels(DataSource source) {
        return IntStream.range(0, source.size())
                .mapToObj(i -> source.label(i).orElse(-1))
                .toList();
    }

    /** Returns the grey of the eighth row, in which the pictures differ. */
    static List<Integer> shades(PictureSource source) {
        return IntStream.range(0, source.size())
                .mapToObj(i -> TestFiles.pixel(source.picture(i), 7, 3) & 0xff)
                .toList();
    }
}
