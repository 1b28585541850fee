package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Csv;
import org.mmcr.data.io.FileFailure;

/** The names of the samples in a file of embeddings, from its column {@code path}. */
public final class EmbeddingNames {
    private static final String COLUMN = "path";

    private EmbeddingNames() {}

    /**
     * Reads the names in the order of the rows.
     *
     * @param file {@code X.parquet} or {@code X.csv} with a column {@code path}, or {@code X.npy} with such an {@code
     *     X.csv} beside it
     * @return empty without that column
     * @throws MmcrException if the file cannot be read
     */
    public static Optional<List<String>> read(Path file) {
        String name = String.valueOf(file.getFileName());
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".parquet")) {
            return parquet(file);
        }
        Path csv = lower.endsWith(".npy")
                ? file.resolveSibling(name.substring(0, name.length() - ".npy".length()) + ".csv")
                : file;
        return csv.toString().toLowerCase(Locale.ROOT).endsWith(".csv") && Files.isRegularFile(csv)
                ? csv(csv)
                : Optional.empty();
    }

    private static Optional<List<String>> parquet(Path file) {
        try (ParquetTable table = ParquetTable.open(file)) {
            Optional<ParquetColumn> column =
                    table.column(COLUMN).filter(found -> found.kind() == ParquetColumn.Kind.TEXT);
            if (column.isEmpty()) {
                return Optional.empty();
            }
            List<String> names = new ArrayList<>();
            table.read(List.of(column.get()), (row, cells) -> {
                ParquetCell cell = cells.get(0);
                names.add(cell.isPresent() ? cell.text() : "");
            });
            return Optional.of(names);
        }
    }

    private static Optional<List<String>> csv(Path file) {
        try (Csv csv = Csv.open(file)) {
            int column = csv.next().orElse(List.of()).indexOf(COLUMN);
            if (column < 0) {
                return Optional.empty();
            }
            List<String> names = new ArrayList<>();
            for (Optional<List<String>> row = csv.next(); row.isPresent(); row = csv.next()) {
                names.add(column < row.get().size() ? row.get().get(column) : "");
            }
            return Optional.of(names);
        } catch (IOException e) {
            throw FileFailure.exception("names of samples in " + file, e, "check the file");
        }
    }
}
