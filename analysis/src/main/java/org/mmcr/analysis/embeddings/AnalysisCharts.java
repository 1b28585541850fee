package org.mmcr.analysis.embeddings;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mmcr.analysis.charts.ChartFiles;
import org.mmcr.analysis.charts.ChartStyle;
import org.mmcr.analysis.charts.Plot;
import org.mmcr.analysis.charts.Plot.Axis;
import org.mmcr.analysis.charts.Plot.Look;
import org.mmcr.core.theory.MarchenkoPastur;

/** Charts of the singular spectrum beside the Marchenko-Pastur law, and of the distribution of |centroid|^2. */
public final class AnalysisCharts {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 560;
    private static final int BINS = 40;
    private static final int LAW_POINTS = 60;
    /** A spectrum that spans more than this factor is drawn on a logarithmic axis. */
    private static final double LINEAR_RANGE = 30;

    private static final Optional<Double> ZERO = Optional.of(0.0);
    private static final Optional<Double> ONE = Optional.of(1.0);

    private static final String SPECTRUM = "spectrum";
    private static final String NORMS = "centroid-norms";

    private AnalysisCharts() {}

    /** Returns the files that {@link #draw} writes. */
    public static List<Path> files(Path folder) {
        return Stream.of(SPECTRUM, NORMS)
                .flatMap(name -> ChartFiles.files(folder, name).stream())
                .toList();
    }

    /** Draws both, with one view the first alone, and returns the names of the files. */
    public static List<String> draw(Path folder, Centroids centroids) throws IOException {
        List<String> files = new ArrayList<>(spectrum(centroids).save(folder, SPECTRUM, WIDTH, HEIGHT));
        Optional<Distribution> lengths = centroids.squaredCentroidNorm();
        if (lengths.isPresent()) {
            files.addAll(norms(lengths.get(), centroids.views()).save(folder, NORMS, WIDTH, HEIGHT));
        }
        return files;
    }

    /** Squared singular values over their mean at the bound, N / min(N, D); equal ones would all be 1. */
    private static Plot spectrum(Centroids centroids) {
        List<Double> values = centroids.singularValues();
        double unit = (double) centroids.samples() / values.size();
        // A logarithmic axis cannot show zero.
        double[] squares = values.stream()
                .mapToDouble(value -> Math.max(1e-6, value * value / unit))
                .toArray();
        String title = "squared singular value / its value at the bound";
        Plot plot = new Plot(
                "Singular spectrum of the centroids",
                new Axis("fraction of the directions, largest first", false, ZERO, ONE, List.of(), List.of()),
                squares[squares.length - 1] < squares[0] / LINEAR_RANGE ? Axis.log(title) : Axis.fromZero(title),
                String.format(
                        Locale.ROOT,
                        "%,d centroids in %,d dimensions, effective rank %.1f. Dashed: the Marchenko-Pastur law of as"
                                + " many uniform points, and 1, the value of every direction at the bound.",
                        centroids.samples(),
                        centroids.dimension(),
                        centroids.effectiveRank()));
        plot.line("these embeddings", fractions(values.size()), squares, ChartStyle.series(0), Look.PLAIN);
        MarchenkoPastur law = MarchenkoPastur.of(centroids.samples(), centroids.dimension());
        double[] x = fractions(LAW_POINTS);
        double[] y = DoubleStream.of(x)
                .map(fraction -> Math.max(1e-6, law.quantile(1 - fraction)))
                .toArray();
        plot.line("uniform points", x, y, ChartStyle.series(1), Look.DASHED);
        return plot.line("at the bound", new double[] {0, 1}, new double[] {1, 1}, ChartStyle.QUIET, Look.DASHED);
    }

    private static double[] fractions(int count) {
        return IntStream.range(0, count).mapToDouble(i -> (i + 0.5) / count).toArray();
    }

    private static Plot norms(Distribution lengths, int views) {
        List<Double> values = lengths.values();
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
        return new Plot(
                        "How far the views of a sample agree",
                        new Axis(
                                "squared length of a centroid (1: all views coincide)",
                                false,
                                ZERO,
                                ONE,
                                List.of(),
                                List.of()),
                        Axis.fromZero("samples (%)"),
                        String.format(
                                Locale.ROOT,
                                "Histogram of %,d centroids, each the mean of %d unit views; mean squared length %.3f.",
                                values.size(),
                                views,
                                lengths.mean()))
                .line("samples", x, y, ChartStyle.series(0), Look.AREA);
    }
}
