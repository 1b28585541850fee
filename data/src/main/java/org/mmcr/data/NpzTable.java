package org.mmcr.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.MappedBytes;
import org.mmcr.data.io.NpyHeader;
import org.mmcr.data.io.NpyNumbers;
import org.mmcr.data.io.NpzArchive;

/**
 * A table in a NumPy {@code .npz} archive: the array {@code x}, {@code X}, {@code data} or {@code features}, or else the only
 * one that is not labels; labels, whole numbers, in {@code y}, {@code Y}, {@code labels}, {@code label} or {@code target}.
 */
final class NpzTable {
    private static final List<String> DATA = List.of("x", "X", "data", "features");
    private static final List<String> LABELS = List.of("y", "Y", "labels", "label", "target");

    private NpzTable() {}

    static DataSource open(String location, Path file, TableOptions options) {
        try (NpzArchive archive = NpzArchive.open(file)) {
            List<String> arrays = archive.arrays();
            String data = first(DATA, arrays)
                    .or(() -> only(arrays))
                    .orElseThrow(
                            () -> new MmcrException("expected an array x, X, data or features in " + file + ", found "
                                    + (arrays.isEmpty() ? "none" : String.join(", ", arrays))
                                    + "; save it under one of these names"));
            MappedBytes content = archive.read(data);
            NumberRows rows = NpyRows.of(file + ", array " + data, content, NpyHeader.read(file, content));
            Optional<String> labelled = first(LABELS, arrays);
            ClassLabels labels = labelled.isEmpty()
                    ? ClassLabels.none()
                    : Tables.labels(NpyNumbers.of(location, file, archive.read(labelled.get()))
                            .integers());
            return VectorTable.of(
                    location, String.valueOf(file.getFileName()), List.of(), rows, labels, options.missing());
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
}
