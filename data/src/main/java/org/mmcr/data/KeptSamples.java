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
import org.mmcr.data.io.FileFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The samples of a {@code curation.csv} that have no flag. With corrected labels, a sample whose only flag is
 * {@code label} is kept too, with its suggested label, and the others have the labels of the file.
 */
final class KeptSamples {
    private static final Logger LOG = LoggerFactory.getLogger(KeptSamples.class);
    private static final String PATH = "path";
    private static final String FLAGS = "flags";
    private static final String LABEL = "label";
    private static final String SUGGESTED = "suggested_label";

    private final Path file;
    private final boolean relabel;
    private final Map<String, Row> rows;

    private KeptSamples(Path file, boolean relabel, Map<String, Row> rows) {
        this.file = file;
        this.relabel = relabel;
        this.rows = rows;
    }

    /**
     * A row of the file.
     *
     * @param kept whether the sample is kept
     * @param label corrected label; empty for none
     */
    private record Row(boolean kept, String label) {
        static final Row UNKNOWN = new Row(false, "");
    }

    /**
     * Reads a file with the columns {@code path} and {@code flags}, for corrected labels also {@code label} and
     * {@code suggested_label}.
     *
     * @param relabel whether labels are corrected
     * @throws MmcrException if it cannot be read, or lacks a column
     */
    static KeptSamples read(Path file, boolean relabel) {
        try (Csv csv = Csv.open(file)) {
            List<String> header = csv.next().orElse(List.of());
            List<String> needed = relabel ? List.of(PATH, FLAGS, LABEL, SUGGESTED) : List.of(PATH, FLAGS);
            if (!header.containsAll(needed)) {
                throw new MmcrException(
                        "expected the columns " + String.join(", ", needed.subList(0, needed.size() - 1)) + " and "
                                + needed.get(needed.size() - 1) + " in " + file + ", found "
                                + String.join(", ", header) + "; give the curation.csv that mmcr curate wrote");
            }
            Map<String, Row> rows = new HashMap<>();
            for (Optional<List<String>> row = csv.next(); row.isPresent(); row = csv.next()) {
                List<String> fields = row.get();
                int path = header.indexOf(PATH);
                if (path >= fields.size()) {
                    throw new MmcrException("expected a path in row " + csv.row() + " of " + file
                            + ", found fewer fields; repair the row");
                }
                rows.put(fields.get(path), row(header, fields, relabel));
            }
            return new KeptSamples(file, relabel, rows);
        } catch (IOException e) {
            throw FileFailure.exception("a curation in " + file, e, "check the path");
        }
    }

    private static Row row(List<String> header, List<String> fields, boolean relabel) {
        String flags = field(header, fields, FLAGS);
        String suggested = field(header, fields, SUGGESTED);
        boolean corrected = relabel && flags.equals(LABEL) && !suggested.isEmpty();
        return new Row(flags.isEmpty() || corrected, corrected ? suggested : field(header, fields, LABEL));
    }

    private static String field(List<String> header, List<String> fields, String name) {
        int place = header.indexOf(name);
        return place < 0 || place >= fields.size() ? "" : fields.get(place).strip();
    }

    /**
     * Returns the kept samples of a source, which is closed with the result.
     *
     * @throws MmcrException if the file does not name a sample, or no sample is kept
     */
    DataSource of(DataSource source) {
        int[] missing = IntStream.range(0, source.size())
                .filter(i -> !rows.containsKey(source.name(i)))
                .toArray();
        int[] chosen = IntStream.range(0, source.size())
                .filter(i -> row(source, i).kept())
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
        DataSource kept = SubsetSource.of(
                source, chosen, true, relabel ? Optional.of(corrected(source, chosen)) : Optional.empty());
        report(source, kept, chosen);
        return kept;
    }

    private Row row(DataSource source, int index) {
        return rows.getOrDefault(source.name(index), Row.UNKNOWN);
    }

    private ClassLabels corrected(DataSource source, int[] chosen) {
        List<String> labels =
                IntStream.of(chosen).mapToObj(i -> row(source, i).label()).toList();
        return ClassLabels.of(labels, source.classNames());
    }

    /** Logs how many samples are kept, and how many labels are others than in the data. */
    private void report(DataSource source, DataSource kept, int[] chosen) {
        long changed = IntStream.range(0, chosen.length)
                .filter(i -> !label(source, chosen[i]).equals(label(kept, i)))
                .count();
        LOG.warn(
                "{}: {} of {} samples are kept by {}{}",
                source.location(),
                chosen.length,
                source.size(),
                file.getFileName(),
                relabel ? "; " + changed + " of them with another label" : "");
    }

    private static String label(DataSource source, int index) {
        return source.label(index).stream()
                .mapToObj(source.classNames()::get)
                .findFirst()
                .orElse("");
    }
}
