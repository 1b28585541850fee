package org.mmcr.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import org.mmcr.analysis.charts.ChartFiles;
import org.mmcr.analysis.charts.ChartStyle;
import org.mmcr.cli.Benchmark;
import org.mmcr.core.capacity.AnchorProblem;
import org.mmcr.core.capacity.AnchorProblem.Anchors;
import org.mmcr.core.capacity.ManifoldGeometry;
import org.mmcr.core.capacity.Matrix;

/**
 * Draws the figure of {@code docs/capacity.md}: a manifold, directions and anchors. Usage:
 * {@code mmcr bench capacity-picture [FOLDER]}
 */
public final class CapacityPicture implements Benchmark {
    private static final int SIDE = 440;
    private static final double SCALE = 120;
    private static final int DRAWN = 60;
    private static final int DIRECTIONS = 600;

    @Override
    public String name() {
        return "capacity-picture";
    }

    @Override
    public String summary() {
        return "draws the figure of docs/capacity.md, a manifold with directions and anchors: [FOLDER]";
    }

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) throws Exception {
        Path folder = Path.of(arguments.isEmpty() ? "docs/figures" : arguments.get(0));
        Files.createDirectories(folder);
        return ChartFiles.save(folder, "capacity-anchors", 2 * SIDE, SIDE, canvas -> {
            panel(canvas, 0, 0.45, "far centre");
            panel(canvas, SIDE, 1.35, "near centre");
        });
    }

    /** Draws the manifold with {@code radius} times the length of its centre, always at the same size. */
    private static void panel(Graphics2D canvas, int left, double radius, String title) {
        Random random = new Random(4);
        double[][] points = new double[24][2];
        for (double[] point : points) {
            double angle = 2 * Math.PI * random.nextDouble();
            double reach = radius * Math.sqrt(0.2 + 0.8 * random.nextDouble());
            point[0] = 1.1 * reach * Math.cos(angle);
            point[1] = 0.6 * reach * Math.sin(angle);
        }
        double[][] directions = ManifoldGeometry.directions(DIRECTIONS, 2, random);
        Anchors anchors = new AnchorProblem(Matrix.of(points), 0).solve(directions);
        ManifoldGeometry geometry = ManifoldGeometry.of(List.of(anchors), 2);
        double unit = SCALE / radius;
        double x = left + SIDE / 2.0;
        double y = SIDE / 2.0 + 15;
        canvas.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        canvas.setColor(Color.BLACK);
        canvas.drawString(
                String.format(
                        Locale.ROOT,
                        "%s: capacity %.2f, radius %.2f, dimension %.2f",
                        title,
                        geometry.capacity(),
                        geometry.radius(),
                        geometry.dimension()),
                left + 14,
                24);
        canvas.setStroke(new BasicStroke(0.8f));
        double[] middle = new double[2];
        for (int n = 0; n < DIRECTIONS; n++) {
            double[] anchor = anchors.anchors()[n];
            middle[0] += anchor[0] / DIRECTIONS;
            middle[1] += anchor[1] / DIRECTIONS;
            if (n < DRAWN) {
                double length = 165 / Math.hypot(directions[n][0], directions[n][1]);
                canvas.setColor(new Color(0, 0, 0, 55));
                canvas.draw(new Line2D.Double(
                        x + unit * anchor[0],
                        y - unit * anchor[1],
                        x + length * directions[n][0],
                        y - length * directions[n][1]));
            }
        }
        for (double[] point : points) {
            dot(canvas, x + unit * point[0], y - unit * point[1], 4, ChartStyle.series(0));
        }
        for (double[] anchor : anchors.anchors()) {
            dot(canvas, x + unit * anchor[0], y - unit * anchor[1], 5, new Color(0xd5, 0x5e, 0x00, 40));
        }
        dot(canvas, x, y, 3, Color.BLACK);
        canvas.setColor(ChartStyle.series(4));
        canvas.setStroke(new BasicStroke(1.6f));
        double reach = unit * geometry.radius();
        canvas.draw(
                new Ellipse2D.Double(x + unit * middle[0] - reach, y - unit * middle[1] - reach, 2 * reach, 2 * reach));
    }

    private static void dot(Graphics2D canvas, double x, double y, double size, Color color) {
        canvas.setColor(color);
        canvas.fill(new Ellipse2D.Double(x - size, y - size, 2 * size, 2 * size));
    }
}
