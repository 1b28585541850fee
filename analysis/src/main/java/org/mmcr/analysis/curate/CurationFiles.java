package org.mmcr.analysis.curate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mmcr.data.ParquetTableWriter;
import org.mmcr.data.PictureSource;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Csv;
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

    /** Writes {@code curation.csv}, {@code .parquet}, {@code .json} and {@code .html}, and {@code subset.csv}. */
    public static void write(Path folder, Curation curation, PictureSource data, Optional<PictureSource> against)
            throws IOException {
        AtomicFiles.writeText(folder.resolve("curation.csv"), CurationRow.csv(curation.rows()));
        AtomicFiles.write(
                folder.resolve("curation.parquet"),
                part -> ParquetTableWriter.write(part, CurationRow.table(curation.rows())));
        Json.write(folder.resolve("curation.json"), curation);
        AtomicFiles.writeText(folder.resolve("curation.html"), new CurationPage(data, against).html(curation));
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
