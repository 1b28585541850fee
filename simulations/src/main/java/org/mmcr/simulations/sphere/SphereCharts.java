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
import org.mmcr.analysis.charts.ChartFiles;
import org.mmcr.analysis.charts.ChartStyle;
import org.mmcr.analysis.charts.Plot;
import org.mmcr.analysis.charts.Plot.Axis;
import org.mmcr.analysis.charts.Plot.Look;
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
        List<String> files = new ArrayList<>(curve(paths).save(folder, CURVE, 900, 560));
        if (settings.dimension() == 3) {
            int height = Stages.HEIGHT + (PANEL + CAPTION) * paths.size();
            files.addAll(ChartFiles.save(folder, SPHERE, SHEET, height, canvas -> sheet(canvas, paths)));
        }
        return files;
    }

    private Plot curve(List<Descent.Path> paths) {
        double uniform = 100 * UniformEmbeddings.percentError(settings.points(), settings.dimension());
        Plot plot = new Plot(
                "Gradient descent on the objective reaches the bound",
                Axis.linear("step"),
                Axis.log("percent error (%)"),
                String.format(
                        Locale.ROOT,
                        "One descent from each start: N = %d samples, K = %d views, D = %d, seed %d. Dashed: uniform"
                                + " points, %.2f %%. Below %.0e %% the value is a rounding error and is drawn there.",
                        settings.points(),
                        settings.views(),
                        settings.dimension(),
                        settings.seed(),
                        uniform,
                        100 * FLOOR));
        for (int i = 0; i < paths.size(); i++) {
            Descent.Path path = paths.get(i);
            plot.line(
                    path.start().label() + " start",
                    IntStream.range(0, path.moments().size()).asDoubleStream().toArray(),
                    path.moments().stream()
                            .mapToDouble(moment -> 100 * Math.max(FLOOR, moment.percentError()))
                            .toArray(),
                    ChartStyle.series(i),
                    Look.PLAIN);
        }
        return plot.line(
                "uniform points",
                new double[] {0, settings.steps()},
                new double[] {uniform, uniform},
                ChartStyle.QUIET,
                Look.DASHED);
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
                        "%s, step %d: error %.2g %%",
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
