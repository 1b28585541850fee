package org.mmcr.analysis.embeddings;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.mmcr.analysis.charts.ChartFiles;
import org.mmcr.core.theory.MarchenkoPastur;

/** Charts of the singular spectrum beside the Marchenko-Pastur law, and of the distribution of |centroid|^2. */
public final class AnalysisCharts {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 560;
    private static final int BINS = 40;
    private static final int LAW_POINTS = 60;
    /** A spectrum that spans more than this factor is drawn on a logarithmic axis. */
    private static final double LINEAR_RANGE = 30;

    private static final Color DATA = new Color(0x1f6fb4);
    private static final BasicStroke DASHED =
            new BasicStroke(1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {6, 4}, 0);

    private static final String SPECTRUM = "spectrum";
    private static final String NORMS = "centroid-norms";

    private AnalysisCharts() {}

    /** Returns the files that {@link #draw} writes. */
    public static List<Path> files(Path folder) {
        return Stream.of(SPECTRUM, NORMS)
                .flatMap(name -> ChartFiles.files(folder, name).stream())
                .toList();
    }

    /** Draws both and returns the names of the files. */
    public static List<String> draw(Path folder, Centroids centroids) throws IOException {
        List<String> files = new ArrayList<>(ChartFiles.save(folder, SPECTRUM, spectrum(centroids)));
        files.addAll(ChartFiles.save(folder, NORMS, norms(centroids)));
        return files;
    }

    /** Squared singular values over their mean at the bound, N / min(N, D); equal ones would all be 1. */
    private static XYChart spectrum(Centroids centroids) {
        List<Double> values = centroids.singularValues();
        double unit = (double) centroids.samples() / values.size();
        XYChart chart = chart(
                String.format(
                        Locale.ROOT,
                        "Squared singular values of %,d centroids in %,d dimensions: effective rank %.1f",
                        centroids.samples(),
                        centroids.dimension(),
                        centroids.effectiveRank()),
                "fraction of the directions, largest first",
                "squared singular value / its value at the bound");
        double[] places = IntStream.range(0, values.size())
                .mapToDouble(i -> (i + 0.5) / values.size())
                .toArray();
        // A logarithmic axis cannot show zero.
        double[] squares = values.stream()
                .mapToDouble(value -> Math.max(1e-6, value * value / unit))
                .toArray();
        chart.getStyler().setYAxisLogarithmic(squares[squares.length - 1] < squares[0] / LINEAR_RANGE);
        chart.addSeries("these embeddings", places, squares)
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(DATA);
        MarchenkoPastur law = MarchenkoPastur.of(centroids.samples(), centroids.dimension());
        double[] x = IntStream.range(0, LAW_POINTS)
                .mapToDouble(i -> (i + 0.5) / LAW_POINTS)
                .toArray();
        double[] y = IntStream.range(0, LAW_POINTS)
                .mapToDouble(i -> Math.max(1e-6, law.quantile(1 - x[i])))
                .toArray();
        chart.addSeries("uniform points (Marchenko-Pastur)", x, y)
                .setMarker(SeriesMarkers.NONE)
                .setLineStyle(DASHED)
                .setLineColor(Color.DARK_GRAY);
        chart.addSeries("at the bound", new double[] {0, 1}, new double[] {1, 1})
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(Color.LIGHT_GRAY);
        return chart;
    }

    private static XYChart norms(Centroids centroids) {
        List<Double> values = centroids.squaredCentroidNorm().values();
        int[] counts = new int[BINS];
        values.forEach(value -> counts[Math.min(BINS - 1, (int) (Math.max(0, value) * BINS))]++);
        double[] x = new double[2 * BINS + 2];
        double[] y = new double[2 * BINS + 2];
        for (int bin = 0; bin < BINS; bin++) {
            x[2 * bin + 1] = (double) bin / BINS;
            x[2 * bin + 2] = (bin + 1.0) / BINS;
            y[2 * bin + 1] = 100.0 * counts[bin] / values.size();
            y[2 * bin + 2] = y[2 * bin + 1];
        }
        x[2 * BINS + 1] = 1;
        XYChart chart = chart(
                String.format(
                        Locale.ROOT,
                        "How far the %d views of a sample agree: mean squared length of a centroid %.3f",
                        centroids.views(),
                        centroids.squaredCentroidNorm().mean()),
                "squared length of a centroid (1: all views coincide)",
                "samples (%)");
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setLegendVisible(false);
        XYSeries samples = chart.addSeries("samples", x, y);
        samples.setXYSeriesRenderStyle(XYSeriesRenderStyle.Area);
        samples.setFillColor(new Color(DATA.getRed(), DATA.getGreen(), DATA.getBlue(), 90));
        samples.setMarker(SeriesMarkers.NONE);
        samples.setLineColor(DATA);
        return chart;
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
                .setLegendPosition(LegendPosition.InsideNE)
                .setChartTitleFont(chart.getStyler().getBaseFont().deriveFont(14f))
                .setChartBackgroundColor(Color.WHITE);
        return chart;
    }
}
