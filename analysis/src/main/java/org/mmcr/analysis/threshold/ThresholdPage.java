package org.mmcr.analysis.threshold;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mmcr.analysis.charts.FigurePage;
import org.mmcr.analysis.trials.MeanOverRuns;

/** The page of a study: one HTML file with the reading, the charts, the table and the settings. */
final class ThresholdPage {
    private ThresholdPage() {}

    /** folder: has the charts as SVG. */
    static String html(Path folder, ThresholdDocument document, ThresholdCharts charts) throws IOException {
        FigurePage page = new FigurePage("The threshold N = D in trained networks").paragraph(protocol(document));
        document.reading().forEach(page::paragraph);
        document.notes().forEach(note -> page.paragraph("Note: " + note));
        for (ThresholdCharts.Chart chart : charts.all()) {
            page.drawing(folder, chart.name());
        }
        page.heading("Table").table(header(), rows(document));
        return page.heading("Settings of the trainings")
                .preformatted("All settings", document.settings().config())
                .html();
    }

    private static String protocol(ThresholdDocument document) {
        ThresholdGrid grid = document.settings().grid();
        return String.format(
                Locale.ROOT,
                "Each cell was trained %s on %s, %,d views each time. Percent error is the mean over the last tenth"
                        + " of the steps; spread error leaves out what the views of a sample disagree in.%s %s, %d cores,"
                        + " mmcr %s.",
                grid.repeats() == 1 ? "once" : grid.repeats() + " times",
                document.settings().data().location(),
                grid.trainingViews(),
                grid.repeats() == 1 ? "" : " Bands are standard deviations over the repeats.",
                document.machine().cpu(),
                document.machine().cores(),
                document.machine().mmcr());
    }

    private static List<String> header() {
        return List.of(
                "N", "D", "K", "percent error (%)", "spread error (%)", "uniform points (%)", "kNN accuracy (%)");
    }

    private static List<List<String>> rows(ThresholdDocument document) {
        List<List<String>> rows = new ArrayList<>();
        for (ThresholdDocument.Cell cell : document.cells()) {
            rows.add(List.of(
                    String.valueOf(cell.samples()),
                    String.valueOf(cell.dimension()),
                    String.valueOf(cell.views()),
                    text(cell, ThresholdResult.PERCENT_ERROR),
                    text(cell, ThresholdResult.SPREAD_ERROR),
                    String.format(Locale.ROOT, "%.2f", 100 * cell.uniform()),
                    text(cell, ThresholdResult.ACCURACY)));
        }
        return rows;
    }

    private static String text(ThresholdDocument.Cell cell, String figure) {
        return Optional.ofNullable(cell.figures().get(figure))
                .map(ThresholdPage::text)
                .orElse("-");
    }

    private static String text(MeanOverRuns value) {
        String spread = value.sd().isPresent()
                ? String.format(Locale.ROOT, " ± %.2f", 100 * value.sd().getAsDouble())
                : "";
        return String.format(Locale.ROOT, "%.2f", 100 * value.mean()) + spread;
    }
}
