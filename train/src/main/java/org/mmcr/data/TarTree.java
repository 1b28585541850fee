package org.mmcr.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** The files of a TAR archive, read where they are; a gzipped one has no index, so it is expanded to a temporary TAR. */
final class TarTree implements FileTree {
    private final TarFile tar;
    private final Optional<Path> temporary;
    private final Map<String, TarArchiveEntry> byPath = new HashMap<>();
    private final List<Entry> entries = new ArrayList<>();

    TarTree(Path file, String root) throws IOException {
        this.temporary = isGzip(file) ? Optional.of(expand(file)) : Optional.empty();
        this.tar = new TarFile(temporary.orElse(file).toFile());
        for (TarArchiveEntry entry : tar.getEntries()) {
            if (entry.isFile() && FileTree.isVisible(entry.getName().replaceFirst("^\\./", ""))) {
                FileTree.below(root, entry.getName()).ifPresent(name -> add(name, entry));
            }
        }
        entries.sort(Comparator.comparing(Entry::name));
    }

    private void add(String name, TarArchiveEntry entry) {
        // A name that was appended twice means the newer file, as tar itself reads it.
        if (byPath.put(name, entry) != null) {
            entries.removeIf(old -> old.name().equals(name));
        }
        entries.add(new Entry(name, name, entry.getSize()));
    }

    private static boolean isGzip(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.read() == 0x1f && in.read() == 0x8b;
        }
    }

    private static Path expand(Path file) throws IOException {
        Path temporary = Files.createTempFile("mmcr-", ".tar");
        try (InputStream in = GzipCompressorInputStream.builder()
                .setInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))
                .setDecompressConcatenated(true)
                .get()) {
            Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
            return temporary;
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    @Override
    public List<Entry> entries() {
        return entries;
    }

    @Override
    public byte[] read(Entry entry) throws IOException {
        // One channel with one position serves all readers.
        synchronized (tar) {
            try (InputStream in = tar.getInputStream(byPath.get(entry.path()))) {
                return in.readAllBytes();
            }
        }
    }

    @Override
    public void close() throws IOException {
        tar.close();
        if (temporary.isPresent()) {
            Files.deleteIfExists(temporary.get());
        }
    }
}
