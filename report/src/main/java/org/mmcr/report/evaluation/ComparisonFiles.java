package org.mmcr.report.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.mmcr.analysis.charts.FigurePage;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Json;
import org.mmcr.report.evaluation.ComparisonRows.Row;

/** The files of a comparison: the document as JSON, and a page with its table that needs no network. */
public final class ComparisonFiles {
    private ComparisonFiles() {}

    /** Returns the files that {@link #write} writes. */
    public static List<Path> of(Path folder) {
        return List.of(json(folder), page(folder));
    }

    private static Path json(Path folder) {
        return folder.resolve("encoders.json");
    }

    private static Path page(Path folder) {
        return folder.resolve("encoders.html");
    }

    /** Writes both files; creates the folder if needed. */
    public static void write(Path folder, EncoderComparison comparison) throws IOException {
        Files.createDirectories(folder);
        Json.write(json(folder), comparison);
        AtomicFiles.writeText(page(folder), html(comparison));
    }

    private static String html(EncoderComparison comparison) {
        List<Row> rows = ComparisonRows.of(comparison);
        return new FigurePage("Encoders compared")
                .paragraph(String.format(
                        Locale.ROOT,
                        "Top-1 accuracy on %,d test %s of %s, with the labels of %,d of %s.",
                        comparison.test().pictures(),
                        comparison.test().kind(),
                        comparison.test().location(),
                        comparison.train().pictures(),
                        comparison.train().location()))
                .table(
                        cells(rows.get(0)),
                        rows.stream().skip(1).map(ComparisonFiles::cells).toList())
                .list(comparison.notes())
                .html();
    }

    private static List<String> cells(Row row) {
        return Stream.concat(Stream.of(row.title()), row.cells().stream()).toList();
    }
}
