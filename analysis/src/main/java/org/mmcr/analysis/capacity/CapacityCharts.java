package org.mmcr.analysis.capacity;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.mmcr.analysis.capacity.CapacityReport.Value;
import org.mmcr.analysis.capacity.LayerProfile.Layer;
import org.mmcr.analysis.charts.ChartFiles;

/** Charts of capacity, radius, dimension and alignment: against depth before and after pretraining, or by condition. */
final class CapacityCharts {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 360;
    private static final Color BEFORE = new Color(0x8c8c8c);
    private static final Color AFTER = new Color(0x1f6fb4);

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

    static List<String> draw(Path folder, CorrelatedSeries series) throws IOException {
        List<CategoryChart> panels = List.of(
                panel(series, "capacity (classes for each dimension)", one -> Optional.of(one.capacity())),
                panel(series, "radius (lengths of the centres)", one -> Optional.of(one.radius())),
                panel(series, "dimension", one -> Optional.of(one.dimension())),
                panel(series, "alignment of axes", CorrelatedReport::axisAlignment));
        return save(folder, SERIES, panels);
    }

    private static CategoryChart panel(
            CorrelatedSeries series, String title, Function<CorrelatedReport, Optional<Value>> figure) {
        Value none = new Value(0, List.of());
        return panel(
                title,
                List.of(new Curve(
                        "glue",
                        series.conditions().stream()
                                .map(CorrelatedSeries.Condition::condition)
                                .toList(),
                        series.conditions().stream()
                                .map(one -> figure.apply(one.capacity()).orElse(none))
                                .toList(),
                        AFTER)));
    }

    private static List<String> save(Path folder, String name, List<CategoryChart> panels) throws IOException {
        return ChartFiles.save(folder, name, 2 * WIDTH, 2 * HEIGHT, canvas -> paint(canvas, panels));
    }

    static List<String> draw(Path folder, LayerProfile profile) throws IOException {
        List<CategoryChart> panels = List.of(
                panel(profile, "capacity (classes for each dimension)", LayerCapacity::capacity),
                panel(profile, "radius (lengths of a class's centre)", LayerCapacity::radius),
                panel(profile, "dimension", LayerCapacity::dimension),
                panel(profile, "correlation of centres", LayerCapacity::correlation));
        return save(folder, LAYERS, panels);
    }

    private static void paint(Graphics2D canvas, List<CategoryChart> panels) {
        AffineTransform whole = canvas.getTransform();
        for (int i = 0; i < panels.size(); i++) {
            canvas.translate((i % 2) * WIDTH, (i / 2) * HEIGHT);
            panels.get(i).paint(canvas, WIDTH, HEIGHT);
            canvas.setTransform(whole);
        }
    }

    private static CategoryChart panel(LayerProfile profile, String title, Function<LayerCapacity, Value> figure) {
        return panel(
                title,
                List.of(
                        curve("before pretraining", profile.before(), figure, BEFORE),
                        curve("after", profile.after(), figure, AFTER)));
    }

    private static Curve curve(String name, List<Layer> layers, Function<LayerCapacity, Value> figure, Color color) {
        return new Curve(
                name,
                layers.stream().map(Layer::layer).toList(),
                layers.stream().map(layer -> figure.apply(layer.capacity())).toList(),
                color);
    }

    private static CategoryChart panel(String title, List<Curve> curves) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .build();
        chart.getStyler()
                .setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line)
                .setOverlapped(true)
                .setLegendPosition(LegendPosition.OutsideS)
                .setLegendLayout(LegendLayout.Horizontal)
                .setChartTitleFont(chart.getStyler().getBaseFont().deriveFont(13f))
                .setChartBackgroundColor(Color.WHITE);
        chart.getStyler()
                .setXAxisLabelRotation(45)
                .setXAxisMaxLabelCount(curves.get(0).labels().size());
        chart.getStyler().setYAxisMin(0.0).setYAxisDecimalPattern("0.##");
        curves.forEach(curve -> add(chart, curve));
        return chart;
    }

    private static void add(CategoryChart chart, Curve curve) {
        CategorySeries series = chart.addSeries(
                curve.name(),
                curve.labels(),
                curve.values().stream().map(Value::value).toList(),
                curve.values().stream()
                        .map(value -> value.ci95().isEmpty()
                                ? 0
                                : (value.ci95().get(1) - value.ci95().get(0)) / 2)
                        .toList());
        series.setLineColor(curve.color());
        series.setMarkerColor(curve.color());
    }
}
