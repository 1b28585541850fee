package org.mmcr.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.mmcr.core.MmcrException;

/**
 * A data location, {@code path} or {@code path#inner/folder}. A file or folder whose own name contains the {@code #}
 * takes precedence.
 *
 * @param text the location as the user gave it
 * @param path path of a file or folder
 * @param inner the part after the {@code #} without slashes at its ends; empty if there is none
 */
record DataLocation(String text, Path path, String inner) {
    private static final int HEAD = 512;

    static DataLocation of(String text) {
        int hash = text.lastIndexOf('#');
        if (hash < 0 || Files.exists(Path.of(text))) {
            return new DataLocation(text, Path.of(text), "");
        }
        String inner = text.substring(hash + 1).replaceAll("^/+|/+$", "");
        return new DataLocation(text, Path.of(text.substring(0, hash)), inner);
    }

    /** Returns the location with an absolute path, so that it can be opened from any working directory. */
    String absolute() {
        // Not inner, which has no slash in front: the folder of a list may be absolute.
        String behind = text.substring(text.lastIndexOf('#') + 1).replaceAll("/+$", "");
        return with(path.toAbsolutePath().normalize().toString(), behind);
    }

    /** Returns the location without the folders that hold it. */
    String withoutFolders() {
        return with(name(), inner);
    }

    private String with(String place, String behind) {
        return inner.isEmpty() ? place : place + "#" + behind;
    }

    /**
     * Checks that no part is named; to be called for a file of a format without parts.
     *
     * @throws MmcrException if there is a name after the {@code #}
     */
    void requireNoPart() {
        if (!inner.isEmpty()) {
            throw new MmcrException("expected no part after the # of the file " + path + ", found " + inner
                    + "; leave #" + inner + " out, or name another file (only folders, archives, .npz files and lists"
                    + " of pictures have parts)");
        }
    }

    /** Returns the last name of {@link #inner}, which may be a part of a data set such as {@code test}. */
    String part() {
        return FileTree.lastName(inner);
    }

    /** Returns the location without the last name of {@link #inner}. */
    DataLocation parent() {
        return new DataLocation(text, path, inner.substring(0, Math.max(0, inner.lastIndexOf('/'))));
    }

    /** Returns the location without {@link #inner}. */
    DataLocation root() {
        return new DataLocation(text, path, "");
    }

    boolean isFolder() {
        return Files.isDirectory(path);
    }

    /** Returns the name of the file or folder. */
    String name() {
        return String.valueOf(path.getFileName());
    }

    /** Returns whether it is a file with these characters, a byte each, at {@code offset}. */
    boolean startsWith(int offset, String magic) throws IOException {
        return !isFolder() && matches(head(), offset, magic);
    }

    /** Returns whether it is a gzipped file whose content has these characters at {@code offset}. */
    boolean unzippedStartsWith(int offset, String magic) throws IOException {
        return isGzip() && matches(unzippedHead(), offset, magic);
    }

    boolean isGzip() throws IOException {
        return startsWith(0, "\u001f\u008b");
    }

    /** Returns the first 512 bytes of the file, filled up with zeros. */
    byte[] head() throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.copyOf(in.readNBytes(HEAD), HEAD);
        }
    }

    /** Returns the first 512 bytes of a gzipped file's content, filled up with zeros. */
    byte[] unzippedHead() throws IOException {
        try (InputStream file = Files.newInputStream(path);
                InputStream in = new GZIPInputStream(new BufferedInputStream(file))) {
            return Arrays.copyOf(in.readNBytes(HEAD), HEAD);
        }
    }

    private static boolean matches(byte[] head, int offset, String magic) {
        byte[] expected = magic.getBytes(StandardCharsets.ISO_8859_1);
        return Arrays.equals(head, offset, offset + expected.length, expected, 0, expected.length);
    }

    @Override
    public String toString() {
        return text;
    }
}
