package org.mmcr.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.mmcr.MmcrException;

/**
 * A table in a NumPy {@code .npz} archive: the array {@code x}, {@code X}, {@code data} or {@code features}, or else the only
 * one that is not labels; labels, whole numbers, in {@code y}, {@code Y}, {@code labels}, {@code label} or {@code target}.
 */
final class NpzTable {
    private static final List<String> DATA = List.of("x", "X", "data", "features");
    private static final List<String> LABELS = List.of("y", "Y", "labels", "label", "target");
    private static final String ENDING = ".npy";

    private NpzTable() {}

    static DataSource open(String location, Path file, TableOptions options) throws IOException {
        try (ZipFile archive = new ZipFile(file.toFile())) {
            List<String> arrays = archive.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(ENDING))
                    .map(name -> name.substring(0, name.length() - ENDING.length()))
                    .toList();
            String data = first(DATA, arrays)
                    .or(() -> only(arrays))
                    .orElseThrow(
                            () -> new MmcrException("expected an array x, X, data or features in " + file + ", found "
                                    + (arrays.isEmpty() ? "none" : String.join(", ", arrays))
                                    + "; save it under one of these names"));
            MappedBytes content = read(archive, data, file);
            NumberRows rows = NpyRows.of(file + ", array " + data, content, NpyHeader.read(file, content));
            Optional<String> labelled = first(LABELS, arrays);
            ClassLabels labels = labelled.isEmpty()
                    ? ClassLabels.none()
                    : Tables.labels(NpyNumbers.of(location, file, read(archive, labelled.get(), file))
                            .integers());
            return VectorTable.of(
                    location, String.valueOf(file.getFileName()), List.of(), rows, labels, options.missing());
        } catch (ZipException e) {
            throw new MmcrException(
                    "expected a NumPy .npz archive at " + file + ", found " + e.getMessage()
                            + "; write it again with numpy.savez",
                    e);
        }
    }

    private static Optional<String> first(List<String> wanted, List<String> arrays) {
        return wanted.stream().filter(arrays::contains).findFirst();
    }

    private static Optional<String> only(List<String> arrays) {
        List<String> rest = new ArrayList<>(arrays);
        rest.removeAll(LABELS);
        return rest.size() == 1 ? Optional.of(rest.get(0)) : Optional.empty();
    }

    private static MappedBytes read(ZipFile archive, String array, Path file) throws IOException {
        ZipEntry entry = archive.getEntry(array + ENDING);
        if (entry.getSize() > Integer.MAX_VALUE - 8) {
            throw new MmcrException("expected arrays below 2 GiB in " + file + ", found " + array + " with "
                    + entry.getSize() + " bytes; save it as an .npy file, which is read in place");
        }
        try (InputStream in = archive.getInputStream(entry)) {
            return MappedBytes.of(in.readAllBytes());
        }
    }
}
