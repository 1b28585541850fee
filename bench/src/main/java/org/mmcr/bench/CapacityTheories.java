package org.mmcr.bench;

import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;
import org.mmcr.analysis.capacity.CapacityReport.Value;
import org.mmcr.analysis.capacity.CapacityRun;
import org.mmcr.analysis.capacity.CorrelatedRun;
import org.mmcr.analysis.capacity.DichotomySimulation;
import org.mmcr.analysis.capacity.DichotomySimulation.Plane;
import org.mmcr.analysis.charts.ChartFiles;
import org.mmcr.analysis.charts.ChartStyle;
import org.mmcr.analysis.charts.Plot;
import org.mmcr.analysis.charts.Plot.Axis;
import org.mmcr.analysis.charts.Plot.Look;
import org.mmcr.cli.Benchmark;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.core.capacity.CorrelatedOptions;
import org.mmcr.core.capacity.Dichotomies;
import org.mmcr.core.capacity.ManifoldSource;

/**
 * Draws both theories of capacity beside their counts over rising correlation of centres and of axes. Usage:
 * {@code mmcr bench capacity-theories [FOLDER]}
 */
public final class CapacityTheories implements Benchmark {
    private static final int CLASSES = 16;
    private static final int POINTS = 8;
    private static final int DIMENSIONS = 60;
    private static final int COMMON = 3;
    private static final int DIRECTIONS = 400;
    private static final int TRIALS = 200;
    private static final int THREADS = 2;
    private static final int WIDTH = 620;
    private static final int HEIGHT = 400;
    private static final double[] SHARED = {0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99};

    /**
     * The capacities of one set of classes.
     *
     * @param varied {@code centres} or {@code axes}
     * @param shared fraction of their variance along common directions
     */
    public record Row(
            String varied,
            double shared,
            Value glue,
            Value countedThroughOrigin,
            Value uncorrelated,
            Value countedThroughMean) {}

    @Override
    public String name() {
        return "capacity-theories";
    }

    @Override
    public String summary() {
        return "draws both theories of capacity beside their counts over rising correlation: [FOLDER]";
    }

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) throws Exception {
        Path folder = Path.of(arguments.isEmpty() ? "docs/figures" : arguments.get(0));
        Files.createDirectories(folder);
        List<Row> centres = rows("centres", shared -> classes(shared, 0), progress);
        List<Row> axes = rows("axes", shared -> classes(0, shared), progress);
        ChartFiles.save(folder, "capacity-theories", 2 * WIDTH, HEIGHT, canvas -> {
            AffineTransform whole = canvas.getTransform();
            paint(canvas, "Centres share one direction", centres);
            canvas.translate(WIDTH, 0);
            paint(canvas, "Axes share three directions", axes);
            canvas.setTransform(whole);
        });
        List<Row> all = new ArrayList<>(centres);
        all.addAll(axes);
        return all;
    }

    private static List<Row> rows(String varied, DoubleFunction<ManifoldSource> classes, Consumer<String> progress) {
        List<Row> rows = new ArrayList<>();
        for (double shared : SHARED) {
            progress.accept(varied + " " + shared);
            rows.add(row(varied, shared, classes.apply(shared)));
        }
        return rows;
    }

    private static Row row(String varied, double shared, ManifoldSource classes) {
        Dichotomies random = new Dichotomies.Random();
        return new Row(
                varied,
                shared,
                new CorrelatedRun(new CorrelatedOptions(DIRECTIONS, random, Optional.empty(), 1), THREADS)
                        .measure(classes, (stage, done, total) -> {})
                        .capacity(),
                counted(classes, Plane.THROUGH_ORIGIN),
                new CapacityRun(new CapacityOptions(0, DIRECTIONS, 1), THREADS)
                        .measure(classes, (stage, done, total) -> {})
                        .capacity(),
                counted(classes, Plane.THROUGH_MEAN));
    }

    private static Value counted(ManifoldSource classes, Plane plane) {
        return new DichotomySimulation(TRIALS, plane, new Dichotomies.Random(), 1, THREADS)
                .measure(classes, (stage, done, total) -> {})
                .capacity();
    }

    private static void paint(Graphics2D canvas, String title, List<Row> rows) {
        Plot plot = new Plot(
                title,
                Axis.linear("fraction of the variance that is shared"),
                Axis.fromZero("capacity"),
                "16 classes of 8 points in 60 dimensions, one draw. Bands: 95 % intervals over directions or dichotomies.");
        add(plot, "glue", rows, 0, rows.stream().map(Row::glue).toList(), Look.SOLID);
        add(plot, "counted, planes through the origin", rows, 0, countedOrigin(rows), Look.DASHED);
        add(plot, "2018", rows, 1, rows.stream().map(Row::uncorrelated).toList(), Look.SOLID);
        add(plot, "counted, planes through the mean", rows, 1, countedMean(rows), Look.DASHED);
        plot.paint(canvas, WIDTH, HEIGHT);
    }

    private static List<Value> countedOrigin(List<Row> rows) {
        return rows.stream().map(Row::countedThroughOrigin).toList();
    }

    private static List<Value> countedMean(List<Row> rows) {
        return rows.stream().map(Row::countedThroughMean).toList();
    }

    private static void add(Plot plot, String name, List<Row> rows, int series, List<Value> values, Look look) {
        plot.line(
                name,
                rows.stream().mapToDouble(Row::shared).toArray(),
                values.stream().mapToDouble(Value::value).toArray(),
                values.stream().mapToDouble(value -> value.ci95().get(0)).toArray(),
                values.stream().mapToDouble(value -> value.ci95().get(1)).toArray(),
                ChartStyle.series(series),
                look);
    }

    /**
     * Classes whose centres and axes are correlated.
     *
     * @param centres fraction of the variance of the centres along one common direction
     * @param axes fraction of the variance around the centres along three common axes
     */
    private static ManifoldSource classes(double centres, double axes) {
        Random random = new Random(6);
        double[] common = gaussian(random);
        double[][] shared =
                IntStream.range(0, COMMON).mapToObj(k -> gaussian(random)).toArray(double[][]::new);
        double[][] points = new double[CLASSES * POINTS][DIMENSIONS];
        for (int m = 0; m < CLASSES; m++) {
            double[] centre = gaussian(random);
            for (int i = 0; i < POINTS; i++) {
                double[] noise = gaussian(random);
                double[] along = random.doubles(COMMON, -1.7, 1.7).toArray();
                double[] point = points[m * POINTS + i];
                for (int d = 0; d < DIMENSIONS; d++) {
                    point[d] = Math.sqrt(1 - centres) * centre[d] + Math.sqrt(centres) * common[d];
                    point[d] += 0.5 * Math.sqrt(1 - axes) * noise[d];
                    for (int k = 0; k < COMMON; k++) {
                        point[d] += 0.5 * Math.sqrt(axes / COMMON) * along[k] * shared[k][d];
                    }
                }
            }
        }
        return ManifoldSource.of(
                points, IntStream.range(0, points.length).map(i -> i / POINTS).toArray());
    }

    private static double[] gaussian(Random random) {
        return IntStream.range(0, DIMENSIONS)
                .mapToDouble(i -> random.nextGaussian())
                .toArray();
    }
}
