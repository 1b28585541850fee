package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;

class DataSourcesTest {
    private static final List<String> NAMES =
            List.of("cat/a.JPG", "cat/deep/b.png", "cat/p00.png", "dog/c.gif", "dog/d.jpeg", "dog/e.bmp");

    @TempDir
    Path folder;

    /** Six pictures of two classes, and other files. */
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    @BeforeEach
    void fill() throws IOException {
        files.put("dog/e.bmp", TestFiles.picture(10, "bmp"));
        files.put("cat/a.JPG", TestFiles.picture(20, "jpg"));
        files.put("cat/deep/b.png", TestFiles.picture(30, "png"));
        files.put("cat/p00.png", TestFiles.picture(60, "png"));
        files.put("dog/d.jpeg", TestFiles.picture(40, "jpg"));
        files.put("dog/c.gif", TestFiles.picture(50, "gif"));
        files.put("readme.txt", new byte[] {'x'});
        files.put("dog/.hidden.png", new byte[] {'x'});
        files.put("__MACOSX/dog/._e.bmp", new byte[] {'x'});
    }

    @Test
    void open_folder_sortedNamesAndClassesFromFirstFolder() throws IOException {
        TestFiles.folder(folder, files);
        try (PictureSource source = open(folder)) {
            assertThat(names(source)).isEqualTo(NAMES);
            assertThat(source.classNames()).containsExactly("cat", "dog");
            assertThat(labels(source)).containsExactly(0, 0, 0, 1, 1, 1);
            assertThat(source.broken()).isEmpty();
            assertThat(source.location()).isEqualTo(folder.toString());
            assertThat(TestFiles.pixel(source.picture(1), 7, 3)).isEqualTo(0x1e1e1e);
        }
    }

    @Test
    void open_archives_sameAsFolder() throws IOException {
        TestFiles.folder(folder.resolve("plain"), files);
        Path zip = TestFiles.zip(folder.resolve("a.zip"), files);
        Path tar = Files.write(folder.resolve("a.tar"), TestFiles.tar(files));
        Path tgz = Files.write(folder.resolve("a.tar.gz"), gzip(TestFiles.tar(files)));
        Map<String, byte[]> nested = new LinkedHashMap<>();
        files.forEach((name, content) -> nested.put("top/part one/" + name, content));
        Path inner = TestFiles.zip(folder.resolve("inner.zip"), nested);
        Path innerTar = Files.write(folder.resolve("inner.tgz"), gzip(TestFiles.tar(nested)));
        TestFiles.folder(folder.resolve("with"), nested);
        try (PictureSource plain = open(folder.resolve("plain"))) {
            for (String location : List.of(
                    zip.toString(),
                    tar.toString(),
                    tgz.toString(),
                    inner + "#top/part one",
                    inner + "#/top/part one/",
                    innerTar + "#top/part one",
                    folder.resolve("with") + "#top/part one")) {
                try (PictureSource source = DataSources.pictures(location, DataOptions.defaults())) {
                    assertSame(source, plain);
                    assertThat(source.fingerprint()).as(location).isEqualTo(plain.fingerprint());
                }
            }
        }
    }

    @Test
    void open_pictureWithoutFolder_isUnlabelled() throws IOException {
        files.put("loose.png", TestFiles.picture(1, "png"));
        TestFiles.folder(folder, files);
        try (PictureSource source = open(folder)) {
            assertThat(source.size()).isEqualTo(7);
            assertThat(source.classNames()).isEmpty();
            assertThat(source.label(0)).isEmpty();
        }
    }

