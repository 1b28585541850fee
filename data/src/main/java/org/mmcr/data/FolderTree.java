package org.mmcr.data;

import java.io.File;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import org.mmcr.data.io.MappedBytes;

/** The files of a folder. Symbolic links are followed; a loop of links is read once. */
final class FolderTree implements FileTree {
    /** Stands in names for bytes that are not UTF-8. */
    private static final char UNDECODABLE = '\uFFFD';

    private final Path root;
    private final List<Entry> entries;

    /** Lists the files at any depth below {@code root}; none if it does not exist. */
    FolderTree(Path root) throws IOException {
        this(root, Integer.MAX_VALUE);
    }

    /** Lists the files directly in {@code root}. */
    static FolderTree files(Path root) throws IOException {
        return new FolderTree(root, 1);
    }

    private FolderTree(Path root, int depth) throws IOException {
        this.root = root;
        if (!Files.exists(root)) {
            this.entries = List.of();
            return;
        }
        List<Entry> found = new ArrayList<>();
        Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, new Lister(root, found));
        found.sort(Comparator.comparing(Entry::name));
        this.entries = List.copyOf(found);
    }

    /** Returns whether a folder holds a picture at any depth; stops at the first. */
    static boolean holdsPicture(Path folder) throws IOException {
        boolean[] found = new boolean[1];
        Lister lister = new Lister(folder, new ArrayList<>()) {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                super.visitFile(file, attributes);
                found[0] = found[0] || found().stream().anyMatch(entry -> PictureDecoder.isPicture(entry.name()));
                found().clear();
                return found[0] ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }
        };
        Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, lister);
        return found[0];
    }

    @Override
    public List<Entry> entries() {
        return entries;
    }

    @Override
    public byte[] read(Entry entry) throws IOException {
        Path file = root.resolve(entry.path());
        try {
            FileTree.requireSize(entry.size());
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException(missing(file), e);
        } catch (AccessDeniedException e) {
            throw new IOException("this user may not read it", e);
        }
    }

    private static String missing(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            return "it is a link to " + Files.readSymbolicLink(file) + ", which does not exist";
        }
        return file.toString().indexOf(UNDECODABLE) < 0
                ? "there is no such file any more"
                : "its name is not UTF-8; rename it";
    }

    @Override
    public MappedBytes open(Entry entry) throws IOException {
        return MappedBytes.open(root.resolve(entry.path()));
    }

    private static class Lister extends SimpleFileVisitor<Path> {
        private final Path root;
        private final List<Entry> found;

        Lister(Path root, List<Entry> found) {
            this.root = root;
            this.found = found;
        }

        List<Entry> found() {
            return found;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            boolean junk = !folder.equals(root) && !FileTree.isVisible(nameOf(folder));
            return junk ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = nameOf(file);
            // A picture behind a link without target is a broken picture.
            boolean dangling = attributes.isSymbolicLink() && PictureDecoder.isPicture(name);
            if ((attributes.isRegularFile() || dangling) && FileTree.isVisible(name)) {
                found.add(new Entry(name, root.relativize(file).toString(), dangling ? 0 : attributes.size()));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            // What is hidden is not read, so it need not be readable.
            if (failure instanceof FileSystemLoopException || !FileTree.isVisible(nameOf(file))) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        private String nameOf(Path path) {
            String name = root.relativize(path).toString();
            return File.separatorChar == '\\' ? name.replace('\\', '/') : name;
        }
    }
}
