package org.mmcr.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.mmcr.data.io.MappedBytes;

/** The files of a TAR archive, read where they are; a gzipped one has no index, so it is expanded to a temporary TAR. */
final class TarTree implements FileTree {
    private final MappedBytes content;
    private final Map<String, Long> offsets = new HashMap<>();
    private final List<Entry> entries;

    TarTree(Path file, String root) throws IOException {
        if (!isGzip(file)) {
            entries = index(file, root);
            content = MappedBytes.open(file);
            return;
        }
        Path expanded = Files.createTempFile("mmcr-", ".tar");
        expanded.toFile().deleteOnExit();
        try {
            expand(file, expanded);
            entries = index(expanded, root);
            content = MappedBytes.open(expanded);
        } finally {
            remove(expanded);
        }
    }

    private List<Entry> index(Path file, String root) throws IOException {
        // A name that was appended twice means the newer file, as tar itself reads it.
        TreeMap<String, Entry> found = new TreeMap<>();
        try (TarFile tar = new TarFile(file.toFile())) {
            for (TarArchiveEntry entry : tar.getEntries()) {
                String path = entry.getName().replaceFirst("^\\./", "");
                if (entry.isFile() && !entry.isSparse() && FileTree.isVisible(path)) {
                    FileTree.below(root, path).ifPresent(name -> {
                        found.put(name, new Entry(name, path, entry.getSize()));
                        offsets.put(path, entry.getDataOffset());
                    });
                }
            }
        }
        return List.copyOf(found.values());
    }

    private static boolean isGzip(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.read() == 0x1f && in.read() == 0x8b;
        }
    }

    private static void expand(Path file, Path target) throws IOException {
        try (InputStream in = GzipCompressorInputStream.builder()
                .setInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))
                .setDecompressConcatenated(true)
                .get()) {
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** What is mapped stays readable without a name, except on Windows, where the file goes when the process ends. */
    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException ignored) {
            // deleteOnExit has it then.
        }
    }

    @Override
    public List<Entry> entries() {
        return entries;
    }

    @Override
    public byte[] read(Entry entry) throws IOException {
        Long offset = offsets.get(entry.path());
        if (offset == null || offset + entry.size() > content.size()) {
            throw new IOException("the archive ends before it");
        }
        return content.read(offset, Math.toIntExact(entry.size()));
    }

    @Override
    public void close() {}
}
