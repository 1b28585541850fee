package org.mmcr.analysis.curate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.ParquetTableWriter;
import org.mmcr.data.PictureSource;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Csv;
import org.mmcr.data.io.FileFailure;
import org.mmcr.data.io.Json;

/** The files of a curation in a folder. */
public final class CurationFiles {
    private CurationFiles() {}

    /** Returns all files that {@link #write} may write. */
    public static List<Path> files(Path folder) {
        return List.of(
                folder.resolve("curation.csv"),
                folder.resolve("curation.parquet"),
                folder.resolve("curation.json"),
                folder.resolve("curation.html"),
                folder.resolve("subset.csv"));
    }

    /**
     * Reads the rows of a {@code curation.csv}. Columns are found by name; one that is missing counts as empty, except
     * {@code path} and {@code flags}.
     *
     * @throws MmcrException if it cannot be read, lacks a column, or holds a score that is no number
     */
    public static List<CurationRow> read(Path file) {
        try (Csv csv = Csv.open(file)) {
            List<String> header = csv.next().orElse(List.of());
            if (!header.contains("path") || !header.contains("flags")) {
                throw new MmcrException("expected the columns path and flags in " + file + ", found "
                        + String.join(", ", header) + "; give the curation.csv that mmcr curate wrote");
            }
            int[] places =
                    CurationRow.header().stream().mapToInt(header::indexOf).toArray();
            List<CurationRow> rows = new ArrayList<>();
            for (Optional<List<String>> row = csv.next(); row.isPresent(); row = csv.next()) {
                rows.add(row(file, csv.row(), places, row.get()));
            }
            return rows;
        } catch (IOException e) {
            throw FileFailure.exception("a curation in " + file, e, "check the path");
        }
    }

    private static CurationRow row(Path file, int number, int[] places, List<String> fields) {
        List<String> ordered = Arrays.stream(places)
                .mapToObj(place -> place < 0 || place >= fields.size() ? "" : fields.get(place))
                .toList();
        try {
            return CurationRow.of(ordered);
        } catch (NumberFormatException e) {
            throw new MmcrException(
                    "expected numbers as scores in row " + number + " of " + file + ", found " + e.getMessage()
                            + "; repair the row",
                    e);
        }
    }

    /** Writes {@code curation.csv}, {@code .parquet}, {@code .json} and {@code .html}, and {@code subset.csv}. */
    public static void write(Path folder, Curation curation, PictureSource data, Optional<PictureSource> against)
            throws IOException {
        AtomicFiles.writeText(folder.resolve("curation.csv"), CurationRow.csv(curation.rows()));
        AtomicFiles.write(
                folder.resolve("curation.parquet"),
                part -> ParquetTableWriter.write(part, CurationRow.table(curation.rows())));
        Json.write(folder.resolve("curation.json"), curation);
        AtomicFiles.writeText(folder.resolve("curation.html"), new CurationPage(data, against).html(curation));
        Files.deleteIfExists(folder.resolve("subset.csv")); // of an earlier curation; this one may have no subset
        if (curation.subset().isPresent()) {
            List<String> lines = new ArrayList<>();
            IntStream.range(0, curation.chosen().size()).forEach(i -> {
                CurationRow row = curation.rows().get(curation.chosen().get(i));
                lines.add(Csv.row(i + 1, row.path(), row.label()));
            });
            AtomicFiles.writeText(folder.resolve("subset.csv"), Csv.table("rank,path,label", lines));
        }
    }
}
