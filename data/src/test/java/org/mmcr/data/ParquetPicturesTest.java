package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mmcr.data.DataFormatsTest.assertFails;
import static org.mmcr.data.DataFormatsTest.labels;
import static org.mmcr.data.DataFormatsTest.open;
import static org.mmcr.data.DataFormatsTest.shades;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;

/** Pictures in Parquet have the same pixels as the files themselves. */
class ParquetPicturesTest {
    private static final String NAMES =
            "{\"info\": {\"features\": {\"image\": {\"_type\": \"Image\"}, \"label\": {\"names\": [\"zebra\", \"ape\", \"owl\"],"
                    + " \"_type\": \"ClassLabel\"}}}}";

    @TempDir
    Path folder;

    @Test
    void open_huggingFaceParquet_picturesLabelsAndDeclaredClasses() throws Exception {
        Path file =
                parquet("data.parquet", NAMES, row("a.png", 10, "1"), row("b.png", 20, "0"), row("c.png", 30, "-1"));
        try (PictureSource source = open(file.toString())) {
            assertThat(DataSourcesTest.names(source)).containsExactly("a.png", "b.png", "c.png");
            assertThat(source.classNames()).containsExactly("zebra", "ape", "owl");
            assertThat(labels(source)).containsExactly(1, 0, -1);
            assertThat(shades(source)).containsExactly(10, 20, 30);
        }
    }

    /** As in ImageNet, where 134 is the bird and 517 the machine. */
    @Test
    void open_parquetWithTwoClassesOfOneName_keepsThemApart() throws Exception {
        Path file = parquet(
                "data.parquet",
                NAMES.replace("zebra", "crane").replace("owl", "crane"),
                row("a.png", 10, "2"),
                row("b.png", 20, "0"),
                row("c.png", 30, "1"));
        try (PictureSource source = open(file.toString())) {
            assertThat(source.classNames()).containsExactly("crane", "ape", "crane (2)");
            assertThat(labels(source)).containsExactly(2, 0, 1);
        }
    }

    @Test
    void open_parquetWithFractionsAsLabels_keepsThemApart() throws Exception {
        Path file = parquet(
                "data.parquet",
                "{}",
                row("a.png", 10, "0.25::double"),
                row("b.png", 20, "0.75::double"),
                row("c.png", 30, "'nan'::double"));
        try (PictureSource source = open(file.toString())) {
            assertThat(source.classNames()).containsExactly("0.25", "0.75");
            assertThat(labels(source)).containsExactly(0, 1, -1);
        }
    }

    @Test
    void open_huggingFaceShards_partByName() throws Exception {
        parquet("set/train-00001-of-00002.parquet", "{}", row("c.png", 30, "'x'"));
        parquet("set/train-00000-of-00002.parquet", "{}", row("a.png", 10, "'y'"), row("b.png", 20, "null"));
        parquet("set/test-00000-of-00001.parquet", "{}", row("d.png", 40, "'x'"));
        Files.writeString(folder.resolve("set/README.md"), "a set");
        for (String location : List.of(folder + "/set", folder + "/set#train")) {
            try (PictureSource source = open(location)) {
                assertThat(shades(source)).containsExactly(10, 20, 30);
                assertThat(source.classNames()).containsExactly("x", "y");
                assertThat(labels(source)).containsExactly(1, -1, 0);
            }
        }
        try (PictureSource source = open(folder + "/set#test")) {
            assertThat(shades(source)).containsExactly(40);
        }
        assertFails(folder + "/set#validation", "expected the part validation", "found test, train");
    }

    @Test
    void open_parquetWithoutUsefulPaths_namesRowsAndCountsBroken() throws Exception {
        Path file = parquet("x.parquet", "{}", row("same.png", 10, "5"), row("same.png", 20, "11"));
        DuckDb.run("copy (select * from '" + file
                + "' union all by name select {'bytes': null::blob, 'path': 'gone.png'} as image," + " 5 as label) to '"
                + folder.resolve("y.parquet") + "' (format parquet)");
        try (PictureSource source = open(folder.resolve("y.parquet").toString())) {
            assertThat(DataSourcesTest.names(source)).containsExactly("row 0", "row 1");
            assertThat(source.classNames()).containsExactly("5", "11");
            assertThat(source.broken())
                    .containsExactly(new BrokenPicture(
                            "row 2", "it has no bytes, and there is no file gone.png beside the table"));
            assertThat(shades(source)).containsExactly(10, 20);
        }
    }

    @Test
    void open_parquetWithinNoCacheBudget_readsTheScratchFile() throws Exception {
        Path file = parquet("data.parquet", NAMES, row("a.png", 10, "1"), row("b.png", 20, "0"));
        DataOptions nothingKept =
                new DataOptions(false, 0, 2, Optional.of(folder.resolve("scratch")), TableOptions.defaults());
        try (PictureSource source = DataSources.pictures(file.toString(), nothingKept)) {
            assertThat(((EncodedPictures) source).isCached()).isFalse();
            assertThat(shades(source)).containsExactly(10, 20);
        }
        assertThat(folder.resolve("scratch")).isEmptyDirectory();
    }

    @Test
    void open_parquetThatHoldsNoPictures_reportsWhatItHolds() throws Exception {
        Path numbers = folder.resolve("numbers.parquet");
        DuckDb.run("copy (select 1 as a, 2.5 as b) to '" + numbers + "' (format parquet)");
        assertFails(numbers.toString(), "expected numbers in column 'b'", numbers.toString(), "DECIMAL");
        Path none = folder.resolve("none.parquet");
        DuckDb.run("copy (select {'bytes': null::blob, 'path': ''} as image from range(0)) to '" + none
                + "' (format parquet)");
        assertFails(none.toString(), "no picture found", "no rows");
        Path cut = Files.write(folder.resolve("cut.parquet"), Arrays.copyOf(Files.readAllBytes(numbers), 60));
        assertFails(cut.toString(), "expected a whole Parquet file at " + cut, "copy or download it again");
    }

