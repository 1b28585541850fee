package org.mmcr.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.ArrayFiles;
import org.mmcr.data.io.JsonLines;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.data.io.SpikeCounts;

/** Damaged data of every format. */
@Tag("long")
class DataFuzzTest {
    private static final String EXIF = "4d4d002a00000008000101120003000000010003000000000000";

    /** Pictures that lists name, and files that other libraries write. */
    @TempDir
    static Path beside;

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource
    void picture_damaged_isDecodedOrFailsInOneLine(Fuzzer.Target target) throws Exception {
        Fuzzer.run(target, folder);
    }

    static List<Fuzzer.Target> picture_damaged_isDecodedOrFailsInOneLine() throws IOException {
        BufferedImage colours = TestFiles.quarters(20, 12, BufferedImage.TYPE_INT_RGB);
        BufferedImage deep = new BufferedImage(9, 7, BufferedImage.TYPE_USHORT_GRAY);
        List<Fuzzer.Target> targets = new ArrayList<>();
        targets.add(picture(
                "x.png",
                TestFiles.encode(colours, "png"),
                TestFiles.encode(deep, "png"),
                TestFiles.encode(TestFiles.quarters(20, 12, BufferedImage.TYPE_BYTE_INDEXED), "png"),
                TestFiles.encode(TestFiles.quarters(9, 9, BufferedImage.TYPE_INT_ARGB), "png")));
        byte[] jpeg = TestFiles.encode(colours, "jpg");
        targets.add(picture(
                "x.jpg",
                jpeg,
                withExif(jpeg),
                TestFiles.encode(TestFiles.quarters(17, 9, BufferedImage.TYPE_BYTE_GRAY), "jpg")));
        for (String format : List.of("gif", "bmp", "tiff")) {
            byte[] palette = TestFiles.encode(TestFiles.quarters(20, 12, BufferedImage.TYPE_BYTE_INDEXED), format);
            targets.add(picture("x." + format, TestFiles.encode(colours, format), palette));
        }
        targets.add(picture("x.webp", Base64.getDecoder().decode(PictureDecoderTest.WEBP)));
        return targets;
    }

    /** A decoder is used for many pictures: a damaged one changes nothing for the next. */
    private static Fuzzer.Target picture(String name, byte[]... seeds) throws IOException {
        PictureDecoder decoder = new PictureDecoder();
        byte[] expected = decoder.decode(seeds[0]).rgb();
        return new Fuzzer.Target(name, 150, List.of(seeds), file -> {
            byte[] content = Files.readAllBytes(file);
            try {
                check(decoder.decode(content));
                decoder.mode(content);
            } catch (IOException | MmcrException e) {
                requireSame(expected, decoder.decode(seeds[0]).rgb());
                throw e;
            }
            requireSame(expected, decoder.decode(seeds[0]).rgb());
        });
    }

    private static void requireSame(byte[] expected, byte[] pixels) {
        if (!Arrays.equals(expected, pixels)) {
            throw new IllegalStateException("the next picture is decoded differently");
        }
    }

    private static byte[] withExif(byte[] jpeg) {
        byte[] exif = HexFormat.of().parseHex("ffe10022457869660000" + EXIF);
        return TestFiles.concat(Arrays.copyOf(jpeg, 2), exif, Arrays.copyOfRange(jpeg, 2, jpeg.length));
    }

    @ParameterizedTest
    @MethodSource
    void source_damaged_isReadOrFailsInOneLine(Fuzzer.Target target) throws Exception {
        Fuzzer.run(target, folder);
    }

    static Stream<Fuzzer.Target> source_damaged_isReadOrFailsInOneLine() throws Exception {
        return Stream.of(tables(), arrays(), binaries(), archives(), parquet()).flatMap(List::stream);
    }

    private static List<Fuzzer.Target> tables() throws IOException {
        TestFiles.folder(
                beside, Map.of("a/1.png", TestFiles.picture(10, "png"), "2.png", TestFiles.picture(20, "png")));
        byte[] list = text("path,label\na/1.png,\"x, y\"\n2.png,\n");
        return List.of(
                source("x.csv", 400, text("a,b,label\n1,2.5,x\n-3e4,7,y\n\"5\",6,\"x\"\n"), text("1;2,5;6\n3;4;5\n")),
                source("x.tsv", 200, text("# a note\n\tLength\tclass\n0\t1\ta\n1\t-.5e3\tb\n"), utf16("a\tb\n1\t2\n")),
                new Fuzzer.Target("list/x.csv", 200, List.of(list), file -> open(file + "#" + beside)),
                new Fuzzer.Target("labels/x.csv", 150, List.of(list), file -> LabelFile.read(file.toString())),
                new Fuzzer.Target("named/labels.csv", 150, List.of(list), NamedLabels::read),
                new Fuzzer.Target(
                        "curation.csv",
                        150,
                        List.of(text("path,label,flags,suggested_label\na.png,x,,\nb.png,x,label,\"y, z\"\n")),
                        file -> KeptSamples.read(file, true)));
    }

