package org.mmcr.analysis.capacity;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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

/** A chart of capacity, radius, dimension and correlation of centres against depth, before and after pretraining. */
final class LayerCharts {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 360;
    private static final Color BEFORE = new Color(0x8c8c8c);
    private static final Color AFTER = new Color(0x1f6fb4);

    private static final String NAME = "layers";

    private LayerCharts() {}

    /** Returns the files that {@link #draw} writes. */
    static List<Path> files(Path folder) {
        return ChartFiles.files(folder, NAME);
    }

    static List<String> draw(Path folder, LayerProfile profile) throws IOException {
        List<CategoryChart> panels = List.of(
                panel(profile, "capacity (classes for each dimension)", LayerCapacity::capacity),
                panel(profile, "radius (lengths of a class's centre)", LayerCapacity::radius),
                panel(profile, "dimension", LayerCapacity::dimension),
                panel(profile, "correlation of centres", LayerCapacity::correlation));
        return ChartFiles.save(folder, NAME, 2 * WIDTH, 2 * HEIGHT, canvas -> paint(canvas, panels));
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
                .setXAxisMaxLabelCount(profile.before().size());
        chart.getStyler().setYAxisMin(0.0).setYAxisDecimalPattern("0.##");
        add(chart, "before pretraining", profile.before(), figure, BEFORE);
        add(chart, "after", profile.after(), figure, AFTER);
        return chart;
    }

    private static void add(
            CategoryChart chart, String name, List<Layer> layers, Function<LayerCapacity, Value> figure, Color color) {
        List<Value> values =
                layers.stream().map(layer -> figure.apply(layer.capacity())).toList();
        CategorySeries series = chart.addSeries(
                name,
                layers.stream().map(Layer::layer).toList(),
                values.stream().map(Value::value).toList(),
                values.stream()
                        .map(value -> value.ci95().isEmpty()
                                ? 0
                                : (value.ci95().get(1) - value.ci95().get(0)) / 2)
                        .toList());
        series.setLineColor(color);
        series.setMarkerColor(color);
    }
}
