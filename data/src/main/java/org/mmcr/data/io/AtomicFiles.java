package org.mmcr.data.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Files and folders that appear whole or not at all: written beside their place, forced to disk, then moved into it. */
public final class AtomicFiles {
    /** Writes one file at the given path. */
    public interface Content {
        void writeTo(Path file) throws IOException;
    }

    private AtomicFiles() {}

    public static void write(Path target, Content content) throws IOException {
        Path beside = beside(target);
        try {
            content.writeTo(beside);
            force(beside);
            move(beside, target, true);
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    public static void writeText(Path target, String text) throws IOException {
        write(target, file -> Files.writeString(file, text));
    }

    /** Makes a folder that must not exist yet; {@code content} fills it. */
    public static void writeFolder(Path target, Content content) throws IOException {
        Path beside = beside(target);
        deleteTree(beside);
        Files.createDirectories(beside);
        try {
            content.writeTo(beside);
            for (Path file : list(beside)) {
                force(file);
            }
            forceFolder(beside);
            move(beside, target, false);
        } finally {
            deleteTree(beside);
        }
    }

    /** True for the name of a file or folder that was being written when its process ended. */
    public static boolean isUnfinished(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.startsWith(".") && name.endsWith(".part");
    }

    public static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    public static void deleteTree(Path root) throws IOException {
        if (Files.isDirectory(root)) {
            for (Path child : list(root)) {
                deleteTree(child);
            }
        }
        Files.deleteIfExists(root);
    }

    private static Path beside(Path target) {
        return target.resolveSibling("." + target.getFileName() + ".part");
    }

    private static void move(Path from, Path to, boolean replace) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            if (replace) {
                Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.move(from, to);
            }
        }
        Path parent = to.toAbsolutePath().getParent();
        if (parent != null) {
            forceFolder(parent);
        }
    }

    /** Waits until what is written to a file so far is on the disk. */
    public static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Makes a rename durable; Windows cannot open a folder and does not need it. */
    private static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            return; // not supported here: the rename itself has still happened
        }
    }

    /** Cuts a file to its first {@code bytes} bytes and forces the cut to disk. */
    public static void truncate(Path file, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
            channel.force(true);
        }
    }

    public static void append(FileChannel channel, String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
