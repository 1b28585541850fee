package org.mmcr.analysis.threshold;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.mmcr.analysis.charts.ChartFiles;
import org.mmcr.analysis.charts.ChartStyle;
import org.mmcr.analysis.charts.Plot;
import org.mmcr.analysis.charts.Plot.Axis;
import org.mmcr.analysis.charts.Plot.Look;
import org.mmcr.analysis.trials.MeanOverRuns;
import org.mmcr.core.theory.UniformEmbeddings;

/**
 * The charts of a study: each figure against N, a line for each D, and against D, a line for each N. Bands are
 * standard deviations over repeats; dashed lines are uniform points.
 */
final class ThresholdCharts {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 560;
    private static final int THEORY_POINTS = 80;

    private final ThresholdGrid grid;
    private final long seed;
    private final boolean labelled;

    /**
     * One chart.
     *
     * @param figure of the cells
     * @param title in words
     * @param overSamples whether N is on the horizontal axis
     * @param views K
     * @param name of its files
     */
    record Chart(String figure, String title, boolean overSamples, int views, String name) {
        int along(ThresholdDocument.Cell cell) {
            return overSamples ? cell.samples() : cell.dimension();
        }

        int line(ThresholdDocument.Cell cell) {
            return overSamples ? cell.dimension() : cell.samples();
        }

        boolean isError() {
            return !figure.equals(ThresholdResult.ACCURACY);
        }
    }

    /** seed: of the first repeat. */
    ThresholdCharts(ThresholdGrid grid, long seed, boolean labelled) {
        this.grid = grid;
        this.seed = seed;
        this.labelled = labelled;
    }

    /** The charts, those of one K together. */
    List<Chart> all() {
        List<Chart> charts = new ArrayList<>();
        for (int k : grid.views()) {
            add(charts, ThresholdResult.PERCENT_ERROR, "Percent error of the bound", "percent-error", k);
            add(charts, ThresholdResult.SPREAD_ERROR, "Spread error", "spread-error", k);
            if (labelled) {
                add(charts, ThresholdResult.ACCURACY, "kNN accuracy (k = 20)", "accuracy", k);
            }
        }
        return charts;
    }

    private void add(List<Chart> charts, String figure, String title, String file, int views) {
        String end = grid.views().size() > 1 ? "-k" + views : "";
        charts.add(new Chart(figure, title, true, views, file + "-by-samples" + end));
        charts.add(new Chart(figure, title, false, views, file + "-by-dimension" + end));
    }

    /** Returns the files that {@link #draw} writes. */
    List<Path> files(Path folder) {
        return all().stream()
                .flatMap(chart -> ChartFiles.files(folder, chart.name()).stream())
                .toList();
    }

    void draw(Path folder, ThresholdDocument document) throws IOException {
        for (Chart chart : all()) {
            drawn(chart, document).save(folder, chart.name(), WIDTH, HEIGHT);
        }
    }

    private Plot drawn(Chart what, ThresholdDocument document) {
        Plot chart = new Plot(
                title(what),
                what.overSamples()
                        ? Axis.sizes("samples in a step N", grid.samples())
                        : Axis.sizes("dimension D", grid.dimensions()),
                Axis.linear(what.title() + " (%)"),
                caption(what));
        List<Integer> lines = what.overSamples() ? grid.dimensions() : grid.samples();
        for (int i = 0; i < lines.size(); i++) {
            int line = lines.get(i);
            List<ThresholdDocument.Cell> cells = document.cells().stream()
                    .filter(cell -> cell.views() == what.views() && what.line(cell) == line)
                    .filter(cell -> cell.figures().containsKey(what.figure()))
                    .toList();
            if (!cells.isEmpty()) {
                add(chart, what, line, cells, ChartStyle.ordered(i, lines.size()));
            }
        }
        return chart;
    }

    private String title(Chart what) {
        String views = grid.views().size() > 1 ? ", K = " + what.views() : "";
        return what.title() + " of trained networks against " + (what.overSamples() ? "N" : "D") + views;
    }

    private String caption(Chart what) {
        String runs = grid.repeats() == 1
                ? "One training each, seed " + seed + "."
                : "Mean over " + grid.repeats() + " repeats, seeds " + seed + " to " + (seed + grid.repeats() - 1)
                        + "; bands are one standard deviation.";
        return runs + (what.isError() ? " Dashed: points drawn uniformly on the sphere." : "");
    }

    private static void add(Plot chart, Chart what, int line, List<ThresholdDocument.Cell> cells, Color colour) {
        double[] sizes = cells.stream().mapToDouble(what::along).toArray();
        chart.line(
                (what.overSamples() ? "D = " : "N = ") + line,
                sizes,
                values(what, cells, MeanOverRuns::mean),
                values(what, cells, one -> one.mean() - one.sd().orElse(0)),
                values(what, cells, one -> one.mean() + one.sd().orElse(0)),
                colour,
                Look.SOLID);
        if (!what.isError()) {
            return;
        }
        double[] between = between(sizes[0], sizes[sizes.length - 1]);
        double[] theory = DoubleStream.of(between)
                .map(size -> 100
                        * (what.overSamples()
                                ? UniformEmbeddings.percentError((long) size, line)
                                : UniformEmbeddings.percentError(line, (long) size)))
                .toArray();
        chart.line("", between, theory, colour, Look.DASHED);
    }

    private static double[] values(
            Chart what, List<ThresholdDocument.Cell> cells, ToDoubleFunction<MeanOverRuns> value) {
        return cells.stream()
                .mapToDouble(cell -> 100 * value.applyAsDouble(cell.figures().get(what.figure())))
                .toArray();
    }

    /** Whole sizes evenly spaced on a logarithmic axis, both ends included. */
    private static double[] between(double from, double to) {
        return DoubleStream.iterate(0, i -> i + 1)
                .limit(THEORY_POINTS)
                .map(i -> Math.rint(from * Math.pow(to / from, i / (THEORY_POINTS - 1))))
                .distinct()
                .toArray();
    }
}
