package org.mmcr.simulations.figure1;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.mmcr.analysis.charts.ChartFiles;
import org.mmcr.core.theory.UniformEmbeddings;
import org.mmcr.simulations.figure1.Summary.Average;

/** The two charts, as PNG and SVG: percent error against one size, one line per value of the other. */
final class Charts {
    private static final int WIDTH = 1100;
    private static final int HEIGHT = 760;
    private static final int BAND_ALPHA = 60;
    private static final int THEORY_POINTS = 120;
    private static final BasicStroke DASHED =
            new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {5, 4}, 0);

    private final Path folder;

    Charts(Path folder) {
        this.folder = folder;
    }

    /** Draws the charts and returns the names of the files. */
    List<String> draw(Summary summary) throws IOException {
        List<String> files = new ArrayList<>();
        files.addAll(ChartFiles.save(folder, "figure1-by-dimension", chart(summary, true)));
        files.addAll(ChartFiles.save(folder, "figure1-by-points", chart(summary, false)));
        return files;
    }

    private static XYChart chart(Summary summary, boolean overDimensions) {
        String fixed = overDimensions ? "N" : "D";
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Percent error of uniform embeddings; " + exponents(summary))
                .xAxisTitle(overDimensions ? "dimensions D" : "points N")
                .yAxisTitle("percent error (%)")
                .build();
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setYAxisLogarithmic(true)
                .setLegendPosition(LegendPosition.OutsideE)
                .setChartTitleFont(chart.getStyler().getBaseFont().deriveFont(14f))
                .setChartBackgroundColor(Color.WHITE);
        ToLongFunction<Average> line = overDimensions ? Average::points : Average::dimensions;
        ToLongFunction<Average> along = overDimensions ? Average::dimensions : Average::points;
        List<Long> lines = summary.cells().stream()
                .map(line::applyAsLong)
                .distinct()
                .sorted()
                .toList();
        for (int i = 0; i < lines.size(); i++) {
            long value = lines.get(i);
            List<Average> cells = summary.cells().stream()
                    .filter(cell -> line.applyAsLong(cell) == value && cell.least() > 0)
                    .toList();
            if (!cells.isEmpty()) {
                add(chart, fixed + " = " + value, cells, along, color(i, lines.size()));
                addTheory(chart, fixed + " = " + value, value, cells, along, overDimensions);
            }
        }
        return chart;
    }

    private static String exponents(Summary summary) {
        return "fitted powers of max/min: " + text(summary.exponentFewPoints()) + " for D > N, "
                + text(summary.exponentManyPoints()) + " for N > D; dashed: Marchenko-Pastur";
    }

    private static String text(OptionalDouble exponent) {
        return exponent.isPresent() ? String.format(Locale.ROOT, "%.2f", exponent.getAsDouble()) : "none";
    }

    /** Adds the mean as a line with dots, and a band from the smallest to the largest draw. */
    private static void add(
            XYChart chart, String name, List<Average> cells, ToLongFunction<Average> along, Color color) {
        double[] x = cells.stream().mapToDouble(along::applyAsLong).toArray();
        double[] there = cells.stream().mapToDouble(cell -> 100 * cell.least()).toArray();
        double[] back =
                reversed(cells.stream().mapToDouble(cell -> 100 * cell.most()).toArray());
        XYSeries band = chart.addSeries(name + " band", joined(x, reversed(x)), joined(there, back));
        band.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
        band.setFillColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), BAND_ALPHA));
        band.setLineColor(new Color(0, 0, 0, 0));
        band.setMarker(SeriesMarkers.NONE);
        band.setShowInLegend(false);
        XYSeries mean = chart.addSeries(
                name,
                x,
                cells.stream().mapToDouble(cell -> 100 * cell.percentError()).toArray());
        mean.setLineStyle(SeriesLines.SOLID);
        mean.setLineColor(color);
        mean.setMarker(SeriesMarkers.CIRCLE);
        mean.setMarkerColor(color);
    }

    private static void addTheory(
            XYChart chart,
            String name,
            long fixed,
            List<Average> cells,
            ToLongFunction<Average> along,
            boolean overDimensions) {
        double from = along.applyAsLong(cells.get(0));
        double to = along.applyAsLong(cells.get(cells.size() - 1));
        double[] x = DoubleStream.iterate(0, i -> i + 1)
                .limit(THEORY_POINTS)
                .map(i -> Math.rint(from * Math.pow(to / from, i / (THEORY_POINTS - 1))))
                .distinct()
                .toArray();
        double[] y = DoubleStream.of(x)
                .map(size -> 100
                        * (overDimensions
                                ? UniformEmbeddings.percentError(fixed, (long) size)
                                : UniformEmbeddings.percentError((long) size, fixed)))
                .toArray();
        XYSeries theory = chart.addSeries(name + " theory", x, y);
        theory.setLineStyle(DASHED);
        theory.setLineColor(Color.DARK_GRAY);
        theory.setMarker(SeriesMarkers.NONE);
        theory.setShowInLegend(false);
    }

    /** Colours from blue for the smallest to orange for the largest. */
    private static Color color(int index, int count) {
        float position = count < 2 ? 0 : (float) index / (count - 1);
        return Color.getHSBColor(0.62f - 0.55f * position, 0.75f, 0.82f);
    }

    private static double[] reversed(double[] values) {
        double[] copy = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            copy[i] = values[values.length - 1 - i];
        }
        return copy;
    }

    private static double[] joined(double[] first, double[] second) {
        return Stream.of(first, second).flatMapToDouble(DoubleStream::of).toArray();
    }
}
