package org.mmcr.simulations.figure1;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;
import org.mmcr.analysis.charts.ChartStyle;
import org.mmcr.analysis.charts.Plot;
import org.mmcr.analysis.charts.Plot.Axis;
import org.mmcr.analysis.charts.Plot.Look;
import org.mmcr.core.theory.UniformEmbeddings;
import org.mmcr.simulations.figure1.Summary.Average;

/** The two charts: percent error against one size, one line per value of the other. */
final class Charts {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 720;
    private static final int THEORY_POINTS = 120;

    private final Path folder;
    private final Figure1.Settings settings;

    Charts(Path folder, Figure1.Settings settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /** Draws the charts and returns the names of the files. */
    List<String> draw(Summary summary) throws IOException {
        List<String> files = new ArrayList<>();
        files.addAll(chart(summary, true).save(folder, "figure1-by-dimension", WIDTH, HEIGHT));
        files.addAll(chart(summary, false).save(folder, "figure1-by-points", WIDTH, HEIGHT));
        return files;
    }

    private Plot chart(Summary summary, boolean overDimensions) {
        Plot plot = new Plot(
                "Percent error of uniform embeddings",
                Axis.log(overDimensions ? "dimensions D" : "points N"),
                Axis.log("percent error (%)"),
                caption(summary));
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
                String name = String.format(Locale.ROOT, "%s = %,d", overDimensions ? "N" : "D", value);
                add(plot, name, cells, along, ChartStyle.ordered(i, lines.size()));
                addTheory(plot, value, cells, along, overDimensions);
            }
        }
        return plot;
    }

    private String caption(Summary summary) {
        int repeats = summary.cells().stream().mapToInt(Average::repeats).max().orElse(0);
        return String.format(
                Locale.ROOT,
                "Points: mean of %d %s of N points uniform on the sphere in D dimensions; band: smallest to largest draw;"
                        + " dashed: Marchenko-Pastur law at finite size. Fitted powers of max(N, D) / min(N, D), with"
                        + " 95 %% intervals of the regression: %s for D of at least 2 N, %s for N of at least 2 D."
                        + " Singular values: %s. Seed %d.",
                repeats,
                repeats == 1 ? "draw" : "draws",
                text(summary.exponentFewPoints(), summary.exponentFewPointsCi95()),
                text(summary.exponentManyPoints(), summary.exponentManyPointsCi95()),
                settings.method().name().toLowerCase(Locale.ROOT),
                settings.seed());
    }

    private static String text(OptionalDouble exponent, Optional<List<Double>> interval) {
        return exponent.isEmpty()
                ? "none"
                : String.format(Locale.ROOT, "%.2f", exponent.getAsDouble())
                        + interval.map(ends -> String.format(Locale.ROOT, " [%.2f, %.2f]", ends.get(0), ends.get(1)))
                                .orElse("");
    }

    /** Adds the mean as a line with markers, and a band from the smallest to the largest draw. */
    private static void add(Plot plot, String name, List<Average> cells, ToLongFunction<Average> along, Color color) {
        plot.line(
                name,
                cells.stream().mapToDouble(along::applyAsLong).toArray(),
                cells.stream().mapToDouble(cell -> 100 * cell.percentError()).toArray(),
                cells.stream().mapToDouble(cell -> 100 * cell.least()).toArray(),
                cells.stream().mapToDouble(cell -> 100 * cell.most()).toArray(),
                color,
                Look.SOLID);
    }

    private static void addTheory(
            Plot plot, long fixed, List<Average> cells, ToLongFunction<Average> along, boolean overDimensions) {
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
        plot.line("", x, y, ChartStyle.QUIET, Look.DASHED);
    }
}
