package org.mmcr.data.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Atomic writes of files and folders. The content is written to {@code .NAME.part} in the same folder, forced to
 * disk, and then renamed, so that a reader sees the old content or the new, never a part of it.
 */
public final class AtomicFiles {
    /** Writes the content of a file or folder to a given path. */
    public interface Content {
        /** Writes everything to {@code file}. */
        void writeTo(Path file) throws IOException;
    }

    private AtomicFiles() {}

    /** Writes a file, replacing an older one. */
    public static void write(Path target, Content content) throws IOException {
        Path part = part(target);
        try {
            content.writeTo(part);
            force(part);
            move(part, target, true);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Writes a text file in UTF-8, replacing an older one. */
    public static void writeText(Path target, String text) throws IOException {
        write(target, file -> Files.writeString(file, text));
    }

    /** Creates a folder that does not exist yet; {@code content} fills it. */
    public static void writeFolder(Path target, Content content) throws IOException {
        Path part = part(target);
        deleteTree(part);
        Files.createDirectories(part);
        try {
            content.writeTo(part);
            for (Path file : list(part)) {
                force(file);
            }
            forceFolder(part);
            move(part, target, false);
        } finally {
            deleteTree(part);
        }
    }

    /** Returns whether a path is the unfinished part of a write whose process ended early. */
    public static boolean isUnfinished(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.startsWith(".") && name.endsWith(".part");
    }

    /** Returns the entries of a folder, sorted. */
    public static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /**
     * Deletes a file or a folder with everything in it; does nothing if it does not exist. A symbolic link is deleted,
     * and what it points to stays.
     */
    public static void deleteTree(Path root) throws IOException {
        if (Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            for (Path child : list(root)) {
                deleteTree(child);
            }
        }
        Files.deleteIfExists(root);
    }

    /** Returns where the content of {@code target} is written before the rename. */
    static Path part(Path target) {
        return target.resolveSibling("." + target.getFileName() + ".part");
    }

    /** Renames a file or folder and forces the rename to disk. */
    static void move(Path from, Path to, boolean replace) throws IOException {
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

    /** Forces a file's content to disk. */
    public static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Makes a rename durable. Windows cannot open a folder and does not need to. */
    private static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            return; // not supported on this platform; the rename itself has happened
        }
    }

    /** Truncates a file to its first {@code bytes} bytes and forces it to disk. */
    public static void truncate(Path file, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
            channel.force(true);
        }
    }

    /** Writes a line of UTF-8 to a channel. */
    public static void append(FileChannel channel, String line) throws IOException {
        writeFully(channel, ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
    }

    /** Writes all remaining bytes; a channel may take only some of them at a time. */
    public static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
