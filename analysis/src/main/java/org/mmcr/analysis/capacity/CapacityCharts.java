package org.mmcr.analysis.capacity;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mmcr.analysis.capacity.CapacityReport.Value;
import org.mmcr.analysis.capacity.CapacitySeries.Condition;
import org.mmcr.analysis.capacity.LayerProfile.Layer;
import org.mmcr.analysis.charts.ChartFiles;
import org.mmcr.analysis.charts.ChartStyle;
import org.mmcr.analysis.charts.Plot;
import org.mmcr.analysis.charts.Plot.Axis;
import org.mmcr.analysis.charts.Plot.Look;

/** Charts of capacity, radius, dimension and alignment: against depth before and after pretraining, or by condition. */
final class CapacityCharts {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 360;
    private static final Color BEFORE = ChartStyle.series(1);
    private static final Color AFTER = ChartStyle.series(0);

    private static final String LAYERS = "layers";
    private static final String SERIES = "series";

    private CapacityCharts() {}

    /** A curve of a panel: a value for each label. */
    private record Curve(String name, List<String> labels, List<Value> values, Color color) {}

    /** Returns the files of the chart of a profile. */
    static List<Path> layerFiles(Path folder) {
        return ChartFiles.files(folder, LAYERS);
    }

    /** Returns the files of the chart of a series. */
    static List<Path> seriesFiles(Path folder) {
        return ChartFiles.files(folder, SERIES);
    }

    static List<String> draw(Path folder, CapacitySeries series) throws IOException {
        boolean correlated = series.conditions().get(0).capacity() instanceof CorrelatedReport;
        List<Plot> panels = List.of(
                panel(series, "capacity (classes for each dimension)", LayerCapacity::capacity),
                panel(series, "radius (lengths of the centres)", LayerCapacity::radius),
                panel(series, "dimension", LayerCapacity::dimension),
                correlated
                        ? panel(series, "alignment of axes", CapacityCharts::axisAlignment)
                        : panel(series, "correlation of centres", LayerCapacity::correlation));
        return save(folder, SERIES, panels);
    }

    private static Value axisAlignment(LayerCapacity one) {
        return ((CorrelatedReport) one).axisAlignment().orElse(new Value(Double.NaN, List.of()));
    }

    /** Draws a line with its band for each condition over time; conditions without times side by side. */
    private static Plot panel(CapacitySeries series, String title, Function<LayerCapacity, Value> figure) {
        Map<String, List<Condition>> curves = series.conditions().stream()
                .collect(Collectors.groupingBy(Condition::condition, LinkedHashMap::new, Collectors.toList()));
        if (series.conditions().stream().anyMatch(one -> one.at().isEmpty())) {
            return panel(
                    title,
                    List.of(new Curve(
                            "",
                            List.copyOf(curves.keySet()),
                            series.conditions().stream()
                                    .map(one -> figure.apply(one.capacity()))
                                    .toList(),
                            AFTER)),
                    "Bars: " + intervals(series.conditions().get(0).capacity()));
        }
        Plot plot = new Plot(
                title,
                Axis.linear(series.over().toString()),
                Axis.fromZero(""),
                "Bands: " + intervals(series.conditions().get(0).capacity()));
        curves.forEach((name, points) -> line(
                plot,
                name,
                points.stream()
                        .mapToDouble(one -> (double) one.at().orElseThrow())
                        .toArray(),
                points.stream().map(one -> figure.apply(one.capacity())).toList(),
                ChartStyle.series(new ArrayList<>(curves.keySet()).indexOf(name))));
        return plot;
    }

    private static List<String> save(Path folder, String name, List<Plot> panels) throws IOException {
        return ChartFiles.save(folder, name, 2 * WIDTH, 2 * HEIGHT, canvas -> paint(canvas, panels));
    }

    static List<String> draw(Path folder, LayerProfile profile) throws IOException {
        List<Plot> panels = List.of(
                panel(profile, "capacity (classes for each dimension)", LayerCapacity::capacity),
                panel(profile, "radius (lengths of a class's centre)", LayerCapacity::radius),
                panel(profile, "dimension", LayerCapacity::dimension),
                panel(profile, "correlation of centres", LayerCapacity::correlation));
        return save(folder, LAYERS, panels);
    }

    private static void paint(Graphics2D canvas, List<Plot> panels) {
        AffineTransform whole = canvas.getTransform();
        for (int i = 0; i < panels.size(); i++) {
            canvas.translate((i % 2) * WIDTH, (i / 2) * HEIGHT);
            panels.get(i).paint(canvas, WIDTH, HEIGHT);
            canvas.setTransform(whole);
        }
    }

    private static Plot panel(LayerProfile profile, String title, Function<LayerCapacity, Value> figure) {
        return panel(
                title,
                List.of(
                        curve("before pretraining", profile.before(), figure, BEFORE),
                        curve("after", profile.after(), figure, AFTER)),
                "Bars: " + intervals(profile.after().get(0).capacity()));
    }

    private static Curve curve(String name, List<Layer> layers, Function<LayerCapacity, Value> figure, Color color) {
        return new Curve(
                name,
                layers.stream().map(Layer::layer).toList(),
                layers.stream().map(layer -> figure.apply(layer.capacity())).toList(),
                color);
    }

    private static String intervals(LayerCapacity measured) {
        String over = measured instanceof CorrelatedReport glue ? glue.pairs() + " pairs" : "the directions";
        return "95 % intervals over " + over + ", where they are known.";
    }

    private static Plot panel(String title, List<Curve> curves, String caption) {
        Axis labels = Axis.names(curves.get(0).labels());
        Plot plot = new Plot(title, labels, Axis.fromZero(""), caption);
        curves.forEach(curve -> line(
                plot,
                curve.name(),
                IntStream.range(0, curve.values().size()).asDoubleStream().toArray(),
                curve.values(),
                curve.color()));
        return plot;
    }

    private static void line(Plot plot, String name, double[] at, List<Value> values, Color color) {
        plot.line(
                name,
                at,
                values.stream().mapToDouble(Value::value).toArray(),
                values.stream().mapToDouble(value -> end(value, 0)).toArray(),
                values.stream().mapToDouble(value -> end(value, 1)).toArray(),
                color,
                Look.SOLID);
    }

    /** The end of an interval; not a number without one, so that no bar is drawn. */
    private static double end(Value value, int which) {
        return value.ci95().isEmpty() ? Double.NaN : value.ci95().get(which);
    }
}
