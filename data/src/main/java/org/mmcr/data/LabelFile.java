package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.ArrayFiles;
import org.mmcr.data.io.Csv;

/** Labels of samples in a file of their own: an array of numbers or texts, or a column of a CSV or TSV file. */
public final class LabelFile {
    /** The columns of the file of paths and labels that {@code mmcr embed} writes beside a {@code .npy} file. */
    public static final String HEADER = "path,label";

    private LabelFile() {}

    /**
     * Reads a label for each sample, in order; an empty text is a sample without a label, as is a negative number.
     *
     * @param location an array as {@link ArrayFiles} opens them, such as {@code y.npy} or {@code x.mat#labels}, or a CSV
     *     or TSV file with a column {@code label}
     * @throws MmcrException if it cannot be read, or has no column of labels
     */
    public static List<String> read(String location) {
        String lower = location.toLowerCase(Locale.ROOT);
        if (!lower.endsWith(".csv") && !lower.endsWith(".tsv")) {
            return ArrayFiles.labels(location);
        }
        try (Csv csv = Csv.open(Path.of(location))) {
            List<String> header = csv.next().orElse(List.of());
            int column = TableOptions.guess(header)
                    .orElseThrow(() -> new MmcrException("expected a column called "
                            + String.join(", ", TableOptions.LABELS) + " in " + location + ", found "
                            + String.join(", ", header) + "; rename the column with the labels"));
            List<String> labels = new ArrayList<>();
            for (Optional<List<String>> row = csv.next(); row.isPresent(); row = csv.next()) {
                labels.add(column < row.get().size() ? row.get().get(column).strip() : "");
            }
            return labels;
        } catch (IOException e) {
            throw new MmcrException("expected labels in " + location + ", found " + e + "; check the path", e);
        }
    }
}
