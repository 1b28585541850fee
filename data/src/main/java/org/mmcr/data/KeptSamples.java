package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Csv;

/** The samples of a {@code curation.csv} that have no flag. */
final class KeptSamples {
    private static final String PATH = "path";
    private static final String FLAGS = "flags";

    private final Path file;
    /** Whether a sample is kept, by its name. */
    private final Map<String, Boolean> kept;

    private KeptSamples(Path file, Map<String, Boolean> kept) {
        this.file = file;
        this.kept = kept;
    }

    /**
     * Reads a file with the columns {@code path} and {@code flags}.
     *
     * @throws MmcrException if it cannot be read, or lacks a column
     */
    static KeptSamples read(Path file) {
        try (Csv csv = Csv.open(file)) {
            List<String> header = csv.next().orElse(List.of());
            int path = header.indexOf(PATH);
            int flags = header.indexOf(FLAGS);
            if (path < 0 || flags < 0) {
                throw new MmcrException("expected the columns path and flags in " + file + ", found "
                        + String.join(", ", header) + "; give the curation.csv that mmcr curate wrote");
            }
            Map<String, Boolean> kept = new HashMap<>();
            for (Optional<List<String>> row = csv.next(); row.isPresent(); row = csv.next()) {
                List<String> fields = row.get();
                if (path >= fields.size()) {
                    throw new MmcrException("expected a path in row " + csv.row() + " of " + file
                            + ", found fewer fields; repair the row");
                }
                kept.put(
                        fields.get(path),
                        flags >= fields.size() || fields.get(flags).isBlank());
            }
            return new KeptSamples(file, kept);
        } catch (IOException e) {
            throw new MmcrException("expected a curation in " + file + ", found " + e + "; check the path", e);
        }
    }

    /**
     * Returns the kept samples of a source, which is closed with the result.
     *
     * @throws MmcrException if the file does not name a sample, or no sample is kept
     */
    DataSource of(DataSource source) {
        int[] missing = IntStream.range(0, source.size())
                .filter(i -> !kept.containsKey(source.name(i)))
                .toArray();
        int[] chosen = IntStream.range(0, source.size())
                .filter(i -> kept.getOrDefault(source.name(i), false))
                .toArray();
        if (missing.length > 0 || chosen.length == 0) {
            String location = source.location();
            String first = missing.length > 0 ? source.name(missing[0]) : "";
            int size = source.size();
            source.close();
            throw new MmcrException(
                    missing.length > 0
                            ? "expected every sample of " + location + " in " + file + ", found none called " + first
                                    + " (" + missing.length + " of " + size + " are missing); curate these data"
                            : "expected samples without a flag in " + file + ", found none; clear some flags");
        }
        return SubsetSource.of(source, chosen, true);
    }
}
