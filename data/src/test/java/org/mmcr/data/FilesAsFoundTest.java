package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;

/** Folders as people have them: nothing is left out without a word. */
class FilesAsFoundTest {
    @TempDir
    Path folder;

    private final Map<String, byte[]> classes;

    FilesAsFoundTest() throws IOException {
        classes = TestFiles.twoClasses();
    }

    @Test
    void classFolders_besideALeftoverArchiveOrTable_areTheData() throws IOException {
        TestFiles.folder(folder, classes);
        byte[] archive = TestFiles.tar(Map.of("0.png", TestFiles.picture(99, "png")));
        for (String leftover : List.of("images.tar", "train-0.tar", "images.parquet")) {
            Files.write(folder.resolve(leftover), archive);
            try (PictureSource source = DataSources.pictures(folder.toString(), DataOptions.defaults())) {
                assertThat(DataSourcesTest.names(source)).as(leftover).containsExactly("a/1.png", "b/2.png");
                assertThat(source.classNames()).containsExactly("a", "b");
            }
        }
    }

    @Test
    void unread_otherFormats_areCountedByExtension() {
        List<FileTree.Entry> files = List.of(
                new FileTree.Entry("a/1.HEIC", "", 1),
                new FileTree.Entry("a/1.jpg", "", 1),
                new FileTree.Entry("a/2.heic", "", 1),
                new FileTree.Entry("notes.txt", "", 1),
                new FileTree.Entry("old.zip", "", 1));
        assertThat(Unread.describe(files)).isEqualTo("2 .heic, 1 .zip (first a/1.HEIC)");
        assertThat(Unread.describe(List.of(files.get(1), files.get(3)))).isEmpty();
    }

    /** Photographs, raw ones, drawings, slides, volumes, images of the sky and videos. */
    @Test
    void unread_picturesOfManyKinds_areCounted() {
        for (String kind : List.of(
                "jxl", "hif", "nrw", "pef", "3fr", "dds", "pcx", "eps", "svgz", "svs", "czi", "nrrd", "fits", "webm")) {
            List<FileTree.Entry> files = List.of(new FileTree.Entry("a/1." + kind, "", 1));
            assertThat(Unread.describe(files)).isEqualTo("1 ." + kind + " (first a/1." + kind + ")");
            assertThat(Unread.describePictures(files)).isEqualTo(Unread.describe(files));
        }
    }

    @Test
    void labelFilesBesidePictures_areSaidToBeLeftOut() throws IOException {
        TestFiles.folder(folder, classes);
        Files.writeString(folder.resolve("a/1.cls"), "3");
        Files.writeString(folder.resolve("b/2.cls"), "5");
        assertThat(warnings(folder))
                .containsExactly(folder + ": read 2 pictures and left out 2 .cls (first a/1.cls); labels in .cls files"
                        + " are read in TAR shards alone, here class folders are");
    }