    @Test
    void open_everyWayOfKeeping_samePicturesWhateverTheThreads() throws IOException {
        for (int i = 0; i < 100; i++) {
            files.put("cat/many" + i + ".png", TestFiles.picture(i, "png"));
        }
        files.put("cat/broken.jpg", new byte[0]);
        Path zip = TestFiles.zip(folder.resolve("a.zip"), files);
        Path cache = folder.resolve("cache/deep");
        try (PictureSource one =
                open(zip, new DataOptions(false, 1 << 30, 1, Optional.empty(), TableOptions.defaults()))) {
            for (DataOptions options : List.of(
                    new DataOptions(false, 1 << 30, 4, Optional.empty(), TableOptions.defaults()),
                    new DataOptions(false, 0, 4, Optional.empty(), TableOptions.defaults()),
                    new DataOptions(false, 5000, 4, Optional.empty(), TableOptions.defaults()),
                    new DataOptions(false, 1 << 30, 4, Optional.of(cache), TableOptions.defaults()),
                    new DataOptions(false, 0, 1, Optional.of(cache), TableOptions.defaults()))) {
                try (PictureSource other = open(zip, options)) {
                    assertSame(other, one);
                    assertThat(other.broken()).isEqualTo(one.broken()).hasSize(1);
                    assertThat(((EncodedPictures) other).isCached()).isEqualTo(options.cacheBudgetBytes() > 5000);
                }
            }
        }
        assertThat(cache).isEmptyDirectory();
    }

    @Test
    void open_brokenPictures_skippedAndListedOrAnErrorWhenStrict() throws IOException {
        byte[] jpeg = TestFiles.encode(TestFiles.quarters(64, 64, 1), "jpg");
        byte[] png = TestFiles.encode(TestFiles.quarters(64, 64, 1), "png");
        byte[] bomb = png.clone();
        bomb[18] = 0x7f; // width and height of the header
        bomb[22] = 0x7f;
        files.put("x/1-empty.png", new byte[0]);
        files.put("x/2-text.jpg", "this is no picture".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        files.put("x/3-cut.jpg", Arrays.copyOf(jpeg, jpeg.length * 2 / 3));
        files.put("x/4-cut.png", Arrays.copyOf(png, png.length / 2));
        files.put("x/5-bomb.png", bomb);
        files.put("x/6-head.jpg", Arrays.copyOf(jpeg, 3));
        files.put("x/7-fine.jpg", jpeg);
        TestFiles.folder(folder, files);
        try (PictureSource source = open(folder)) {
            assertThat(source.size()).isEqualTo(7);
            assertThat(source.broken())
                    .extracting(BrokenPicture::name)
                    .containsExactly(
                            "x/1-empty.png",
                            "x/2-text.jpg",
                            "x/3-cut.jpg",
                            "x/4-cut.png",
                            "x/5-bomb.png",
                            "x/6-head.jpg");
            assertThat(source.broken()).allSatisfy(b -> assertThat(b.reason()).isNotBlank());
            assertThat(source.broken().get(4).reason()).contains("pixels");
        }
        assertFails(
                folder.toString(),
                new DataOptions(true, 1 << 20, 2, Optional.empty(), TableOptions.defaults()),
                "x/1-empty.png",
                "6 of 13");
    }

    @Test
    void open_nothingUsable_reportsWhatWasLookedFor() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Path zip = TestFiles.zip(folder.resolve("a.zip"), files);
        Path bad = Files.write(folder.resolve("bad.zip"), Arrays.copyOf(Files.readAllBytes(zip), 900));
        Path text = Files.writeString(folder.resolve("notes.md"), "text");
        Files.writeString(Files.createDirectory(folder.resolve("texts")).resolve("a.txt"), "text");
        Files.writeString(Files.createDirectory(folder.resolve("all")).resolve("a.png"), "text");
        assertFails(empty.toString(), "no files", ".png");
        assertFails(folder.resolve("texts").toString(), "1 .txt", ".png");
        assertFails(folder.resolve("nowhere").toString(), "nowhere");
        assertFails(zip + "#bird", "bird", "cat/", "dog/");
        assertFails(zip + "#train", "train", "cat/", "dog/");
        assertFails(folder + "#bird", "bird", "texts/");
        assertFails(bad.toString(), "bad.zip", "ZIP");
        assertFails(text.toString(), "notes.md", "TAR");
        assertFails(folder.resolve("all").toString(), "none of the 1", "a.png");
    }

