package org.mmcr.explorer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSources;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;
import org.mmcr.data.SyntheticPictures;
import org.mmcr.explorer.filter.PictureField;

class PictureArchiveTest {
    @TempDir
    Path folder;

    private Path write(PictureArchive archive) throws IOException {
        Path file = folder.resolve("pictures.zip");
        try (OutputStream out = Files.newOutputStream(file)) {
            archive.write(out);
        }
        return file;
    }

    private static PictureField classes(PictureSource data) {
        return new PictureField.Values(
                "class", data.classNames(), i -> data.label(i).orElse(-1));
    }

    @Test
    void archive_ofPicturesInFiles_isReadWithTheirFilesAndLabels() throws Exception {
        Path drawn = folder.resolve("drawn");
        SyntheticPictures.write(drawn, 4, 3);
        // A picture whose pixels do not give its file again.
        ImageIO.write(
                new BufferedImage(9, 7, BufferedImage.TYPE_INT_RGB),
                "jpg",
                drawn.resolve("bars/0.JPG").toFile());
        try (PictureSource data = DataSources.pictures(drawn.toString(), DataOptions.defaults())) {
            int[] some = {0, 1, 5, 39};
            Path file = write(PictureArchive.of(new ShownPictures(data, List.of(classes(data)), some)));
            try (PictureSource read = DataSources.pictures(file.toString(), DataOptions.defaults());
                    ZipFile zip = new ZipFile(file.toFile())) {
                assertThat(read.size()).isEqualTo(some.length);
                for (int i = 0; i < some.length; i++) {
                    assertThat(read.name(i)).isEqualTo(data.name(some[i]));
                    assertThat(read.classNames().get(read.label(i).orElseThrow()))
                            .isEqualTo(data.classNames().get(data.label(some[i]).orElseThrow()));
                    assertThat(zip.getInputStream(zip.getEntry(read.name(i))).readAllBytes())
                            .isEqualTo(Files.readAllBytes(drawn.resolve(read.name(i))));
                }
            }
        }
    }

    @Test
    void archive_ofPicturesWithoutFiles_hasTheirPixelsAsPng() throws Exception {
        DrawnPictures data = new DrawnPictures(List.of("x#0", "x#1", "x#2"), List.of("one", "two"));
        Path file = write(PictureArchive.of(data.shown()));
        try (PictureSource read = DataSources.pictures(file.toString(), DataOptions.defaults())) {
            assertThat(IntStream.range(0, 3).mapToObj(read::name))
                    .containsExactly("one/x#0.png", "one/x#2.png", "two/x#1.png");
            assertThat(read.picture(1).rgb()).isEqualTo(data.picture(2).rgb());
        }
    }

    /** The label of the user decides, and what must be renamed is counted and keeps its name in the table. */
    @Test
    void table_ofHostileAndEqualNames_namesEachPictureOfTheArchive() throws Exception {
        List<String> names = List.of("a/1.png", "b/1.png", "c/../.png", "d/2.png", "e/3.png");
        DrawnPictures data = new DrawnPictures(names, List.of("Cat", "cat", "../..", "none"));
        PictureField label =
                new PictureField.Values("label", List.of("../..", "Cat"), i -> new int[] {1, 1, 0, -1, -1}[i]);
        PictureField given = new PictureField.Values("class", List.of("cat"), i -> i == 3 ? 0 : -1);
        PictureField score = new PictureField.Numbers("renamed", i -> i == 4 ? Double.NaN : 0.1f * i);
        PictureArchive archive =
                PictureArchive.of(new ShownPictures(data, List.of(label, given, score), new int[] {0, 1, 2, 3, 4}));
        assertThat(archive.message()).isEqualTo("pictures.zip: 5 pictures; 3 renamed, see metadata.csv");
        Path file = write(archive);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            String table =
                    new String(zip.getInputStream(zip.getEntry("metadata.csv")).readAllBytes(), StandardCharsets.UTF_8);
            assertThat(table.lines())
                    .containsExactly(
                            "file_name,label,name,renamed,class,renamed_2",
                            "Cat/1.png.png,Cat,a/1.png,0,,0",
                            "Cat/1.png-2.png,Cat,b/1.png,1,,0.1",
                            "_._._/_png.png,../..,c/../.png,1,,0.2",
                            "cat-2/2.png.png,cat,d/2.png,1,cat,0.3",
                            "unlabelled/3.png.png,,e/3.png,0,,");
            assertThat(zip.stream().map(entry -> entry.getName()))
                    .containsExactlyElementsOf(table.lines()
                            .map(row -> row.split(",", -1)[0].replace("file_name", "metadata.csv"))
                            .toList());
        }
    }

    /** A ZIP file of more than 65,535 entries has another form. */
    @Test
    void archive_ofManyPictures_isWrittenWhileItsPicturesAreRead() throws Exception {
        int many = 70_000;
        AtomicLong written = new AtomicLong();
        long[] before = new long[many];
        Stored data = new Stored(many, many, index -> before[index] = written.get());
        Path file = folder.resolve("pictures.zip");
        try (OutputStream out = Files.newOutputStream(file)) {
            PictureArchive.of(data.shown()).write(new FilterOutputStream(out) {
                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    written.addAndGet(length);
                    out.write(bytes, from, length);
                }
            });
        }
        assertThat(before[many - 1]).isGreaterThan((many - 5000L) * Stored.BYTES);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.size()).isEqualTo(many + 1);
            assertThat(zip.getInputStream(zip.getEntry("unlabelled/69999.jpg")).readAllBytes())
                    .hasSize(Stored.BYTES);
        }
    }

    @Test
    void archive_ofAPictureThatIsGone_isNoZipFile() throws Exception {
        PictureArchive archive = PictureArchive.of(new Stored(5000, 4000, index -> {}).shown());
        Path file = folder.resolve("broken.zip");
        try (OutputStream out = Files.newOutputStream(file)) {
            assertThatThrownBy(() -> archive.write(out)).hasMessage("picture 4000 is gone");
        }
        assertThat(file).isNotEmptyFile();
        assertThatThrownBy(() -> new ZipFile(file.toFile()).close()).isInstanceOf(IOException.class);
    }

    /** A source of files without content of their own. */
    private record Stored(int size, int gone, IntConsumer reading) implements PictureSource {
        static final int BYTES = 50;

        ShownPictures shown() {
            return new ShownPictures(this, List.of(), IntStream.range(0, size).toArray());
        }

        @Override
        public Optional<byte[]> file(int index) {
            if (index >= gone) {
                throw new MmcrException("picture " + index + " is gone");
            }
            reading.accept(index);
            return Optional.of(new byte[BYTES]);
        }

        @Override
        public String name(int index) {
            return index + ".jpg";
        }

        @Override
        public Picture picture(int index) {
            throw new AssertionError("decoded");
        }

        @Override
        public String location() {
            return "stored";
        }

        @Override
        public String fingerprint() {
            return "stored";
        }
    }
}
