package org.mmcr.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.MappedBytes;
import org.mmcr.data.io.TemporaryFile;

/** The files of a ZIP archive, which is not unpacked. */
final class ZipTree implements FileTree {
    private static final Pattern METHOD = Pattern.compile("compression method: (\\d+)");
    /** Names of the compression methods that archivers write beside deflate. */
    private static final Map<String, String> METHODS = Map.of(
            "1",
            "shrink",
            "6",
            "implode",
            "9",
            "deflate64",
            "12",
            "bzip2",
            "14",
            "LZMA",
            "93",
            "Zstandard",
            "95",
            "XZ",
            "99",
            "AES");
    /** The drive in the names of archives that some Windows programs write. */
    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:/.*");

    private final ZipFile zip;
    private final List<Entry> entries;

    ZipTree(Path file, String root) throws IOException {
        this.zip = open(file);
        // If an archive holds a name twice, the last file counts, as when unpacking it.
        TreeMap<String, Entry> found = new TreeMap<>();
        int prefix = drivePrefix();
        for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
            ZipEntry entry = all.nextElement();
            if (entry.isDirectory()) {
                continue;
            }
            String path = FileTree.normal(plain(entry).substring(prefix));
            if (!path.isEmpty() && FileTree.isVisible(path)) {
                FileTree.below(root, path)
                        .ifPresent(name -> found.put(name, new Entry(name, entry.getName(), entry.getSize())));
            }
        }
        entries = List.copyOf(found.values());
    }

    /** Returns the length of drive and folders that all files share, if their names begin with a drive; else 0. */
    private int drivePrefix() {
        List<String> names = zip.stream()
                .filter(entry -> !entry.isDirectory())
                .map(ZipTree::plain)
                .toList();
        if (names.isEmpty()
                || !names.stream().allMatch(name -> DRIVE.matcher(name).matches())) {
            return 0;
        }
        String shared = names.get(0).substring(0, names.get(0).lastIndexOf('/') + 1);
        for (String name : names) {
            while (!name.startsWith(shared)) {
                shared = shared.substring(0, shared.lastIndexOf('/', shared.length() - 2) + 1);
            }
        }
        return Math.max("C:/".length(), shared.length());
    }

    private static String plain(ZipEntry entry) {
        return entry.getName().replace('\\', '/');
    }

    private static ZipFile open(Path file) throws IOException {
        try {
            return new ZipFile(file.toFile());
        } catch (ZipException e) {
            // The charset of names that are not declared as UTF-8; any other of single bytes keeps them distinct.
            return new ZipFile(
                    file.toFile(),
                    Charset.isSupported("IBM437") ? Charset.forName("IBM437") : StandardCharsets.ISO_8859_1);
        }
    }

    /** Returns the error for an archive that the JDK does not open; it reads stored and deflated entries alone. */
    static MmcrException unreadable(Path file, ZipException failure) {
        String message = String.valueOf(failure.getMessage());
        Matcher method = METHOD.matcher(message);
        if (method.find()) {
            String name = METHODS.getOrDefault(method.group(1), "method " + method.group(1));
            return new MmcrException(
                    "expected stored or deflated files in " + file + ", found some that are compressed with " + name
                            + "; unpack the archive and name the folder, or write it without that method",
                    failure);
        }
        if (message.contains("encrypted")) {
            return new MmcrException(
                    "expected a ZIP archive without a password at " + file
                            + ", found encrypted files; unpack it with the password and name the folder",
                    failure);
        }
        return new MmcrException(
                "expected a whole ZIP archive at " + file + ", found: " + message + "; copy or download it again",
                failure);
    }

    @Override
    public List<Entry> entries() {
        return entries;
    }

    @Override
    public byte[] read(Entry entry) throws IOException {
        try (InputStream in = zip.getInputStream(zip.getEntry(entry.path()))) {
            FileTree.requireSize(entry.size());
            // The archive may declare a wrong size.
            byte[] content = in.readNBytes((int) FileTree.MAX_BYTES + 1);
            FileTree.requireSize(content.length);
            return content;
        }
    }

    /** Opens a file; one that is too large to be read whole is unpacked to a temporary file. */
    @Override
    public MappedBytes open(Entry entry) throws IOException {
        if (entry.size() <= FileTree.MAX_BYTES) {
            return MappedBytes.of(read(entry));
        }
        ZipEntry packed = zip.getEntry(entry.path());
        try (TemporaryFile plain = new TemporaryFile(Optional.empty());
                InputStream in = zip.getInputStream(packed)) {
            plain.unpack(entry.name(), packed.getCompressedSize(), in);
            return plain.seal();
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
