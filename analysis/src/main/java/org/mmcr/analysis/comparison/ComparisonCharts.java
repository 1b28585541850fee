package org.mmcr.analysis.comparison;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mmcr.analysis.charts.ChartFiles;
import org.mmcr.analysis.charts.ChartStyle;
import org.mmcr.analysis.charts.Plot;
import org.mmcr.analysis.charts.Plot.Axis;
import org.mmcr.analysis.charts.Plot.Look;
import org.mmcr.analysis.comparison.TrialResult.PathPoint;

/**
 * The charts of a comparison: each objective's path, as the mean over its seeds at moments that all of them have, with
 * a marker at its end.
 */
final class ComparisonCharts {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 560;

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

    /** @param firstSeed of the first run of each objective; the others count on from it */
    static void draw(Path folder, ComparisonDocument document, long firstSeed) throws IOException {
        int seeds = document.settings().seeds();
        String runs = seeds == 1
                ? "One run, seed " + firstSeed + ","
                : "Mean of " + seeds + " runs, seeds " + firstSeed + " to " + (firstSeed + seeds - 1) + ",";
        String caption = runs + " at eight moments of the training, interpolated between checkpoints.";
        Plot accuracy = new Plot(
                "Accuracy over time",
                Axis.linear("seconds of training"),
                Axis.linear("kNN accuracy, k = 20 (%)"),
                caption);
        add(accuracy, document, PathPoint::seconds, point -> 100 * point.knn20());
        accuracy.save(folder, ACCURACY, WIDTH, HEIGHT);
        Plot plane = new Plot(
                "Paths through the plane of alignment and uniformity",
                Axis.linear("alignment"),
                Axis.linear("uniformity"),
                caption + " Training begins at the unmarked end of each path; lower is better on both axes.");
        add(
                plane,
                document,
                point -> point.alignment().orElse(Double.NaN),
                point -> point.uniformity().orElse(Double.NaN));
        plane.save(folder, PLANE, WIDTH, HEIGHT);
        Plot error = new Plot(
                "Distance from the MMCR bound over training",
                Axis.linear("views"),
                Axis.linear("percent error (%)"),
                caption);
        add(
                error,
                document,
                PathPoint::views,
                point -> 100 * point.percentError().orElse(Double.NaN));
        error.save(folder, ERROR, WIDTH, HEIGHT);
    }

    private static void add(
            Plot plot, ComparisonDocument document, ToDoubleFunction<PathPoint> x, ToDoubleFunction<PathPoint> y) {
        List<String> objectives = document.settings().objectives();
        for (int i = 0; i < objectives.size(); i++) {
            String objective = objectives.get(i);
            List<List<PathPoint>> paths = paths(ComparisonDocument.finals(document.trials(), objective), y);
            if (!paths.isEmpty()) {
                addPath(plot, objective, ChartStyle.series(i), means(paths, x), means(paths, y));
            }
        }
    }

    /** The points with a value of each run; a run without a value at its end is left out. */
    static List<List<PathPoint>> paths(List<TrialResult> runs, ToDoubleFunction<PathPoint> value) {
        List<List<PathPoint>> paths = new ArrayList<>();
        for (TrialResult run : runs) {
            List<PathPoint> points = run.path().stream()
                    .filter(point -> !Double.isNaN(value.applyAsDouble(point)))
                    .toList();
            if (!points.isEmpty() && last(points).step() == run.steps()) {
                paths.add(points);
            }
        }
        return paths;
    }

    private static PathPoint last(List<PathPoint> path) {
        return path.get(path.size() - 1);
    }

    /** A line, with a marker at its end. */
    private static void addPath(Plot plot, String objective, Color colour, double[] x, double[] y) {
        int last = x.length - 1;
        plot.line("", x, y, colour, Look.PLAIN);
        plot.line(objective, new double[] {x[last]}, new double[] {y[last]}, colour, Look.SOLID);
    }

    /** Means at moments from the first that all paths have to their ends, by the fraction of each run's steps. */
    static double[] means(List<List<PathPoint>> paths, ToDoubleFunction<PathPoint> value) {
        double first = paths.stream()
                .mapToDouble(path -> fraction(path, path.get(0)))
                .max()
                .orElseThrow();
        return IntStream.range(0, Comparison.PATH_POINTS)
                .mapToDouble(i -> {
                    double moment = Math.min(1, first + (1 - first) * i / (Comparison.PATH_POINTS - 1));
                    return paths.stream()
                            .mapToDouble(
                                    path -> PathInterpolation.value(path, point -> fraction(path, point), moment, value)
                                            .orElseThrow())
                            .average()
                            .orElseThrow();
                })
                .toArray();
    }

    private static double fraction(List<PathPoint> path, PathPoint point) {
        return (double) point.step() / last(path).step();
    }
}
