package org.mmcr.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder of files, links followed. */
final class FolderTree implements FileTree {
    private final Path root;
    private final List<Entry> entries;

    FolderTree(Path root) throws IOException {
        this.root = root;
        try (Stream<Path> paths = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
            this.entries = paths.filter(Files::isRegularFile)
                    .map(this::entry)
                    .filter(entry -> FileTree.isVisible(entry.name()))
                    .sorted(Comparator.comparing(Entry::name))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Entry entry(Path file) {
        String name = root.relativize(file).toString().replace('\\', '/');
        try {
            return new Entry(name, name, Files.size(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Entry> entries() {
        return entries;
    }

    @Override
    public byte[] read(Entry entry) throws IOException {
        return Files.readAllBytes(root.resolve(entry.path()));
    }

    @Override
    public void close() {}
}
