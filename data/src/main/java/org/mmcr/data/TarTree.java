package org.mmcr.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.mmcr.data.io.MappedBytes;
import org.mmcr.data.io.TemporaryFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of a TAR archive, which is not unpacked. A gzipped archive is decompressed to a temporary file. */
final class TarTree implements FileTree {
    private static final Logger LOG = LoggerFactory.getLogger(TarTree.class);
    private static final int BLOCK = 512;
    /** Links that are followed before they count as a loop. */
    private static final int MAX_LINKS = 16;

    private final MappedBytes content;
    private final Map<String, Long> offsets = new HashMap<>();
    /** Why a file cannot be read, for those that the archive does not hold as plain bytes. */
    private final Map<String, String> unreadable = new HashMap<>();

    private final List<Entry> entries;

    TarTree(Path file, String root) throws IOException {
        if (!isGzip(file)) {
            entries = index(file, file.toString(), root);
            content = MappedBytes.open(file);
            return;
        }
        try (TemporaryFile plain = new TemporaryFile(Optional.empty());
                InputStream packed = Files.newInputStream(file);
                InputStream in = GzipCompressorInputStream.builder()
                        .setInputStream(new BufferedInputStream(packed, 1 << 16))
                        .setDecompressConcatenated(true)
                        .get()) {
            plain.unpack(file.toString(), Files.size(file), in);
            entries = index(plain.path(), file.toString(), root);
            content = plain.seal();
        }
    }

    /**
     * Reads the list of files.
     *
     * @param file plain archive
     * @param name its name in messages
     */
    private List<Entry> index(Path file, String name, String root) throws IOException {
        // If an archive holds a name twice, the last file counts, as for tar itself.
        TreeMap<String, Entry> found = new TreeMap<>();
        Map<String, TarArchiveEntry> all = new LinkedHashMap<>();
        try (FileChannel channel = FileChannel.open(file); // TarFile leaves its own open when the archive is damaged
                TarFile tar = new TarFile(channel, BLOCK, BLOCK, TarNames.ENCODING, false)) {
            for (TarArchiveEntry entry : tar.getEntries()) {
                String path = TarNames.path(entry.getName());
                boolean link = entry.isLink() || entry.isSymbolicLink();
                if (!path.isEmpty() && (entry.isFile() || link)) {
                    all.put(path, entry);
                }
            }
            if (isCutShort(file, tar.getEntries())) {
                LOG.warn("{}: the archive is cut short after {} files; copy or download it again", name, all.size());
            }
        }
        for (String path : all.keySet()) {
            if (FileTree.isVisible(path)) {
                FileTree.below(root, path).ifPresent(below -> add(below, path, all, found));
            }
        }
        return List.copyOf(found.values());
    }

    /** Returns whether an archive lacks the block of zeros that stands behind its last file. */
    static boolean isCutShort(Path file, List<TarArchiveEntry> entries) throws IOException {
        if (entries.isEmpty() || entries.stream().anyMatch(TarArchiveEntry::isSparse)) {
            return false; // an empty archive is reported elsewhere; a sparse file is stored in fewer bytes than its
            // size
        }
        TarArchiveEntry last = entries.get(entries.size() - 1);
        long end = last.getDataOffset() + (last.isFile() ? last.getSize() : 0);
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        try (FileChannel channel = FileChannel.open(file)) {
            channel.position((end + BLOCK - 1) / BLOCK * BLOCK);
            while (block.hasRemaining() && channel.read(block) >= 0) {
                // read() may return fewer bytes than the block has
            }
        }
        return block.hasRemaining() || !block.flip().equals(ByteBuffer.allocate(BLOCK));
    }

    /** Adds a file, or the file that a link leads to. */
    private void add(String name, String path, Map<String, TarArchiveEntry> all, Map<String, Entry> found) {
        TarArchiveEntry entry = all.get(path);
        String target = path;
        for (int hops = 0; entry != null && (entry.isLink() || entry.isSymbolicLink()) && hops < MAX_LINKS; hops++) {
            String folder = entry.isLink() ? "" : target.substring(0, target.lastIndexOf('/') + 1);
            target = FileTree.normal(folder + TarNames.decoded(entry.getLinkName()));
            entry = all.get(target);
        }
        boolean resolved = entry != null && !entry.isLink() && !entry.isSymbolicLink();
        if (!resolved) {
            String link = TarNames.decoded(all.get(path).getLinkName());
            // A link to a folder is no file; the folder's files are in the archive themselves.
            if (PictureDecoder.isPicture(path)) {
                unreadable.put(path, "it is a link to " + link + ", which the archive does not hold");
                found.put(name, new Entry(name, path, 0));
            }
            return;
        }
        if (entry.isSparse()) {
            unreadable.put(path, "it is stored as a sparse file, which is not read; unpack the archive");
        }
        found.put(name, new Entry(name, path, entry.getSize()));
        offsets.put(path, entry.getDataOffset());
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
        MappedBytes found = open(entry);
        FileTree.requireSize(entry.size());
        return found.read(0, Math.toIntExact(entry.size()));
    }

    @Override
    public MappedBytes open(Entry entry) throws IOException {
        String reason = unreadable.get(entry.path());
        if (reason != null) {
            throw new IOException(reason);
        }
        Long offset = offsets.get(entry.path());
        if (offset == null || offset + entry.size() > content.size()) {
            throw new IOException("the archive is cut short");
        }
        return content.slice(offset, entry.size());
    }
}
