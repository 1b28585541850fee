package org.mmcr.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.mmcr.data.io.MappedBytes;

/** The files below a root in a folder or an archive. Thread-safe. */
interface FileTree extends Closeable {
    /** Returns the files, sorted by name. Hidden files and system folders are left out. */
    List<Entry> entries();

    /** Returns the content of a file. */
    byte[] read(Entry entry) throws IOException;

    /** Opens a file for random access. */
    default MappedBytes open(Entry entry) throws IOException {
        return MappedBytes.of(read(entry));
    }

    @Override
    default void close() throws IOException {}

    /**
     * A file.
     *
     * @param name name relative to the root, with {@code /} between folders
     * @param path the tree's own key of the file
     * @param size size in bytes
     */
    record Entry(String name, String path, long size) {}

    /** Folders that an operating system or a file system makes for itself, in lower case. */
    Set<String> SYSTEM = Set.of("__macosx", "lost+found", "system volume information", "$recycle.bin");

    /** The largest file that is read whole; a picture is never larger. */
    long MAX_BYTES = 1L << 30;

    /** Throws if a file is too large to be read whole. */
    static void requireSize(long bytes) throws IOException {
        if (bytes > MAX_BYTES) {
            throw new IOException("it has " + bytes + " bytes, more than the " + MAX_BYTES + " that are read");
        }
    }

    /** Returns whether a file or folder is neither hidden nor in a system folder. */
    static boolean isVisible(String name) {
        return Arrays.stream(name.split("/", -1))
                .noneMatch(part -> part.startsWith(".") || SYSTEM.contains(part.toLowerCase(Locale.ROOT)));
    }

    /** Returns a name in an archive without {@code .} and {@code ..} and without a slash in front. */
    static String normal(String name) {
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

    /** Returns {@code name} relative to the folder {@code root} ("" for all), or empty if it lies elsewhere. */
    static Optional<String> below(String root, String name) {
        if (root.isEmpty()) {
            return Optional.of(name);
        }
        return name.startsWith(root + "/") ? Optional.of(name.substring(root.length() + 1)) : Optional.empty();
    }

    /** Returns the part of a name after the last slash. */
    static String lastName(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
