package org.mmcr.report.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.Provenance;
import org.mmcr.report.evaluation.ComparisonRows.Row;

/** The files of a comparison: the document as JSON, and a page with its table that needs no network. */
public final class ComparisonFiles {
    private static final String STYLE = "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;"
            + "padding:0 1rem}table{border-collapse:collapse}th,td{padding:.35rem .8rem;border-bottom:1px solid #ddd;"
            + "text-align:right}th:first-child,td:first-child{text-align:left}.scroll{overflow-x:auto}"
            + "@media(prefers-color-scheme:dark){body{background:#161616;color:#eee}th,td{border-color:#444}}";

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
        String body = rows.stream()
                .skip(1)
                .map(row -> "<tr>" + cells(row, "td") + "</tr>")
                .collect(Collectors.joining("\n"));
        String notes = comparison.notes().stream()
                .map(note -> "<li>" + escaped(note) + "</li>")
                .collect(Collectors.joining("\n"));
        String data = escaped(String.format(
                "Top-1 accuracy on %,d test %s of %s, with the labels of %,d of %s.",
                comparison.test().pictures(),
                comparison.test().kind(),
                comparison.test().location(),
                comparison.train().pictures(),
                comparison.train().location()));
        return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\""
                + " content=\"width=device-width\"><title>Encoders compared</title><style>" + STYLE
                + "</style></head><body>\n<h1>Encoders compared</h1>\n<p>" + data
                + "</p>\n<div class=\"scroll\"><table>\n<thead><tr>" + cells(rows.get(0), "th")
                + "</tr></thead>\n<tbody>" + body + "</tbody></table></div>\n<ul>" + notes + "</ul>\n<footer>"
                + escaped(Provenance.line()) + "</footer>\n</body></html>\n";
    }

    private static String cells(Row row, String tag) {
        String open = "<" + tag + ">";
        String close = "</" + tag + ">";
        return open
                + escaped(row.title())
                + close
                + row.cells().stream().map(cell -> open + escaped(cell) + close).collect(Collectors.joining());
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
