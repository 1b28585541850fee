package org.mmcr.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.mmcr.cli.Benchmark;
import org.mmcr.cli.UsageException;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.JsonLines;
import org.mmcr.train.run.RunDirectory;

/**
 * Plots accuracy over minutes of training, for runs of {@code pretrain --knn-every STEPS}. Usage:
 * {@code mmcr bench curve OUT.png RUN...}
 */
public final class AccuracyCurve implements Benchmark {

    @Override
    public String name() {
        return "curve";
    }

    @Override
    public String summary() {
        return "accuracy over minutes of training, of runs with --knn-every: OUT.png RUN...";
    }

    /**
     * A measurement of a run.
     *
     * @param run name of the run's folder
     * @param minutes minutes of training
     * @param top1 accuracy, 0..1
     */
    public record Point(String run, double minutes, double top1) {}

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) throws IOException {
        if (arguments.size() < 2) {
            throw new UsageException("expected OUT.png and one or more runs, found " + arguments.size() + " arguments");
        }
        Path picture = Path.of(arguments.get(0));
        List<Point> points = new ArrayList<>();
        XYChart chart = chart(arguments.size() - 1);
        for (String run : arguments.subList(1, arguments.size())) {
            List<Point> measured = read(Path.of(run));
            chart.addSeries(
                            measured.get(0).run(),
                            measured.stream().mapToDouble(Point::minutes).toArray(),
                            measured.stream()
                                    .mapToDouble(point -> 100 * point.top1())
                                    .toArray())
                    .setMarker(SeriesMarkers.CIRCLE);
            points.addAll(measured);
        }
        ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", picture.toFile());
        progress.accept("wrote " + picture);
        return Map.of("picture", picture.toString(), "points", points);
    }

    private static List<Point> read(Path folder) throws IOException {
        Path monitor = RunDirectory.open(folder).monitor();
        List<Point> points = new ArrayList<>();
        if (Files.exists(monitor)) {
            for (JsonNode point : JsonLines.read(monitor)) {
                points.add(new Point(
                        folder.getFileName().toString(),
                        point.get("seconds").asDouble() / 60,
                        point.get("top1").asDouble()));
            }
        }
        if (points.isEmpty()) {
            throw new MmcrException("expected accuracies in " + monitor + ", found none; pretrain with --knn-every");
        }
        return points;
    }

    private static XYChart chart(int runs) {
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(560)
                .title("Nearest-neighbour accuracy (k 20) on held-out pictures")
                .xAxisTitle("minutes of training")
                .yAxisTitle("kNN top-1, %")
                .build();
        chart.getStyler()
                .setLegendPosition(LegendPosition.InsideSE)
                .setLegendVisible(runs > 1)
                .setChartBackgroundColor(Color.WHITE);
        return chart;
    }
}
