package org.mmcr.simulations.sphere;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.analysis.charts.ChartStyle;

/**
 * Drawing of a sphere: views as small dots, centroids as larger ones, colours tell samples apart, and the ellipsoid of
 * the centroids' singular values. Points on the far side are paler.
 */
final class SphereDrawing {
    private static final double AZIMUTH = Math.toRadians(25);
    private static final double ELEVATION = Math.toRadians(22);
    private static final int ARC = 96;
    private static final Color GRID = new Color(0, 0, 0, 26);
    private static final Color ELLIPSOID = new Color(20, 20, 20, 150);
    /** Radius of the ball that the ellipsoid becomes at the bound. */
    private static final double FULL = 0.6;

    /** Parts of a drawing. */
    enum Part {
        VIEWS,
        CENTROIDS,
        ELLIPSOID
    }

    private final Graphics2D canvas;
    private final double x;
    private final double y;
    private final double radius;

    SphereDrawing(Graphics2D canvas, double x, double y, double radius) {
        this.canvas = canvas;
        this.x = x;
        this.y = y;
        this.radius = radius;
    }

    /** Colour of a sample; colours repeat. */
    static Color color(int sample) {
        return ChartStyle.series(sample);
    }

    /** Draws parts of {@code rows}, sample-major unit vectors in three dimensions. */
    void draw(List<double[]> rows, int views, Set<Part> parts) {
        canvas.setColor(new Color(246, 247, 250));
        canvas.fill(circle(0, 0, radius));
        graticule();
        double[][] centroids = centroids(rows, views);
        dots(rows, centroids, parts, false);
        if (parts.contains(Part.ELLIPSOID)) {
            ellipsoid(centroids);
        }
        dots(rows, centroids, parts, true);
        canvas.setColor(new Color(0, 0, 0, 110));
        canvas.setStroke(new BasicStroke(1));
        canvas.draw(circle(0, 0, radius));
    }

    private void graticule() {
        canvas.setStroke(new BasicStroke(0.8f));
        canvas.setColor(GRID);
        for (int line = 0; line < 6; line++) {
            double turn = Math.PI * line / 6;
            curve(i -> {
                double t = 2 * Math.PI * i / ARC;
                return new double[] {Math.cos(t) * Math.cos(turn), Math.cos(t) * Math.sin(turn), Math.sin(t)};
            });
        }
        for (int line = -2; line <= 2; line++) {
            double height = Math.sin(Math.PI * line / 6);
            curve(i -> {
                double t = 2 * Math.PI * i / ARC;
                double wide = Math.sqrt(1 - height * height);
                return new double[] {wide * Math.cos(t), wide * Math.sin(t), height};
            });
        }
    }

    private void dots(List<double[]> rows, double[][] centroids, Set<Part> parts, boolean front) {
        int views = rows.size() / centroids.length;
        for (int sample = 0; sample < centroids.length; sample++) {
            Color color = color(sample);
            if (parts.contains(Part.VIEWS)) {
                rows.subList(sample * views, (sample + 1) * views).forEach(view -> dot(view, color, 2.2, front));
            }
            if (parts.contains(Part.CENTROIDS)) {
                dot(centroids[sample], color, 4.5, front);
            }
        }
    }

    private void dot(double[] point, Color full, double size, boolean front) {
        double[] seen = turned(point);
        if (seen[2] >= 0 == front) {
            canvas.setColor(new Color(full.getRed(), full.getGreen(), full.getBlue(), front ? 230 : 70));
            canvas.fill(circle(seen[0] * radius, -seen[1] * radius, size));
        }
    }

    /** Draws its three principal ellipses; the half-axes are the singular values, along the right singular vectors. */
    private void ellipsoid(double[][] centroids) {
        double[][] axes = axes(centroids);
        double scale = FULL / Math.sqrt(centroids.length / 3.0);
        canvas.setColor(ELLIPSOID);
        canvas.setStroke(new BasicStroke(1.3f));
        for (int skip = 0; skip < 3; skip++) {
            double[] a = axes[(skip + 1) % 3];
            double[] b = axes[(skip + 2) % 3];
            curve(i -> {
                double t = 2 * Math.PI * i / ARC;
                double[] point = new double[3];
                for (int k = 0; k < 3; k++) {
                    point[k] = scale * (Math.cos(t) * a[k] + Math.sin(t) * b[k]);
                }
                return point;
            });
        }
    }

    /** Singular values of the centroids, three of them, descending; zero beyond the number of samples. */
    static double[] singularValues(List<double[]> rows, int views) {
        return Arrays.stream(axes(centroids(rows, views)))
                .mapToDouble(axis -> Math.hypot(Math.hypot(axis[0], axis[1]), axis[2]))
                .toArray();
    }

    /** Right singular vectors of the centroids, scaled by their singular values. */
    private static double[][] axes(double[][] centroids) {
        try (PointerScope scope = new PointerScope()) {
            double[] flat =
                    Arrays.stream(centroids).flatMapToDouble(Arrays::stream).toArray();
            Tensor matrix = Tensor.create(flat).view(centroids.length, 3);
            T_TensorTensorTensor_T parts = torch.linalg_svd(matrix, false, new StringViewOptional());
            double[][] axes = new double[3][3];
            for (int axis = 0; axis < Math.min(3, centroids.length); axis++) {
                double length = parts.get1().select(0, axis).item_double();
                for (int k = 0; k < 3; k++) {
                    axes[axis][k] =
                            length * parts.get2().select(0, axis).select(0, k).item_double();
                }
            }
            return axes;
        }
    }

    private static double[][] centroids(List<double[]> rows, int views) {
        double[][] centroids = new double[rows.size() / views][3];
        for (int row = 0; row < rows.size(); row++) {
            for (int k = 0; k < 3; k++) {
                centroids[row / views][k] += rows.get(row)[k] / views;
            }
        }
        return centroids;
    }

    private void curve(IntFunction<double[]> point) {
        Path2D line = new Path2D.Double();
        for (int i = 0; i <= ARC; i++) {
            double[] seen = turned(point.apply(i));
            if (i == 0) {
                line.moveTo(x + seen[0] * radius, y - seen[1] * radius);
            } else {
                line.lineTo(x + seen[0] * radius, y - seen[1] * radius);
            }
        }
        canvas.draw(line);
    }

    private Ellipse2D circle(double right, double down, double size) {
        return new Ellipse2D.Double(x + right - size, y + down - size, 2 * size, 2 * size);
    }

    /** Rotates a point into (right, up, towards the viewer). */
    private static double[] turned(double[] p) {
        double right = Math.cos(AZIMUTH) * p[1] - Math.sin(AZIMUTH) * p[0];
        double forward = Math.cos(AZIMUTH) * p[0] + Math.sin(AZIMUTH) * p[1];
        double up = Math.cos(ELEVATION) * p[2] - Math.sin(ELEVATION) * forward;
        return new double[] {right, up, Math.cos(ELEVATION) * forward + Math.sin(ELEVATION) * p[2]};
    }
}
