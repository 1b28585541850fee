package org.mmcr.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.NpyArray;
import org.mmcr.data.io.NpzArchive;

/**
 * Reads a table from a NumPy {@code .npz} archive. The data are the array {@code x}, {@code X}, {@code data} or
 * {@code features}, or the only array that holds no labels. The labels are integers in {@code y}, {@code Y},
 * {@code labels}, {@code label} or {@code target}.
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
            NumberRows rows = NumberRows.of(array(file, archive, data));
            ClassLabels labels = first(LABELS, arrays)
                    .map(name -> Tables.labels(array(file, archive, name).integers()))
                    .orElse(ClassLabels.NONE);
            return VectorTable.of(
                    location, String.valueOf(file.getFileName()), List.of(), rows, labels, options.missing());
        }
    }

    private static NpyArray array(Path file, NpzArchive archive, String name) {
        return NpyArray.of(file + "#" + name, file, archive.read(name));
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
