package org.mmcr.report.sphere;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.mmcr.report.Pictures;
import org.mmcr.theory.UniformEmbeddings;

/** The curve of percent error, and a sheet of spheres: a row for each start, a column for each moment. */
final class SphereCharts {
    private static final int PANEL = 300;
    private static final int CAPTION = 40;
    /** Below this percent error the curve shows rounding. */
    private static final double FLOOR = 1e-12;

    private final Path folder;
    private final Settings settings;

    SphereCharts(Path folder, Settings settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /** Draws and returns the names of the files. */
    List<String> draw(List<Descent.Path> paths) throws IOException {
        List<String> files = new ArrayList<>(Pictures.save(folder, "sphere-curve", curve(paths)));
        if (settings.dimension() == 3) {
            int width = PANEL * paths.get(0).snapshots().size();
            int height = (PANEL + CAPTION) * paths.size();
            files.addAll(Pictures.save(folder, "sphere", width, height, canvas -> sheet(canvas, paths)));
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
        chart.getStyler().setYAxisLogarithmic(true).setLegendPosition(LegendPosition.InsideNE);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        for (Descent.Path path : paths) {
            double[] steps =
                    IntStream.range(0, path.stats().size()).asDoubleStream().toArray();
            double[] errors = path.stats().stream()
                    .mapToDouble(stats -> 100 * Math.max(FLOOR, stats.percentError()))
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
        for (int row = 0; row < paths.size(); row++) {
            Descent.Path path = paths.get(row);
            for (int column = 0; column < path.snapshots().size(); column++) {
                Descent.Snapshot shown = path.snapshots().get(column);
                double x = PANEL * (column + 0.5);
                double y = (PANEL + CAPTION) * row + CAPTION + PANEL / 2.0;
                canvas.setColor(Color.BLACK);
                canvas.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
                canvas.drawString(
                        String.format(
                                Locale.ROOT,
                                "%s, step %d: %.2g %% missing",
                                path.start().label(),
                                shown.step(),
                                100 * path.stats().get(shown.step()).percentError()),
                        (float) (x - PANEL / 2.0 + 12),
                        (float) (y - PANEL / 2.0 - 12));
                new Globe(canvas, x, y, PANEL * 0.44).draw(shown.rows(), settings.views());
            }
        }
    }
}