    @Test
    void shardWithPicturesOfOtherFormats_saysThatTheyAreLeftOut() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("0.png", TestFiles.picture(10, "png"));
        files.put("0.cls", new byte[] {'7'});
        files.put("1.heic", new byte[] {1});
        files.put("1.npy", new byte[] {1});
        Path shard = Files.write(folder.resolve("a.tar"), TestFiles.tar(files));
        assertThat(warnings(WebDataset.class, shard))
                .containsExactly(shard + ": read 1 pictures and left out 1 .heic (first 1.heic)");
    }

    @Test
    void tiffAndWebp_arePictures() throws IOException {
        TestFiles.folder(
                folder,
                Map.of(
                        "a/1.tif",
                        TestFiles.picture(10, "tiff"),
                        "b/2.webp",
                        Base64.getDecoder().decode(PictureDecoderTest.WEBP)));
        try (PictureSource source = DataSources.pictures(folder.toString(), DataOptions.defaults())) {
            assertThat(DataSourcesTest.names(source)).containsExactly("a/1.tif", "b/2.webp");
        }
    }

    @Test
    void pictureAboveTheClassFolders_isNamedAsTheReasonForNoLabels() throws IOException {
        TestFiles.folder(folder, classes);
        Files.write(folder.resolve("stray.png"), classes.get("a/1.png"));
        assertThat(warnings(folder))
                .containsExactly(folder + ": no labels, because 1 of 3 pictures lie above the folders, the first is"
                        + " stray.png; move it into the folder of its class");
    }

    @Test
    void brokenPictures_areCountedAndTheFirstIsNamed() throws IOException {
        TestFiles.folder(folder, classes);
        Files.write(folder.resolve("b/3.png"), new byte[0]);
        assertThat(warnings(DecodingPass.class, folder))
                .containsExactly(folder + ": left out 1 of 3 pictures that cannot be read, the first is b/3.png: the"
                        + " file is empty");
    }

    @Test
    void danglingLink_isABrokenPicture() throws IOException {
        TestFiles.folder(folder, classes);
        Files.createSymbolicLink(folder.resolve("b/gone.jpg"), Path.of("/nowhere/gone.jpg"));
        Files.createSymbolicLink(folder.resolve("b/notes.txt"), Path.of("/nowhere/notes.txt"));
        try (PictureSource source = DataSources.pictures(folder.toString(), DataOptions.defaults())) {
            assertThat(source.size()).isEqualTo(2);
            assertThat(source.broken())
                    .containsExactly(
                            new BrokenPicture("b/gone.jpg", "it is a link to /nowhere/gone.jpg, which does not exist"));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void nameOtherThanUtf8_isNamedAsTheCause() throws IOException, InterruptedException {
        assumeThat(System.getProperty("sun.jnu.encoding")).isEqualTo("UTF-8");
        TestFiles.folder(folder, classes);
        String copy = "cp a/1.png \"$(printf 'a/caf\\351.png')\"";
        assertThat(new ProcessBuilder("sh", "-c", copy)
                        .directory(folder.toFile())
                        .start()
                        .waitFor())
                .isZero();
        try (PictureSource source = DataSources.pictures(folder.toString(), DataOptions.defaults())) {
            assertThat(source.size()).isEqualTo(2);
            assertThat(source.broken())
                    .singleElement()
                    .satisfies(broken -> assertThat(broken.reason()).isEqualTo("its name is not UTF-8; rename it"));
        }
    }

    /** The folders that a file system or Windows makes at the root of a disk. */
    @Test
    void systemFolders_areLeftOut() throws IOException {
        TestFiles.folder(folder, classes);
        for (String system : List.of("lost+found", "System Volume Information", "$RECYCLE.BIN")) {
            TestFiles.folder(folder, Map.of(system + "/3.png", TestFiles.picture(30, "png")));
        }
        try (PictureSource source = DataSources.pictures(folder.toString(), DataOptions.defaults())) {
            assertThat(DataSourcesTest.names(source)).containsExactly("a/1.png", "b/2.png");
            assertThat(source.classNames()).containsExactly("a", "b");
        }
    }

    /** As a user other than root, who may read every folder. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void hiddenFolderWithoutPermission_isNoMatter() throws IOException {
        TestFiles.folder(folder, classes);
        Path hidden = Files.createDirectory(folder.resolve(".Trash-1000"));
        Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("---------"));
        try {
            assumeThat(Files.isReadable(hidden)).isFalse();
            try (PictureSource source = DataSources.pictures(folder.toString(), DataOptions.defaults())) {
                assertThat(source.size()).isEqualTo(2);
            }
        } finally {
            Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void nameWithABackslash_isRead() throws IOException {
        Files.write(folder.resolve("cats\\1.png"), classes.get("a/1.png"));
        try (PictureSource source = DataSources.pictures(folder.toString(), DataOptions.defaults())) {
            assertThat(DataSourcesTest.names(source)).containsExactly("cats\\1.png");
            assertThat(source.broken()).isEmpty();
        }
    }

    @Test
    void foldersOfParts_areNamedAsTakenForClasses() throws IOException {
        TestFiles.folder(folder.resolve("test"), classes);
        TestFiles.folder(folder.resolve("train"), classes);
        assertThat(warnings(folder))
                .containsExactly(folder + ": the folders test, train look like parts of the data and are taken for"
                        + " classes; name one of them for the classes inside");
        assertThat(warnings(folder.resolve("train"))).isEmpty();
    }

    private static List<String> warnings(Path data) {
        return warnings(EncodedPictures.class, data);
    }

    private static List<String> warnings(Class<?> from, Path data) {
        return LogMessages.of(
                from,
                () -> DataSources.pictures(data.toString(), DataOptions.defaults())
                        .close());
    }

    @Test
    void oversizedFile_isSkippedAndNamed() throws IOException {
        TestFiles.folder(folder, classes);
        try (RandomAccessFile large =
                new RandomAccessFile(folder.resolve("b/large.jpg").toFile(), "rw")) {
            large.setLength(3L << 30); // sparse
        }
        try (PictureSource source = DataSources.pictures(folder.toString(), DataOptions.defaults())) {
            assertThat(source.size()).isEqualTo(2);
            assertThat(source.broken()).extracting(BrokenPicture::name).containsExactly("b/large.jpg");
            assertThat(source.broken().get(0).reason()).contains("3221225472 bytes");
        }
    }

    @Test
    void idxSizesThatOverflow_areDamage() throws IOException {
        for (int[] shape : new int[][] {{1 << 30, 1 << 30, 1 << 30}, {-1, -1, 1}, {1 << 16, 1 << 16, 1 << 31}}) {
            ByteBuffer file = ByteBuffer.allocate(17).putInt(0x803);
            for (int axis : shape) {
                file.putInt(axis);
            }
            Files.write(folder.resolve("train-images-idx3-ubyte"), file.array());
            assertThatThrownBy(() -> DataSources.open(folder.toString(), DataOptions.defaults()))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("train-images-idx3-ubyte");
        }
    }
}
