package org.mmcr.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * A location taken apart at its {@code #}; a file whose own name holds one is found first.
 *
 * @param location as the user gave it
 * @param path of a file or folder
 * @param inner what follows the {@code #}, without slashes at its ends; empty when nothing does
 */
record Place(String location, Path path, String inner) {
    private static final int HEAD = 512;

    static Place of(String location) {
        int hash = location.lastIndexOf('#');
        if (hash < 0 || Files.exists(Path.of(location))) {
            return new Place(location, Path.of(location), "");
        }
        String inner = location.substring(hash + 1).replaceAll("^/+|/+$", "");
        return new Place(location, Path.of(location.substring(0, hash)), inner);
    }

    /** The last step inward, which may name a part of a packed data set. */
    String part() {
        return PackedFiles.last(inner);
    }

    /** Without the last step inward. */
    Place parent() {
        return new Place(location, path, inner.substring(0, Math.max(0, inner.lastIndexOf('/'))));
    }

    /** Without any. */
    Place whole() {
        return new Place(location, path, "");
    }

    boolean isFolder() {
        return Files.isDirectory(path);
    }

    /** The name of the file or folder itself. */
    String name() {
        return String.valueOf(path.getFileName());
    }

    /** Whether it is a file that begins with these characters (each a byte) at {@code offset}. */
    boolean startsWith(int offset, String magic) throws IOException {
        return !isFolder() && matches(head(), offset, magic);
    }

    /** The same of what a gzipped file unpacks to. */
    boolean unpackedStartsWith(int offset, String magic) throws IOException {
        return isGzip() && matches(unpackedHead(), offset, magic);
    }

    boolean isGzip() throws IOException {
        return startsWith(0, "\u001f\u008b");
    }

    /** The first 512 bytes of a file, filled up with zeros. */
    byte[] head() throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.copyOf(in.readNBytes(HEAD), HEAD);
        }
    }

    /** The same of what a gzipped file unpacks to. */
    byte[] unpackedHead() throws IOException {
        try (InputStream in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(path)))) {
            return Arrays.copyOf(in.readNBytes(HEAD), HEAD);
        }
    }

    private static boolean matches(byte[] head, int offset, String magic) {
        byte[] expected = magic.getBytes(StandardCharsets.ISO_8859_1);
        return Arrays.equals(head, offset, offset + expected.length, expected, 0, expected.length);
    }
}
