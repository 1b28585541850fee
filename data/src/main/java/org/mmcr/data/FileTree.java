package org.mmcr.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.mmcr.data.io.MappedBytes;

/** The files below one root, whether a folder or an archive; {@link #read} may be called from any thread. */
interface FileTree extends Closeable {
    /** Names relative to the root with {@code /} between folders, sorted; hidden files and archive litter are left out. */
    List<Entry> entries();

    byte[] read(Entry entry) throws IOException;

    /** Random access to one file. */
    default MappedBytes open(Entry entry) throws IOException {
        return MappedBytes.of(read(entry));
    }

    /**
     * One file.
     *
     * @param name relative to the root asked for
     * @param path where the tree itself finds it
     * @param size bytes
     */
    record Entry(String name, String path, long size) {}

    /** Whether the name is of a file a person put there, not a hidden one or what macOS adds to its archives. */
    static boolean isVisible(String name) {
        String clean = clean(name);
        return !clean.startsWith(".") && !clean.contains("/.") && !clean.contains("__MACOSX/");
    }

    private static String clean(String name) {
        return name.startsWith("./") ? name.substring(2) : name;
    }

    /** {@code name} relative to the folder {@code root} ("" for all), or empty when it lies elsewhere. */
    static Optional<String> below(String root, String name) {
        String clean = clean(name);
        if (root.isEmpty()) {
            return Optional.of(clean);
        }
        return clean.startsWith(root + "/") ? Optional.of(clean.substring(root.length() + 1)) : Optional.empty();
    }
}