    @Test
    void open_parquetOfPlainBinary_picturesAndLabels() throws Exception {
        Path file = parquet("hf.parquet", "{}", row("a.png", 10, "1"), row("b.png", 20, "0"));
        Path plain = folder.resolve("plain.parquet");
        DuckDb.run("copy (select image.bytes as image, label as Label from '" + file + "') to '" + plain
                + "' (format parquet)");
        try (PictureSource source = open(plain.toString())) {
            assertThat(shades(source)).containsExactly(10, 20);
            assertThat(source.classNames()).containsExactly("0", "1");
        }
        Path lists = folder.resolve("lists.parquet");
        DuckDb.run("copy (select [image.bytes] as images from '" + file + "') to '" + lists + "' (format parquet)");
        assertFails(lists.toString(), "expected a column with one picture a row", "found lists of pictures");
    }

    @Test
    void open_parquetWithTwoColumnsOfLabels_takesTheNamedOne() throws Exception {
        Path rows = parquet("rows.parquet", "{}", row("a.png", 10, "1"), row("b.png", 20, "0"));
        Path file = folder.resolve("two.parquet");
        DuckDb.run("copy (select image, label as fine_label, label + 7 as coarse_label from '" + rows + "') to '" + file
                + "' (format parquet)");
        assertThat(classes(file, Optional.empty())).containsExactly("0", "1");
        assertThat(classes(file, Optional.of("coarse_label"))).containsExactly("7", "8");
        assertThat(classes(file, Optional.of("image.path"))).containsExactly("a.png", "b.png");
        assertThat(classes(file, Optional.empty(), "fine_label")).isEmpty();
        assertThatThrownBy(() -> classes(file, Optional.of("coarse")))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected a column 'coarse' in " + file)
                .hasMessageContaining("fine_label, coarse_label");
        assertFails(file + "#test", "expected no part after the # of the file " + file);
    }

    /** The options of a run apply to data without such columns, too. */
    @Test
    void open_parquetWithoutTheNamedColumns_isReadWithoutThem() throws Exception {
        Path rows = parquet("rows.parquet", "{}", row("a.png", 10, "1"), row("b.png", 20, "0"));
        Path file = folder.resolve("web.parquet");
        DuckDb.run("copy (select image from '" + rows + "') to '" + file + "' (format parquet)");
        assertThat(classes(file, Optional.of("coarse_label"), "thumbnail")).isEmpty();
        assertThat(classes(rows, Optional.of("label"), "thumbnail")).containsExactly("0", "1");
        assertThat(classes(rows, Optional.empty(), "thumbnail")).containsExactly("0", "1");
    }

    private static List<String> classes(Path file, Optional<String> label, String... skipped) {
        TableOptions options = new TableOptions(label, List.of(skipped), TableOptions.Missing.ERROR);
        try (DataSource source =
                DataSources.open(file.toString(), DataOptions.defaults().withTable(options))) {
            return source.classNames();
        }
    }

    @Test
    void open_parquetBesideAnOversizedPicture_countsItAsBroken() throws Exception {
        TestFiles.folder(folder, Map.of("img/1.png", TestFiles.picture(10, "png")));
        try (RandomAccessFile large =
                new RandomAccessFile(folder.resolve("img/large.png").toFile(), "rw")) {
            large.setLength(3L << 30); // sparse
        }
        Path file = folder.resolve("paths.parquet");
        DuckDb.run("copy (select {'bytes': null::blob, 'path': 'img/1.png'} as image union all"
                + " select {'bytes': null::blob, 'path': 'img/large.png'}) to '" + file + "' (format parquet)");
        try (PictureSource source = open(file.toString())) {
            assertThat(shades(source)).containsExactly(10);
            assertThat(source.broken())
                    .containsExactly(new BrokenPicture(
                            "img/large.png", "it has 3221225472 bytes, more than the 1073741824 that are read"));
        }
    }

    @Test
    void open_parquetWithPathsAlone_readsTheFilesBesideIt() throws Exception {
        TestFiles.folder(folder, Map.of("img/1.png", TestFiles.picture(10, "png")));
        Path file = folder.resolve("paths.parquet");
        DuckDb.run("copy (select {'bytes': null::blob, 'path': 'img/1.png'} as image, 1 as label union all"
                + " select {'bytes': null::blob, 'path': '../img/1.png'}, 2) to '" + file + "' (format parquet)");
        try (PictureSource source = open(file.toString())) {
            assertThat(shades(source)).containsExactly(10);
            assertThat(source.broken()).hasSize(1);
        }
    }

    /** Returns a row of the table: a picture as a blob, its path, an SQL expression for the label. */
    private static String row(String path, int shade, String label) throws IOException {
        String hex = HexFormat.of().formatHex(TestFiles.picture(shade, "png"));
        return "select {'bytes': unhex('" + hex + "'), 'path': '" + path + "'} as image, " + label + " as label";
    }

    private Path parquet(String name, String notes, String... rows) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        DuckDb.run("copy (" + String.join(" union all ", rows) + ") to '" + file
                + "' (format parquet, compression snappy, kv_metadata {huggingface: '" + notes + "'})");
        return file;
    }
}
