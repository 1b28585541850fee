package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.ArrayFiles;
import org.mmcr.data.io.Csv;
import org.mmcr.data.io.FileFailure;

/**
 * Labels of samples in a file of their own: an array of whole numbers or texts, a column of a CSV, TSV or Parquet file,
 * or the lines of a text file.
 */
public final class LabelFile {
    /** The columns of the file of paths and labels that {@code mmcr embed} writes beside a {@code .npy} file. */
    public static final String HEADER = "path,label";

    private LabelFile() {}

    /**
     * Reads a label for each sample, in order; an empty text is a sample without a label, as is a negative number.
     *
     * @param location an array as {@link ArrayFiles} opens them, such as {@code y.npy} or {@code x.mat#labels}, a CSV, TSV
     *     or Parquet file with a column {@code label}, or {@code y.txt} with a label on each line
     * @throws MmcrException if it cannot be read, or has no column of labels
     */
    public static List<String> read(String location) {
        String lower = location.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".parquet")) {
            return parquet(Path.of(location));
        }
        if (lower.endsWith(".txt")) {
            return lines(Path.of(location));
        }
        return Csv.isCsv(lower) ? csv(location) : ArrayFiles.labels(location);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readString(file)
                    .replaceFirst("^\ufeff", "")
                    .lines()
                    .map(String::strip)
                    .toList();
        } catch (IOException e) {
            throw unreadable(file.toString(), e);
        }
    }

    private static List<String> parquet(Path file) {
        try (ParquetTable table = ParquetTable.open(file)) {
            List<String> names =
                    table.columns().stream().map(ParquetColumn::name).toList();
            int column = TableOptions.guess(names).orElseThrow(() -> missing(file.toString(), names));
            List<String> labels = new ArrayList<>();
            table.read(
                    List.of(table.columns().get(column).requireLabels(file.toString())),
                    (row, cells) -> labels.add(cells.get(0).label()));
            return labels;
        }
    }

    private static List<String> csv(String location) {
        try (Csv csv = Csv.open(Path.of(location))) {
            List<String> header = csv.next().orElse(List.of());
            int column = TableOptions.guess(header).orElseThrow(() -> missing(location, header));
            List<String> labels = new ArrayList<>();
            for (Optional<List<String>> row = csv.next(); row.isPresent(); row = csv.next()) {
                labels.add(column < row.get().size() ? row.get().get(column).strip() : "");
            }
            return labels;
        } catch (IOException e) {
            throw unreadable(location, e);
        }
    }

    private static MmcrException missing(String location, List<String> columns) {
        return new MmcrException("expected a column called " + String.join(", ", TableOptions.LABELS) + " in "
                + location + ", found " + String.join(", ", columns) + "; rename the column with the labels");
    }

    private static MmcrException unreadable(String location, IOException e) {
        return FileFailure.exception("labels in " + location, e, "check the path");
    }
}
