package org.mmcr.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.mmcr.data.io.MappedBytes;
import org.mmcr.data.io.TemporaryFile;

/** The files of a TAR archive, which is not unpacked. A gzipped archive is decompressed to a temporary file. */
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
        try (TemporaryFile plain = new TemporaryFile(Optional.empty());
                InputStream in = GzipCompressorInputStream.builder()
                        .setInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))
                        .setDecompressConcatenated(true)
                        .get()) {
            in.transferTo(Channels.newOutputStream(plain.channel()));
            entries = index(plain.path(), root);
            content = plain.seal();
        }
    }

    private List<Entry> index(Path file, String root) throws IOException {
        // If an archive holds a name twice, the last file counts, as for tar itself.
        TreeMap<String, Entry> found = new TreeMap<>();
        try (TarFile tar = new TarFile(file.toFile(), "UTF-8")) {
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

    @Override
    public List<Entry> entries() {
        return entries;
    }

    @Override
    public byte[] read(Entry entry) throws IOException {
        Long offset = offsets.get(entry.path());
        if (offset == null || offset + entry.size() > content.size()) {
            throw new IOException("the archive is cut short");
        }
        return content.read(offset, Math.toIntExact(entry.size()));
    }
}
