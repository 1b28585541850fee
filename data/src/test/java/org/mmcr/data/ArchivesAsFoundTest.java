package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.MappedBytes;

/** ZIP and TAR archives as people have them. */
class ArchivesAsFoundTest {
    @TempDir
    Path folder;

    private final Map<String, byte[]> classes;

    ArchivesAsFoundTest() throws IOException {
        classes = TestFiles.twoClasses();
    }

    @Test
    void zip_withLeadingFoldersOrAnOldCharset_hasItsClasses() throws IOException {
        for (String before : List.of("/", "../", "./", "../../")) {
            Map<String, byte[]> files = new LinkedHashMap<>();
            classes.forEach((name, content) -> files.put(before + name, content));
            Path file = TestFiles.zip(folder.resolve("x.zip"), files);
            try (PictureSource source = DataSources.pictures(file.toString(), DataOptions.defaults())) {
                assertThat(DataSourcesTest.names(source)).as(before).containsExactly("a/1.png", "b/2.png");
                assertThat(source.classNames()).containsExactly("a", "b");
            }
        }
        Path old = folder.resolve("old.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(old), Charset.forName("IBM437"))) {
            zip.putNextEntry(new ZipEntry("caf\u00e9/1.png"));
            zip.write(classes.get("a/1.png"));
        }
        try (PictureSource source = DataSources.pictures(old.toString(), DataOptions.defaults())) {
            assertThat(source.classNames()).containsExactly("caf\u00e9");
        }
    }

