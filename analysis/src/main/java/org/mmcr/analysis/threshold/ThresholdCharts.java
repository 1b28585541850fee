package org.mmcr.analysis.threshold;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.mmcr.analysis.charts.ChartFiles;
import org.mmcr.analysis.trials.MeanOverRuns;
import org.mmcr.core.theory.UniformEmbeddings;

/**
 * The charts of a study: each figure against N, a line for each D, and against D, a line for each N. Error bars are
 * standard deviations over repeats; dashed lines are uniform points.
 */
final class ThresholdCharts {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 560;
    private static final int THEORY_POINTS = 80;
    private static final BasicStroke DASHED =
            new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {5, 4}, 0);

    private final ThresholdGrid grid;
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

    ThresholdCharts(ThresholdGrid grid, boolean labelled) {
        this.grid = grid;
        this.labelled = labelled;
    }

    /** The charts, those of one K together. */
    List<Chart> all() {
        List<Chart> charts = new ArrayList<>();
        for (int k : grid.views()) {
            add(charts, ThresholdResult.PERCENT_ERROR, "percent error of the bound", "percent-error", k);
            add(charts, ThresholdResult.SPREAD_ERROR, "spread error", "spread-error", k);
            if (labelled) {
                add(charts, ThresholdResult.ACCURACY, "kNN accuracy, k = 20", "accuracy", k);
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
            ChartFiles.save(folder, chart.name(), drawn(chart, document));
        }
    }

    private XYChart drawn(Chart what, ThresholdDocument document) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title(what))
                .xAxisTitle(what.overSamples() ? "samples in a step N" : "dimension D")
                .yAxisTitle(what.title() + " (%)")
                .build();
        chart.getStyler()
                .setXAxisTickLabelsFormattingFunction(ThresholdCharts::size)
                .setLegendPosition(LegendPosition.OutsideE)
                .setChartTitleFont(chart.getStyler().getBaseFont().deriveFont(14f))
                .setMarkerSize(7)
                .setChartBackgroundColor(Color.WHITE);
        List<Integer> lines = what.overSamples() ? grid.dimensions() : grid.samples();
        boolean empty = true;
        for (int i = 0; i < lines.size(); i++) {
            int line = lines.get(i);
            List<ThresholdDocument.Cell> cells = document.cells().stream()
                    .filter(cell -> cell.views() == what.views() && what.line(cell) == line)
                    .filter(cell -> cell.figures().containsKey(what.figure()))
                    .toList();
            if (!cells.isEmpty()) {
                empty = false;
                add(chart, what, line, cells, colour(i, lines.size()));
            }
        }
        if (empty) {
            chart.addSeries("no value", new double[] {1}, new double[] {0}).setMarker(SeriesMarkers.NONE);
        }
        return chart;
    }

    private String title(Chart what) {
        String views = grid.views().size() > 1 ? ", K = " + what.views() : "";
        String start = Character.toUpperCase(what.title().charAt(0)) + what.title().substring(1);
        return start + " of trained networks" + views + (what.isError() ? "; dashed: uniform points" : "");
    }

    private static void add(
            XYChart chart, Chart what, int line, List<ThresholdDocument.Cell> cells, Color colour) {
        String name = (what.overSamples() ? "D = " : "N = ") + line;
        double[] sizes = cells.stream().mapToDouble(what::along).toArray();
        XYSeries mean = chart.addSeries(
                name,
                log2(sizes),
                values(what, cells, MeanOverRuns::mean),
                values(what, cells, one -> one.sd().orElse(0)));
        mean.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(colour).setLineColor(colour);
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
        chart.addSeries(name + ", uniform points", log2(between), theory)
                .setMarker(SeriesMarkers.NONE)
                .setLineStyle(DASHED)
                .setLineColor(colour)
                .setShowInLegend(false);
    }

    private static double[] values(
            Chart what, List<ThresholdDocument.Cell> cells, ToDoubleFunction<MeanOverRuns> value) {
        return cells.stream()
                .mapToDouble(cell -> 100 * value.applyAsDouble(cell.figures().get(what.figure())))
                .toArray();
    }

    /** Positions on the horizontal axis, which has a label at each power of two. */
    private static double[] log2(double[] sizes) {
        return DoubleStream.of(sizes)
                .map(size -> Math.log(size) / Math.log(2))
                .toArray();
    }

    private static String size(double log2) {
        return Math.abs(log2 - Math.rint(log2)) < 1e-9 ? String.format(Locale.ROOT, "%.0f", Math.pow(2, log2)) : "";
    }

    /** Whole sizes evenly spaced on a logarithmic axis, both ends included. */
    private static double[] between(double from, double to) {
        return DoubleStream.iterate(0, i -> i + 1)
                .limit(THEORY_POINTS)
                .map(i -> Math.rint(from * Math.pow(to / from, i / (THEORY_POINTS - 1))))
                .distinct()
                .toArray();
    }

    /** Colours from blue for the smallest to orange for the largest, as those of uniform points. */
    private static Color colour(int index, int count) {
        float position = count < 2 ? 0 : (float) index / (count - 1);
        return Color.getHSBColor(0.62f - 0.55f * position, 0.75f, 0.82f);
    }
}
