package org.mmcr.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.mmcr.data.io.MappedBytes;

/** The files below a root in a folder or an archive. Thread-safe. */
interface FileTree extends Closeable {
    /** Returns the files, sorted by name. Hidden files and the metadata of macOS archives are left out. */
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

    /** The leading "/", "./" and "../" of names in some archives, which unpacking leaves out, too. */
    Pattern LEADING = Pattern.compile("^(?:\\.{0,2}/)+");

    /** The largest file that is read whole; a picture is never larger. */
    long MAX_BYTES = 1L << 30;

    /** Throws if a file is too large to be read whole. */
    static void requireSize(long bytes) throws IOException {
        if (bytes > MAX_BYTES) {
            throw new IOException("it has " + bytes + " bytes, more than the " + MAX_BYTES + " that are read");
        }
    }

    /** Returns whether a file is neither hidden nor metadata of a macOS archive. */
    static boolean isVisible(String name) {
        String clean = clean(name);
        return !clean.startsWith(".") && !clean.contains("/.") && !clean.contains("__MACOSX/");
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

    private static String clean(String name) {
        return LEADING.matcher(name).replaceFirst("");
    }

    /** Returns {@code name} relative to the folder {@code root} ("" for all), or empty if it lies elsewhere. */
    static Optional<String> below(String root, String name) {
        String clean = clean(name);
        if (root.isEmpty()) {
            return Optional.of(clean);
        }
        return clean.startsWith(root + "/") ? Optional.of(clean.substring(root.length() + 1)) : Optional.empty();
    }

    /** Returns the part of a name after the last slash. */
    static String lastName(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
