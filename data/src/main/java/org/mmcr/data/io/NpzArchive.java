package org.mmcr.data.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.mmcr.core.MmcrException;

/** A NumPy {@code .npz} file: a ZIP archive with one {@code .npy} file for each array. */
public final class NpzArchive implements AutoCloseable {
    private static final String NPY = ".npy";

    private final Path file;
    private final ZipFile zip;

    private NpzArchive(Path file, ZipFile zip) {
        this.file = file;
        this.zip = zip;
    }

    /**
     * Opens an archive.
     *
     * @throws MmcrException if it is no ZIP archive
     */
    public static NpzArchive open(Path file) {
        try {
            return new NpzArchive(file, new ZipFile(file.toFile()));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Returns the names of the arrays, without their extension. */
    public List<String> arrays() {
        return zip.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith(NPY))
                .map(name -> name.substring(0, name.length() - NPY.length()))
                .toList();
    }

    /** Returns the {@code .npy} content of an array, decompressed into a temporary file. */
    public MappedBytes read(String array) {
        ZipEntry entry = zip.getEntry(array + NPY);
        try (TemporaryFile scratch = new TemporaryFile(Optional.empty());
                InputStream in = zip.getInputStream(entry)) {
            scratch.unpack(file + "#" + array, entry.getCompressedSize(), in);
            return ColumnMajor.toRows(file, scratch.seal());
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static MmcrException unreadable(Path file, IOException e) {
        return FileFailure.exception(
                "a NumPy .npz file at " + file, e, "check the path, or write it again with numpy.savez");
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }
}
