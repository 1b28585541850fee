package org.mmcr.analysis.comparison;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.mmcr.analysis.charts.ChartFiles;
import org.mmcr.analysis.comparison.TrialResult.PathPoint;

/**
 * The charts of a comparison: each objective's path, as the mean over its seeds at each checkpoint, with a dot at its
 * end.
 */
final class ComparisonCharts {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 560;

    /** Colours that colour-blind readers distinguish (Okabe and Ito 2008). */
    private static final List<Color> COLOURS = List.of(
            new Color(0x0072b2),
            new Color(0xe69f00),
            new Color(0x009e73),
            new Color(0xcc79a7),
            new Color(0xd55e00),
            new Color(0x56b4e9),
            new Color(0x000000));

    static final String ACCURACY = "accuracy-over-time";
    static final String PLANE = "alignment-uniformity";
    static final String ERROR = "percent-error";

    private ComparisonCharts() {}

    /** Returns the files that {@link #draw} writes. */
    static List<Path> files(Path folder) {
        return Stream.of(ACCURACY, PLANE, ERROR)
                .flatMap(name -> ChartFiles.files(folder, name).stream())
                .toList();
    }

    static void draw(Path folder, ComparisonDocument document) throws IOException {
        XYChart accuracy = chart("Accuracy over time", "seconds of training", "kNN accuracy, k = 20 (%)");
        add(accuracy, document, PathPoint::seconds, point -> 100 * point.knn20());
        ChartFiles.save(folder, ACCURACY, accuracy);
        XYChart plane = chart(
                "Paths through the plane of alignment and uniformity (lower is better on both axes)",
                "alignment",
                "uniformity");
        add(plane, document, PathPoint::alignment, PathPoint::uniformity);
        ChartFiles.save(folder, PLANE, plane);
        XYChart error = chart("Distance from the MMCR bound over training", "views", "percent error (%)");
        add(error, document, PathPoint::views, point -> 100 * point.percentError());
        ChartFiles.save(folder, ERROR, error);
    }

    private static void add(
            XYChart chart, ComparisonDocument document, ToDoubleFunction<PathPoint> x, ToDoubleFunction<PathPoint> y) {
        boolean empty = true;
        List<String> objectives = document.settings().objectives();
        for (int i = 0; i < objectives.size(); i++) {
            String objective = objectives.get(i);
            List<List<PathPoint>> paths = ComparisonDocument.finals(document.trials(), objective).stream()
                    .map(TrialResult::path)
                    .filter(path -> !path.isEmpty())
                    .toList();
            int points = paths.stream().mapToInt(List::size).min().orElse(0);
            if (points > 0) {
                empty = false;
                Color colour = COLOURS.get(i % COLOURS.size());
                addPath(chart, objective, colour, means(paths, points, x), means(paths, points, y));
            }
        }
        if (empty) {
            chart.addSeries("no run has a path", new double[] {0}, new double[] {0})
                    .setMarker(SeriesMarkers.NONE);
        }
    }

    /** A line, with a dot at its end. */
    private static void addPath(XYChart chart, String objective, Color colour, double[] x, double[] y) {
        int last = x.length - 1;
        chart.addSeries(objective, x, y).setMarker(SeriesMarkers.NONE).setLineColor(colour);
        chart.addSeries(objective + " (end)", new double[] {x[last]}, new double[] {y[last]})
                .setMarker(SeriesMarkers.CIRCLE)
                .setMarkerColor(colour)
                .setShowInLegend(false);
    }

    private static double[] means(List<List<PathPoint>> paths, int points, ToDoubleFunction<PathPoint> value) {
        return IntStream.range(0, points)
                .mapToDouble(i -> paths.stream()
                        .mapToDouble(path -> value.applyAsDouble(path.get(i)))
                        .average()
                        .orElseThrow())
                .toArray();
    }

    private static XYChart chart(String title, String x, String y) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        chart.getStyler()
                .setLegendPosition(LegendPosition.OutsideE)
                .setChartTitleFont(chart.getStyler().getBaseFont().deriveFont(14f))
                .setMarkerSize(9)
                .setChartBackgroundColor(Color.WHITE);
        return chart;
    }
}