    private static List<Fuzzer.Target> arrays() throws IOException {
        byte[] floats = npy("<f4", "(3, 4)", 48);
        byte[] pictures = npy("|u1", "(2, 3, 4, 3)", 72);
        byte[] labels = npy("<i8", "(2,)", 16);
        byte[] columns = new String(npy("<f8", "(2, 3)", 48), StandardCharsets.ISO_8859_1)
                .replace("False", "True ")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] tableZip = zip(Map.of("x.npy", floats, "y.npy", npy(">i2", "(3,)", 6)));
        byte[] pictureZip = zip(Map.of("x_train.npy", pictures, "y_train.npy", labels));
        return List.of(
                source("x.npy", 400, floats, columns, pictures),
                source("x.npz", 300, tableZip, pictureZip),
                new Fuzzer.Target("labels/x.npy", 200, List.of(labels), file -> LabelFile.read(file.toString())),
                new Fuzzer.Target("doubles/x.npy", 200, List.of(floats, columns), NpyFiles::readDoubles),
                recording("x.mat", "#x", "v5.mat", "v73.mat"),
                recording("names/x.mat", "#names", "v5.mat", "v73.mat"),
                recording("x.h5", "#session/day1/zipped", "array.h5"),
                new Fuzzer.Target(
                        "x.nwb",
                        100,
                        List.of(recorded("units.nwb")),
                        file -> SpikeCounts.of(file.toString(), new SpikeCounts.Window(0, 1, 0.5, "start_time"))));
    }

    private static Fuzzer.Target recording(String name, String array, String... seeds) throws IOException {
        List<byte[]> whole = new ArrayList<>();
        for (String seed : seeds) {
            whole.add(recorded(seed));
        }
        return new Fuzzer.Target(
                name,
                100,
                whole,
                array.equals("#names")
                        ? file -> LabelFile.read(file + array)
                        : file -> ArrayFiles.open(file + array).read(0, 1));
    }

    private static byte[] recorded(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(DataFuzzTest.class.getResourceAsStream("/recordings/" + name))) {
            return in.readAllBytes();
        }
    }

    private static List<Fuzzer.Target> binaries() throws IOException {
        byte[] pictures = idx(new int[] {2, 4, 5}, 40);
        byte[] records = new byte[2 * 3073];
        Map<String, byte[]> both = new LinkedHashMap<>();
        both.put("train-images-idx3-ubyte", pictures);
        both.put("train-labels-idx1-ubyte", idx(new int[] {2}, 2));
        Map<String, byte[]> stl = new LinkedHashMap<>();
        stl.put("train_X.bin", new byte[27648]);
        stl.put("train_y.bin", new byte[] {1});
        stl.put("class_names.txt", text("a\nb\n"));
        return List.of(
                source("train-images-idx3-ubyte", 150, pictures),
                source("train-images-idx3-ubyte.gz", 100, DataSourcesTest.gzip(pictures)),
                source("idx.tar", 100, TestFiles.tar(both)),
                source("data_batch_1.bin", 50, records),
                source("stl.tar", 50, TestFiles.tar(stl)));
    }

    private static List<Fuzzer.Target> archives() throws IOException {
        Map<String, byte[]> classes = new LinkedHashMap<>();
        classes.put("a/1.png", TestFiles.picture(10, "png"));
        classes.put("b/2.gif", TestFiles.picture(20, "gif"));
        Map<String, byte[]> shard = new LinkedHashMap<>();
        shard.put("0.png", TestFiles.picture(10, "png"));
        shard.put("0.cls", text("7"));
        shard.put("1.png", TestFiles.picture(20, "png"));
        shard.put("1.json", text("{\"width\": 16, \"label\": \"x\"}"));
        return List.of(
                source("x.tar", 300, TestFiles.tar(classes), TestFiles.tar(shard), links()),
                source("x.tar.gz", 100, DataSourcesTest.gzip(TestFiles.tar(classes))),
                source("x.zip", 200, zip(classes), zip(shard)));
    }

    private static byte[] links() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            byte[] picture = TestFiles.picture(10, "png");
            TarArchiveEntry file = new TarArchiveEntry("deep/".repeat(30) + "ä.png");
            file.setSize(picture.length);
            tar.putArchiveEntry(file);
            tar.write(picture);
            tar.closeArchiveEntry();
            TarArchiveEntry link = new TarArchiveEntry("1.png", TarConstants.LF_SYMLINK);
            link.setLinkName(file.getName());
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
        }
        return out.toByteArray();
    }

    private static List<Fuzzer.Target> parquet() throws IOException, SQLException {
        String picture = "unhex('" + HexFormat.of().formatHex(TestFiles.picture(10, "png")) + "')";
        String pictures = "select {'bytes': " + picture + ", 'path': 'a.png'} as image, 'x' as label";
        String numbers = "select i::float as a, i / 3.0::double as b, [i, 2]::float[] as v, 'y' || i % 2 as label"
                + " from range(20) t(i)";
        return List.of(
                source("x.parquet", 200, duckDb(numbers, "uncompressed"), duckDb(numbers, "snappy")),
                source("pictures.parquet", 100, duckDb(pictures, "uncompressed"), duckDb(pictures, "zstd")));
    }

    private static byte[] duckDb(String query, String compression) throws IOException, SQLException {
        Path file = beside.resolve("duckdb.parquet");
        DuckDb.run("copy (" + query + ") to '" + file + "' (format parquet, compression " + compression + ")");
        return Files.readAllBytes(file);
    }

    @ParameterizedTest
    @MethodSource
    void document_damaged_isReadOrFailsInOneLine(Fuzzer.Target target) throws Exception {
        Fuzzer.run(target, folder);
    }

    static List<Fuzzer.Target> document_damaged_isReadOrFailsInOneLine() {
        return List.of(new Fuzzer.Target(
                "x.jsonl", 300, List.of(text("{\"step\":1,\"loss\":-1.5}\n{\"step\":2}\n")), JsonLines::read));
    }

    private static Fuzzer.Target source(String name, int inputs, byte[]... seeds) {
        return new Fuzzer.Target(name, inputs, List.of(seeds), file -> open(file.toString()));
    }

    private static void open(String location) {
        Path scratch = Path.of(location.replaceAll("#.*", "")).getParent();
        DataOptions options = new DataOptions(false, 1 << 20, 1, Optional.of(scratch), TableOptions.defaults());
        try (DataSource source = DataSources.open(location, options)) {
            source.fingerprint();
            int step = 1 + source.size() / 50;
            for (int i = 0; i < source.size(); i += step) {
                int label = source.label(i).orElse(0);
                if (source.name(i).isEmpty()
                        || label < 0
                        || label > source.classNames().size()) {
                    throw new IllegalStateException("sample " + i + ": name or label");
                }
                if (source instanceof PictureSource pictures) {
                    check(pictures.picture(i));
                } else if (source instanceof VectorSource vectors) {
                    vectors.read(i, new double[vectors.columns()]);
                }
            }
        }
    }

    private static void check(Picture picture) {
        if (picture.height() < 1
                || picture.width() < 1
                || picture.rgb().length != 3 * picture.height() * picture.width()) {
            throw new IllegalStateException(picture.height() + " x " + picture.width());
        }
    }

    private static byte[] npy(String type, String shape, int bytes) {
        String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
        byte[] head = ("\u0093NUMPY\u0001\u0000" + (char) header.length() + "\u0000" + header)
                .getBytes(StandardCharsets.ISO_8859_1);
        return TestFiles.concat(head, new byte[bytes]);
    }

    private static byte[] idx(int[] shape, int bytes) {
        byte[] items = new byte[bytes];
        new Random(1).nextBytes(items);
        byte[] head = new byte[4 + 4 * shape.length];
        head[2] = 8;
        head[3] = (byte) shape.length;
        for (int i = 0; i < shape.length; i++) {
            head[7 + 4 * i] = (byte) shape[i];
        }
        return TestFiles.concat(head, items);
    }

    private static byte[] zip(Map<String, byte[]> files) throws IOException {
        return Files.readAllBytes(TestFiles.zip(beside.resolve("made.zip"), files));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] utf16(String text) {
        return text.getBytes(StandardCharsets.UTF_16);
    }
}
