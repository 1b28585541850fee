package org.mmcr.simulations.sphere;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.mmcr.analysis.charts.ChartFiles;
import org.mmcr.core.theory.UniformEmbeddings;

/**
 * The curve of percent error, and a sheet of spheres: an explanation, then a row for each start and a column for each
 * step.
 */
final class SphereCharts {
    private static final int PANEL = 300;
    private static final int CAPTION = 52;
    /** Number of snapshots of a descent, side by side. */
    private static final int SHEET = 3 * PANEL;
    /** Percent error below which the curve shows rounding errors. */
    private static final double FLOOR = 1e-12;

    private static final String CURVE = "sphere-curve";
    private static final String SPHERE = "sphere";

    private final Path folder;
    private final Settings settings;

    SphereCharts(Path folder, Settings settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /** Returns the files that {@link #draw} writes. */
    List<Path> files() {
        List<Path> files = new ArrayList<>(ChartFiles.files(folder, CURVE));
        if (settings.dimension() == 3) {
            files.addAll(ChartFiles.files(folder, SPHERE));
        }
        return files;
    }

    /** Draws the charts and returns the names of the files. */
    List<String> draw(List<Descent.Path> paths) throws IOException {
        List<String> files = new ArrayList<>(ChartFiles.save(folder, CURVE, curve(paths)));
        if (settings.dimension() == 3) {
            int height = Stages.HEIGHT + (PANEL + CAPTION) * paths.size();
            files.addAll(ChartFiles.save(folder, SPHERE, SHEET, height, canvas -> sheet(canvas, paths)));
        }
        return files;
    }

    private XYChart curve(List<Descent.Path> paths) {
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(560)
                .title(String.format(
                        Locale.ROOT,
                        "Gradient descent on the objective: N = %d, K = %d, D = %d",
                        settings.points(),
                        settings.views(),
                        settings.dimension()))
                .xAxisTitle("step")
                .yAxisTitle("percent error (%)")
                .build();
        chart.getStyler()
                .setXAxisTickMarkSpacingHint(100)
                .setYAxisLogarithmic(true)
                .setLegendPosition(LegendPosition.InsideNE);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        for (Descent.Path path : paths) {
            double[] steps =
                    IntStream.range(0, path.moments().size()).asDoubleStream().toArray();
            double[] errors = path.moments().stream()
                    .mapToDouble(moment -> 100 * Math.max(FLOOR, moment.percentError()))
                    .toArray();
            chart.addSeries(path.start().label() + " start", steps, errors).setMarker(SeriesMarkers.NONE);
        }
        double uniform = 100 * UniformEmbeddings.percentError(settings.points(), settings.dimension());
        chart.addSeries("uniform points", new double[] {0, settings.steps()}, new double[] {uniform, uniform})
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(Color.GRAY);
        return chart;
    }

    private void sheet(Graphics2D canvas, List<Descent.Path> paths) {
        new Stages(canvas, SHEET).draw(paths.get(paths.size() - 1).snapshots().get(0), settings);
        for (int row = 0; row < paths.size(); row++) {
            Descent.Path path = paths.get(row);
            for (int column = 0; column < path.snapshots().size(); column++) {
                double x = PANEL * (column + 0.5);
                double y = Stages.HEIGHT + (PANEL + CAPTION) * row + CAPTION + PANEL / 2.0;
                snapshot(canvas, path, path.snapshots().get(column), x, y);
            }
        }
    }

    /** Draws a snapshot around (x, y). */
    private void snapshot(Graphics2D canvas, Descent.Path path, Descent.Snapshot shown, double x, double y) {
        Descent.Moment moment = path.moments().get(shown.step());
        float left = (float) (x - PANEL / 2.0 + 12);
        float top = (float) (y - PANEL / 2.0);
        canvas.setColor(Color.BLACK);
        canvas.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        canvas.drawString(
                String.format(
                        Locale.ROOT,
                        "%s, step %d: percent error %.2g %%",
                        path.start().label(),
                        shown.step(),
                        100 * moment.percentError()),
                left,
                top - 26);
        canvas.setColor(Color.DARK_GRAY);
        canvas.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
        double[] axes = SphereDrawing.singularValues(shown.rows(), settings.views());
        canvas.drawString(
                String.format(Locale.ROOT, "singular values %.2f, %.2f, %.2f", axes[0], axes[1], axes[2]),
                left,
                top - 10);
        new SphereDrawing(canvas, x, y, PANEL * 0.44)
                .draw(shown.rows(), settings.views(), EnumSet.allOf(SphereDrawing.Part.class));
    }
}
