package org.mmcr.report.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mmcr.data.io.Provenance;

/** The page of a comparison: one HTML file with the table, the charts and the protocol. */
final class ComparisonPage {
    private static final String STYLE = """
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2em auto; padding: 0 1em; color: #222 }
        table { border-collapse: collapse; margin: 1em 0 } th, td { padding: .25em .8em; text-align: right }
        th:first-child, td:first-child { text-align: left } tr:nth-child(even) { background: #f5f5f5 }
        thead th { border-bottom: 2px solid #888 } svg { max-width: 100%; height: auto } pre { overflow-x: auto }
        """;

    private static final Map<String, String> CHARTS = Map.of(
            ComparisonCharts.ACCURACY, "Accuracy over time",
            ComparisonCharts.PLANE, "Alignment and uniformity",
            ComparisonCharts.ERROR, "Percent error of the bound");

    private ComparisonPage() {}

    /** folder: has the charts as SVG. */
    static String html(Path folder, ComparisonDocument document) throws IOException {
        StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<title>Comparison of objectives</title><style>\n" + STYLE + "</style></head><body>\n");
        page.append("<h1>Comparison of objectives</h1>\n<p>")
                .append(escaped(protocol(document)))
                .append("</p>\n");
        table(page, document);
        for (String chart : List.of(ComparisonCharts.ACCURACY, ComparisonCharts.PLANE, ComparisonCharts.ERROR)) {
            page.append("<h2>").append(CHARTS.get(chart)).append("</h2>\n").append(svg(folder, chart));
        }
        settings(page, document);
        return page.append("<footer>")
                .append(escaped(Provenance.line()))
                .append("</footer></body></html>\n")
                .toString();
    }

    private static String protocol(ComparisonDocument document) {
        ComparisonSettings settings = document.settings();
        return String.format(
                "Mean and standard deviation over %d %s. Each objective had the same network, data, views, batch and"
                        + " budget, and %d tuning trials for its learning rate and its own weight, scored on a part of"
                        + " the training data. Nothing was chosen on test data. Geometry and information are those of"
                        + " test samples. %s, %d cores, mmcr %s.",
                settings.seeds(),
                settings.seeds() == 1 ? "seed" : "seeds",
                settings.tuningTrials(),
                document.machine().cpu(),
                document.machine().cores(),
                document.machine().mmcr());
    }

    private static void table(StringBuilder page, ComparisonDocument document) {
        page.append("<table><thead><tr><th></th>");
        document.settings()
                .objectives()
                .forEach(name -> page.append("<th>").append(escaped(name)).append("</th>"));
        page.append("</tr></thead><tbody>\n");
        for (ComparisonDocument.Row row : document.table()) {
            page.append("<tr><td>").append(escaped(row.figure().title())).append("</td>");
            for (String objective : document.settings().objectives()) {
                String cell = Optional.ofNullable(row.objectives().get(objective))
                        .map(row.figure()::text)
                        .orElse("-");
                page.append("<td>").append(escaped(cell)).append("</td>");
            }
            page.append("</tr>\n");
        }
        page.append("</tbody></table>\n");
    }

    private static void settings(StringBuilder page, ComparisonDocument document) {
        page.append("<h2>Settings of the runs</h2>\n<table><thead><tr><th>objective</th><th>learning rate</th>"
                + "<th>own weight</th></tr></thead><tbody>\n");
        for (String objective : document.settings().objectives()) {
            ComparisonDocument.finals(document.trials(), objective).stream()
                    .limit(1)
                    .forEach(trial -> page.append(String.format(
                            Locale.ROOT,
                            "<tr><td>%s</td><td>%.3g</td><td>%s %.3g</td></tr>%n",
                            escaped(objective),
                            trial.learningRate(),
                            escaped(trial.weightName()),
                            trial.weight())));
        }
        page.append("</tbody></table>\n");
        document.notes()
                .forEach(note -> page.append("<p>Note: ").append(escaped(note)).append("</p>\n"));
        page.append("<pre>").append(escaped(document.settings().config())).append("</pre>\n");
    }

    private static String svg(Path folder, String chart) throws IOException {
        String text = Files.readString(folder.resolve(chart + ".svg"));
        return text.substring(Math.max(0, text.indexOf("<svg"))) + "\n";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