    @Test
    void zip_withDotsInsideItsNames_hasAllPictures() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("data/./a/1.png", classes.get("a/1.png"));
        files.put("data/x/../b/2.png", classes.get("b/2.png"));
        files.put("data/./.hidden/3.png", new byte[] {'x'});
        Path file = TestFiles.zip(folder.resolve("x.zip"), files);
        try (PictureSource source = DataSources.pictures(file + "#data", DataOptions.defaults())) {
            assertThat(DataSourcesTest.names(source)).containsExactly("a/1.png", "b/2.png");
            assertThat(source.broken()).isEmpty();
        }
    }

    @Test
    void zip_withDrivesInItsNames_hasTheClassesBelowTheSharedFolders() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        classes.forEach((name, content) -> files.put("C:\\Users\\me\\pics\\" + name.replace('/', '\\'), content));
        Path file = TestFiles.zip(folder.resolve("x.zip"), files);
        try (PictureSource source = DataSources.pictures(file.toString(), DataOptions.defaults())) {
            assertThat(source.classNames()).containsExactly("a", "b");
            assertThat(DataSourcesTest.names(source)).containsExactly("a/1.png", "b/2.png");
        }
        files.put("D:\\c\\3.png", TestFiles.picture(30, "png"));
        TestFiles.zip(file, files);
        try (PictureSource source = DataSources.pictures(file.toString(), DataOptions.defaults())) {
            assertThat(source.classNames()).doesNotContain("C:", "D:");
        }
    }

    /** Methods 12 (bzip2), 14 (LZMA) and 9 (deflate64) are those of 7-Zip and of Windows for large files. */
    @Test
    void zip_ofAnotherMethodOrEncrypted_isNamed() throws IOException {
        Path file = TestFiles.zip(folder.resolve("x.zip"), classes);
        byte[] archive = Files.readAllBytes(file);
        int directory = TestFiles.zipDirectory(archive);
        Map<Integer, String> methods = Map.of(9, "deflate64", 12, "bzip2", 14, "LZMA", 77, "method 77");
        for (Map.Entry<Integer, String> method : methods.entrySet()) {
            byte[] changed = archive.clone();
            changed[directory + 10] = method.getKey().byteValue();
            Files.write(file, changed);
            assertThatThrownBy(() -> DataSources.open(file.toString(), DataOptions.defaults()))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("compressed with " + method.getValue() + "; unpack the archive");
        }
        archive[directory + 8] |= 1;
        Files.write(file, archive);
        assertThatThrownBy(() -> DataSources.open(file.toString(), DataOptions.defaults()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("encrypted files; unpack it with the password");
    }

    @Test
    void zip_declaringMoreBytesThanAreRead_isBrokenInThatFileAlone() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("a/0.png", classes.get("a/1.png"));
        files.putAll(classes);
        Path file = TestFiles.zip(folder.resolve("x.zip"), files);
        byte[] archive = Files.readAllBytes(file);
        int directory = TestFiles.zipDirectory(archive);
        Arrays.fill(archive, directory + 24, directory + 27, (byte) 0);
        archive[directory + 27] = (byte) 0x80; // 2^31 bytes, little-endian
        Files.write(file, archive);
        try (PictureSource source = DataSources.pictures(file.toString(), DataOptions.defaults())) {
            assertThat(DataSourcesTest.names(source)).containsExactly("a/1.png", "b/2.png");
            assertThat(source.broken())
                    .containsExactly(new BrokenPicture(
                            "a/0.png", "it has 2147483648 bytes, more than the 1073741824 that are read"));
        }
    }

    @Test
    void tar_namesInAnyEncoding_stayApart() throws IOException {
        List<String> names = List.of("caf\u00e8/1.png", "caf\u00e9/1.png");
        for (String encoding : List.of("ISO-8859-1", "UTF-8")) {
            for (boolean extended : new boolean[] {false, true}) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, encoding)) {
                    tar.setAddPaxHeadersForNonAsciiNames(extended);
                    put(tar, names.get(0), classes.get("a/1.png"));
                    put(tar, names.get(1), classes.get("b/2.png"));
                }
                Path file = Files.write(folder.resolve("x.tar"), out.toByteArray());
                try (PictureSource source = DataSources.pictures(file.toString(), DataOptions.defaults())) {
                    assertThat(DataSourcesTest.names(source))
                            .as("%s, extended headers %s", encoding, extended)
                            .isEqualTo(names);
                    assertThat(TestFiles.pixel(source.picture(1), 7, 3)).isEqualTo(0x141414);
                }
            }
        }
    }

    /** Each part of a path may have an encoding of its own. */
    @Test
    void tar_latinNameInAFolderOfUtf8_staysInThatFolder() throws IOException {
        String folderOfUtf8 = new String("caf\u00e9/".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "ISO-8859-1")) {
            put(tar, folderOfUtf8 + "1.png", classes.get("a/1.png"));
            put(tar, folderOfUtf8 + "n\u00e9.png", classes.get("b/2.png"));
        }
        Path file = Files.write(folder.resolve("x.tar"), out.toByteArray());
        try (PictureSource source = DataSources.pictures(file.toString(), DataOptions.defaults())) {
            assertThat(DataSourcesTest.names(source)).containsExactly("caf\u00e9/1.png", "caf\u00e9/n\u00e9.png");
            assertThat(source.classNames()).containsExactly("caf\u00e9");
        }
    }

    /** The unlabelled pictures of STL-10 take 2.8 GB. */
    @Test
    void tar_fileThatIsTooLargeToBeReadWhole_isOpenedInPlace() throws IOException {
        long size = (1L << 30) + 1;
        TarArchiveEntry entry = new TarArchiveEntry("stl10_binary/unlabeled_X.bin");
        entry.setSize(size);
        byte[] header = new byte[512];
        entry.writeEntryHeader(header);
        Path file = Files.write(folder.resolve("x.tar"), header);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.seek(512 + size - 1);
            out.write(7);
            out.setLength(512 + size + 511 + 1024); // sparse
        }
        try (TarTree tree = new TarTree(file, "")) {
            MappedBytes content = tree.open(tree.entries().get(0));
            assertThat(content.size()).isEqualTo(size);
            assertThat(content.read(size - 2, 2)).containsExactly(0, 7);
            assertThat(content.unsigned(size - 1)).isEqualTo(7);
            assertThatThrownBy(() -> content.unsigned(size)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> tree.read(tree.entries().get(0)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(size + " bytes");
        }
    }

    /** The end of a whole archive is blocks of zeros; Commons Compress reads a cut one without an error. */
    @Test
    void tar_cutAnywhereBehindItsFirstFile_isNoticed() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            put(tar, "a.png", new byte[700]);
            put(tar, "b.png", new byte[] {1, 2, 3});
        }
        assertThat(isCutShort(out.toByteArray())).isFalse();
        for (int length = 512; length <= 2560; length += 256) {
            assertThat(isCutShort(Arrays.copyOf(out.toByteArray(), length)))
                    .as("%d bytes", length)
                    .isTrue();
        }
    }

    private boolean isCutShort(byte[] archive) throws IOException {
        Path file = Files.write(folder.resolve("cut.tar"), archive);
        try (TarFile tar = new TarFile(file.toFile())) {
            return TarTree.isCutShort(file, tar.getEntries());
        } catch (IOException e) {
            return true; // a header that is cut is an error of its own
        }
    }

    @Test
    void tar_sparseFile_isBrokenAndTheRestIsRead() throws IOException {
        byte[] archive = TestFiles.concat(sparseHeader("a/0.png"), new byte[512], TestFiles.tar(classes));
        Path file = Files.write(folder.resolve("x.tar"), archive);
        try (PictureSource source = DataSources.pictures(file.toString(), DataOptions.defaults())) {
            assertThat(DataSourcesTest.names(source)).containsExactly("a/1.png", "b/2.png");
            assertThat(source.broken())
                    .containsExactly(new BrokenPicture(
                            "a/0.png", "it is stored as a sparse file, which is not read; unpack the archive"));
        }
    }

    /** Returns GNU tar's header of a file of 1536 bytes, of which the last 512 are stored. */
    private static byte[] sparseHeader(String name) {
        ByteBuffer header = ByteBuffer.allocate(512);
        Map<Integer, String> fields = Map.of(
                0, name,
                100, "0000644", // mode
                124, "00000001000", // bytes that are stored
                148, "        ", // checksum
                156, "S", // kind
                257, "ustar  ", // GNU's magic and version
                386, "00000002000", // where the only run of data starts
                398, "00000001000", // its length
                483, "00000003000"); // size of the file
        fields.forEach((at, text) -> header.put(at, text.getBytes(StandardCharsets.US_ASCII)));
        int sum = 0;
        for (byte value : header.array()) {
            sum += value;
        }
        return header.put(148, "%06o".formatted(sum).getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    @Test
    void tarLinks_leadToFilesOfTheArchive_forLabelsToo() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            put(tar, "./d/k0.png", TestFiles.picture(10, "png"));
            put(tar, "./d/k0.cls", new byte[] {'7'});
            link(tar, "./d/k1.png", TarConstants.LF_LINK, "./d/k0.png");
            link(tar, "./d/k1.cls", TarConstants.LF_SYMLINK, "k0.cls");
            link(tar, "./d/k2.png", TarConstants.LF_SYMLINK, "../d/k1.png");
            link(tar, "./d/k3.png", TarConstants.LF_SYMLINK, "/etc/passwd");
            link(tar, "./d/k4.png", TarConstants.LF_SYMLINK, "k4.png");
        }
        Path file = Files.write(folder.resolve("links.tar"), out.toByteArray());
        try (PictureSource source = DataSources.pictures(file.toString(), DataOptions.defaults())) {
            assertThat(DataSourcesTest.names(source)).containsExactly("d/k0.png", "d/k1.png", "d/k2.png");
            assertThat(source.label(1)).hasValue(0);
            assertThat(source.classNames()).containsExactly("7");
            assertThat(TestFiles.pixel(source.picture(2), 7, 3)).isEqualTo(0x0a0a0a);
            assertThat(source.broken()).extracting(BrokenPicture::name).containsExactly("d/k3.png", "d/k4.png");
        }
    }

    @Test
    void damagedFiles_areNotLeftOpen() throws IOException {
        byte[] tar = TestFiles.tar(classes);
        Arrays.fill(tar, 124, 135, (byte) 'x'); // the size of its first file
        Map<String, byte[]> damaged = Map.of(
                "x.tar", tar, "x.tar.gz", new byte[] {0x1f, (byte) 0x8b, 0}, "x.csv", new byte[] {'a', (byte) 0xff});
        for (String name : damaged.keySet()) {
            Path file = Files.write(folder.resolve(name), damaged.get(name));
            assertThatThrownBy(() -> DataSources.open(file.toString(), DataOptions.defaults()))
                    .as(name)
                    .isInstanceOf(MmcrException.class);
            assertThat(Fuzzer.openFiles(folder)).as(name).isEmpty();
        }
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void link(TarArchiveOutputStream tar, String name, byte kind, String target) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, kind);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }
}
