package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Csv;
import org.mmcr.data.io.FileFailure;

/** The labels of a CSV file with the columns {@code path} and {@code label}, by the names of samples. */
final class NamedLabels {
    private final Path file;
    private final Map<String, String> labels;

    private NamedLabels(Path file, Map<String, String> labels) {
        this.file = file;
        this.labels = labels;
    }

    /**
     * Reads a file; rows with an empty label are left out.
     *
     * @throws MmcrException if it cannot be read, or lacks a column or a path
     */
    static NamedLabels read(Path file) {
        try (Csv csv = Csv.open(file)) {
            List<String> header = csv.next().orElse(List.of());
            int path = header.indexOf("path");
            int label = header.indexOf("label");
            if (path < 0 || label < 0) {
                throw new MmcrException("expected the columns path and label in " + file + ", found "
                        + String.join(", ", header) + "; give the labels.csv of the explorer, or a file like it");
            }
            Map<String, String> labels = new LinkedHashMap<>();
            for (Optional<List<String>> row = csv.next(); row.isPresent(); row = csv.next()) {
                List<String> fields = row.get();
                if (path >= fields.size()) {
                    throw new MmcrException("expected a path in row " + csv.row() + " of " + file
                            + ", found fewer fields; repair the row");
                }
                String text = label < fields.size() ? fields.get(label).strip() : "";
                if (!text.isEmpty()) {
                    labels.put(fields.get(path), text);
                }
            }
            return new NamedLabels(file, labels);
        } catch (IOException e) {
            throw FileFailure.exception("labels in " + file, e, "check the path");
        }
    }

    /** Returns the labelled samples of a source, which stays open when the result is closed. */
    DataSource of(DataSource source) {
        int[] found = IntStream.range(0, source.size())
                .filter(sample -> labels.containsKey(source.name(sample)))
                .toArray();
        if (found.length < labels.size() || found.length == 0) {
            Set<String> unknown = new HashSet<>(labels.keySet());
            IntStream.of(found).forEach(sample -> unknown.remove(source.name(sample)));
            String first = labels.keySet().stream()
                    .filter(unknown::contains)
                    .findFirst()
                    .map(name -> "'" + name + "'")
                    .orElse("no label");
            throw new MmcrException("expected labels of " + source.plural() + " in " + source.location() + ", found "
                    + first + " in " + file + ", which is none of them (" + unknown.size() + " of " + labels.size()
                    + "); give the data that was labelled");
        }
        ClassLabels given = ClassLabels.of(IntStream.of(found)
                .mapToObj(sample -> labels.getOrDefault(source.name(sample), ""))
                .toList());
        return SubsetSource.of(source, found, given);
    }
}
