package org.mmcr.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
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

/** The files of a TAR archive, which is not unpacked. A gzipped archive is decompressed to a temporary file. */
final class TarTree implements FileTree {
    /** Links that are followed before they count as a loop. */
    private static final int MAX_LINKS = 16;

    private final MappedBytes content;
    private final Map<String, Long> offsets = new HashMap<>();
    /** Why a file cannot be read, for those that the archive does not hold as plain bytes. */
    private final Map<String, String> unreadable = new HashMap<>();

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
        Map<String, TarArchiveEntry> all = new LinkedHashMap<>();
        try (TarFile tar = new TarFile(file.toFile(), "UTF-8")) {
            for (TarArchiveEntry entry : tar.getEntries()) {
                String path = normal(entry.getName());
                boolean link = entry.isLink() || entry.isSymbolicLink();
                if (!path.isEmpty() && (entry.isFile() || link)) {
                    all.put(path, entry);
                }
            }
        }
        for (String path : all.keySet()) {
            if (FileTree.isVisible(path)) {
                FileTree.below(root, path).ifPresent(name -> add(name, path, all, found));
            }
        }
        return List.copyOf(found.values());
    }

    /** Adds a file, or the file that a link leads to. */
    private void add(String name, String path, Map<String, TarArchiveEntry> all, Map<String, Entry> found) {
        TarArchiveEntry entry = all.get(path);
        String target = path;
        for (int hops = 0; entry != null && (entry.isLink() || entry.isSymbolicLink()) && hops < MAX_LINKS; hops++) {
            String folder = entry.isLink() ? "" : target.substring(0, target.lastIndexOf('/') + 1);
            target = normal(folder + entry.getLinkName());
            entry = all.get(target);
        }
        boolean resolved = entry != null && !entry.isLink() && !entry.isSymbolicLink();
        if (!resolved) {
            String link = String.valueOf(all.get(path).getLinkName());
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

    /** Returns a name without {@code .} and {@code ..} and without a slash in front. */
    private static String normal(String name) {
        ArrayDeque<String> parts = new ArrayDeque<>();
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
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
        String reason = unreadable.get(entry.path());
        if (reason != null) {
            throw new IOException(reason);
        }
        FileTree.requireSize(entry.size());
        Long offset = offsets.get(entry.path());
        if (offset == null || offset + entry.size() > content.size()) {
            throw new IOException("the archive is cut short");
        }
        return content.read(offset, Math.toIntExact(entry.size()));
    }
}
