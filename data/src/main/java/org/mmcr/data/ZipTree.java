package org.mmcr.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The files of a ZIP archive, which is not unpacked. */
final class ZipTree implements FileTree {
    private final ZipFile zip;
    private final List<Entry> entries;

    ZipTree(Path file, String root) throws IOException {
        this.zip = open(file);
        // If an archive holds a name twice, the last file counts, as when unpacking it.
        TreeMap<String, Entry> found = new TreeMap<>();
        for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
            ZipEntry entry = all.nextElement();
            String path = entry.getName().replace('\\', '/');
            if (!entry.isDirectory() && FileTree.isVisible(path)) {
                FileTree.below(root, path)
                        .ifPresent(name -> found.put(name, new Entry(name, entry.getName(), entry.getSize())));
            }
        }
        entries = List.copyOf(found.values());
    }

    private static ZipFile open(Path file) throws IOException {
        try {
            return new ZipFile(file.toFile());
        } catch (ZipException e) {
            // Old archivers wrote names in their own charset; any single-byte one keeps them distinct.
            return new ZipFile(file.toFile(), StandardCharsets.ISO_8859_1);
        }
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

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
