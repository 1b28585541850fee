package org.mmcr.analysis.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mmcr.analysis.charts.FigurePage;

/** The page of a comparison: one HTML file with the table, the charts and the protocol. */
final class ComparisonPage {
    private static final Map<String, String> CHARTS = Map.of(
            ComparisonCharts.ACCURACY, "Accuracy over time",
            ComparisonCharts.PLANE, "Alignment and uniformity",
            ComparisonCharts.ERROR, "Percent error of the bound");

    private ComparisonPage() {}

    /** folder: has the charts as SVG. */
    static String html(Path folder, ComparisonDocument document) throws IOException {
        FigurePage page = new FigurePage("Comparison of objectives").paragraph(protocol(document));
        table(page, document);
        for (String chart : List.of(ComparisonCharts.ACCURACY, ComparisonCharts.PLANE, ComparisonCharts.ERROR)) {
            page.heading(CHARTS.getOrDefault(chart, chart)).drawing(folder, chart);
        }
        settings(page, document);
        return page.html();
    }

    private static String protocol(ComparisonDocument document) {
        ComparisonSettings settings = document.settings();
        return String.format(
                "Mean and standard deviation over %d %s. Each objective had the same network, data, views, batch and"
                        + " budget%s. Nothing was chosen on test data. Geometry and information are those of test"
                        + " samples. %s, %d cores, mmcr %s.",
                settings.seeds(),
                settings.seeds() == 1 ? "seed" : "seeds",
                tuning(settings.tuningTrials()),
                document.machine().cpu(),
                document.machine().cores(),
                document.machine().mmcr());
    }

    private static String tuning(int trials) {
        return trials == 0
                ? ", and its published learning rate and weight"
                : String.format(
                        ", and %d tuning %s for its learning rate and its own weight, scored on a part of the training"
                                + " data",
                        trials, trials == 1 ? "trial" : "trials");
    }

    private static void table(FigurePage page, ComparisonDocument document) {
        List<String> objectives = document.settings().objectives();
        List<List<String>> rows = new ArrayList<>();
        for (ComparisonDocument.Row row : document.rowsWithValues()) {
            List<String> cells = new ArrayList<>(List.of(row.figure().title()));
            objectives.forEach(
                    objective -> cells.add(Optional.ofNullable(row.objectives().get(objective))
                            .map(row.figure()::text)
                            .orElse("-")));
            rows.add(cells);
        }
        List<String> header = new ArrayList<>(List.of(""));
        header.addAll(objectives);
        page.table(header, rows);
    }

    private static void settings(FigurePage page, ComparisonDocument document) {
        List<List<String>> rows = new ArrayList<>();
        for (String objective : document.settings().objectives()) {
            ComparisonDocument.finals(document.trials(), objective).stream()
                    .limit(1)
                    .forEach(trial -> rows.add(List.of(
                            objective,
                            String.format(Locale.ROOT, "%.3g", trial.learningRate()),
                            String.format(Locale.ROOT, "%s %.3g", trial.weightName(), trial.weight()))));
        }
        page.heading("Settings of the runs").table(List.of("objective", "learning rate", "own weight"), rows);
        document.notes().forEach(note -> page.paragraph("Note: " + note));
        page.preformatted("All settings", document.settings().config());
    }
}
