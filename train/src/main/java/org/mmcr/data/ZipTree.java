package org.mmcr.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The files of a ZIP archive, read where they are. */
final class ZipTree implements FileTree {
    private final ZipFile zip;
    private final List<Entry> entries = new ArrayList<>();

    ZipTree(Path file, String root) throws IOException {
        this.zip = new ZipFile(file.toFile());
        for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
            ZipEntry entry = all.nextElement();
            if (!entry.isDirectory() && FileTree.isVisible(entry.getName())) {
                FileTree.below(root, entry.getName())
                        .ifPresent(name -> entries.add(new Entry(name, entry.getName(), entry.getSize())));
            }
        }
        entries.sort(Comparator.comparing(Entry::name));
    }

    @Override
    public List<Entry> entries() {
        return entries;
    }

    @Override
    public byte[] read(Entry entry) throws IOException {
        try (InputStream in = zip.getInputStream(zip.getEntry(entry.path()))) {
            return in.readAllBytes();
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