    @Test
    void open_partOfAFileWithoutParts_isAnError() throws IOException {
        Path csv = Files.writeString(folder.resolve("t.csv"), "x,y\n1,2\n");
        Path table = Files.write(folder.resolve("t.npy"), DataFormatsTest.npy("|u1", "(2, 1)", new byte[] {1, 2}));
        Path pictures = Files.write(folder.resolve("p.npy"), DataFormatsTest.npy("|u1", "(1, 2, 2)", new byte[4]));
        byte[] idx = {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7};
        Path images = Files.write(folder.resolve("train-images-idx3-ubyte"), idx);
        Path cifar = Files.write(folder.resolve("train.bin"), new byte[3074]);
        for (Path file : List.of(csv, table, pictures, images, cifar)) {
            DataSources.open(file.toString(), DataOptions.defaults()).close();
            assertFails(file + "#test", "expected no part after the # of the file " + file + ", found test");
        }
    }

    @Test
    void subset_ofASource_showsTheChosenAndLeavesItOpen() throws IOException {
        TestFiles.folder(folder, files);
        try (PictureSource source = open(folder)) {
            try (PictureSource subset = (PictureSource) DataSources.subset(source, new int[] {4, 0})) {
                assertThat(names(subset)).containsExactly(NAMES.get(4), NAMES.get(0));
                assertThat(labels(subset)).containsExactly(1, 0);
                assertThat(subset.picture(1).rgb()).isEqualTo(source.picture(0).rgb());
                assertThat(subset.fingerprint()).isNotEqualTo(source.fingerprint());
            }
            assertThat(source.picture(5).width()).isEqualTo(16);
        }
    }

    @Test
    void open_cifarZip_tenThousandPicturesOfTenClasses() {
        Path zip = Path.of(System.getProperty("mmcr.shared", "../shared"), "data", "cifar10.zip");
        assumeTrue(Files.exists(zip), () -> "no shared/data/cifar10.zip beside the checkout");
        try (PictureSource source = DataSources.pictures(zip + "#test", DataOptions.defaults())) {
            assertThat(source.size()).isEqualTo(10_000);
            assertThat(source.broken()).isEmpty();
            assertThat(source.classNames())
                    .hasSize(10)
                    .contains("bird", "horse")
                    .isSorted();
            int[] perClass = new int[10];
            Arrays.stream(labels(source)).forEach(label -> perClass[label]++);
            assertThat(perClass).containsOnly(1000);
            assertThat(source.picture(9_999).height()).isEqualTo(32);
        }
    }

    private static void assertSame(PictureSource actual, PictureSource expected) {
        assertThat(names(actual)).isEqualTo(names(expected));
        assertThat(labels(actual)).isEqualTo(labels(expected));
        assertThat(actual.classNames()).isEqualTo(expected.classNames());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.picture(i).rgb()).isEqualTo(expected.picture(i).rgb());
        }
    }

    private static void assertFails(String location, String... parts) {
        assertFails(location, DataOptions.defaults(), parts);
    }

    private static void assertFails(String location, DataOptions options, String... parts) {
        assertThatThrownBy(() -> DataSources.pictures(location, options))
                .isInstanceOf(MmcrException.class)
                .message()
                .contains(parts)
                .doesNotContain("\n");
    }

    private static PictureSource open(Path path) {
        return open(path, DataOptions.defaults());
    }

    private static PictureSource open(Path path, DataOptions options) {
        return DataSources.pictures(path.toString(), options);
    }

    static List<String> names(PictureSource source) {
        return java.util.stream.IntStream.range(0, source.size())
                .mapToObj(source::name)
                .toList();
    }

    static int[] labels(PictureSource source) {
        return java.util.stream.IntStream.range(0, source.size())
                .map(i -> source.label(i).orElse(-1))
                .toArray();
    }

    static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }
}
