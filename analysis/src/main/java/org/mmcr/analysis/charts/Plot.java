package org.mmcr.analysis.charts;

import java.awt.Color;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** A chart of lines in the style of all figures: title, axes, lines with bands and markers, legend and caption. */
public final class Plot {
    private static final int LEGEND = 190;
    private static final int LINE = 17;
    private static final int MARKERS = 7;
    private static final int BAND_ALPHA = 50;
    private static final double MARGIN = 0.04;

    /** How a line is drawn. */
    public enum Look {
        SOLID,
        /** Without markers. */
        PLAIN,
        /** Without markers and dashes; for theory and reference levels. */
        DASHED,
        /** The area down to zero is filled. */
        AREA
    }

    /**
     * An axis.
     *
     * @param title with the unit
     * @param log whether it is logarithmic; values that are not positive are left out then
     * @param from smallest value; empty for that of the data
     * @param to largest value; empty for that of the data
     * @param labels names of the values 0, 1, ... in place of numbers; empty for numbers
     * @param ticks numbers that are written; empty for round ones
     */
    public record Axis(
            String title,
            boolean log,
            Optional<Double> from,
            Optional<Double> to,
            List<String> labels,
            List<Double> ticks) {
        public Axis {
            labels = List.copyOf(labels);
            ticks = List.copyOf(ticks);
        }

        /** A linear axis over the data. */
        public static Axis linear(String title) {
            return new Axis(title, false, Optional.empty(), Optional.empty(), List.of(), List.of());
        }

        /** A linear axis that begins at zero. */
        public static Axis fromZero(String title) {
            return new Axis(title, false, Optional.of(0.0), Optional.empty(), List.of(), List.of());
        }

        /** A logarithmic axis over the data. */
        public static Axis log(String title) {
            return new Axis(title, true, Optional.empty(), Optional.empty(), List.of(), List.of());
        }

        /** An axis of names, in this order. */
        public static Axis names(List<String> labels) {
            return new Axis("", false, Optional.empty(), Optional.empty(), labels, List.of());
        }

        /** A logarithmic axis of whole sizes, which are its ticks. */
        public static Axis sizes(String title, List<Integer> sizes) {
            List<Double> ticks = sizes.stream().map(Integer::doubleValue).toList();
            return new Axis(title, true, Optional.empty(), Optional.empty(), List.of(), ticks);
        }
    }

    /** A line with its marker; {@code low} and {@code high} are the ends of its band or bars, or empty. */
    private record Line(
            String name, List<double[]> points, List<double[]> ranges, Color color, Look look, int marker) {}

    private final String title;
    private final Axis x;
    private final Axis y;
    private final String caption;
    private final List<Line> lines = new ArrayList<>();
    private int markers;

    /**
     * Creates a chart without lines.
     *
     * @param caption what bands, dashes and levels mean, how often was measured, and the seed; may be empty
     */
    public Plot(String title, Axis x, Axis y, String caption) {
        this.title = title;
        this.x = x;
        this.y = y;
        this.caption = caption;
    }

    /** Adds a line; points that are not finite, or not positive on a logarithmic axis, are left out. */
    public Plot line(String name, double[] at, double[] values, Color color, Look look) {
        return line(name, at, values, new double[0], new double[0], color, look);
    }

    /**
     * Adds a line with a range around each point: a band, or bars where the axis has names.
     *
     * @param name in the legend; empty for none
     * @param low ends of the ranges, as many as values, or none
     * @param high ends of the ranges
     */
    public Plot line(String name, double[] at, double[] values, double[] low, double[] high, Color color, Look look) {
        List<double[]> points = new ArrayList<>();
        List<double[]> ranges = new ArrayList<>();
        for (int i = 0; i < at.length; i++) {
            if (shown(x, at[i]) && shown(y, values[i])) {
                points.add(new double[] {at[i], values[i]});
                if (low.length > i && shown(y, low[i]) && shown(y, high[i])) {
                    ranges.add(new double[] {at[i], low[i], high[i]});
                }
            }
        }
        lines.add(new Line(name, points, ranges, color, look, look == Look.SOLID ? markers++ : -1));
        return this;
    }

    /** Saves the chart as {@code NAME.png}, {@code NAME.svg} and {@code NAME.pdf} and returns the file names. */
    public List<String> save(Path folder, String name, int width, int height) throws IOException {
        return ChartFiles.save(folder, name, width, height, canvas -> paint(canvas, width, height));
    }

    /** Draws the chart into the rectangle from (0, 0) to (width, height) of the canvas. */
    public void paint(Graphics2D canvas, int width, int height) {
        canvas.setFont(ChartStyle.TEXT);
        List<String> words = Captions.wrapped(caption, canvas.getFontMetrics(), width - 40);
        boolean legend = lines.stream().filter(line -> !line.name().isEmpty()).count() > 1;
        int below = x.labels().isEmpty() ? 44 : 40 + longest(canvas.getFontMetrics(), x.labels()) * 3 / 4;
        Rectangle2D frame = new Rectangle2D.Double(
                72,
                title.isEmpty() ? 14 : 40,
                width - 72 - (legend ? LEGEND : 20),
                height - (title.isEmpty() ? 14 : 40) - below - LINE * words.size() - (words.isEmpty() ? 8 : 16));
        AxisScale across = scale(x, 0);
        AxisScale up = scale(y, 1);
        axes(canvas, frame, across, up);
        for (Line line : lines) {
            draw(canvas, frame, across, up, line);
        }
        canvas.setColor(ChartStyle.INK);
        canvas.setFont(ChartStyle.TITLE);
        canvas.drawString(title, (float) frame.getX(), 25);
        if (legend) {
            legend(canvas, frame);
        }
        canvas.setFont(ChartStyle.TEXT);
        canvas.setColor(ChartStyle.QUIET);
        for (int i = 0; i < words.size(); i++) {
            canvas.drawString(words.get(i), 20, height - 10 - LINE * (words.size() - 1 - i));
        }
    }

    private static boolean shown(Axis axis, double value) {
        return Double.isFinite(value) && (!axis.log() || value > 0);
    }

    private static int longest(FontMetrics metrics, List<String> texts) {
        return texts.stream().mapToInt(metrics::stringWidth).max().orElse(0);
    }

    private AxisScale scale(Axis axis, int part) {
        double[] values = lines.stream()
                .flatMapToDouble(line -> DoubleStream.concat(
                        line.points().stream().mapToDouble(point -> point[part]),
                        part == 0
                                ? DoubleStream.empty()
                                : line.ranges().stream().flatMapToDouble(range -> DoubleStream.of(range[1], range[2]))))
                .toArray();
        double least = DoubleStream.of(values).min().orElse(axis.log() ? 1 : 0);
        double most = DoubleStream.of(values).max().orElse(axis.log() ? 10 : 1);
        double low = axis.from()
                .orElseGet(() -> axis.log() ? least / Math.pow(most / least, MARGIN) : least - MARGIN * (most - least));
        double high = axis.to()
                .orElseGet(() -> axis.log() ? most * Math.pow(most / least, MARGIN) : most + MARGIN * (most - low));
        return axis.labels().isEmpty()
                ? new AxisScale(axis.log(), low, high)
                : new AxisScale(false, -0.5, axis.labels().size() - 0.5);
    }

    private void axes(Graphics2D canvas, Rectangle2D frame, AxisScale across, AxisScale up) {
        canvas.setFont(ChartStyle.TEXT);
        canvas.setStroke(ChartStyle.THIN);
        FontMetrics metrics = canvas.getFontMetrics();
        for (double tick : up.ticks()) {
            double at = frame.getMaxY() - up.position(tick) * frame.getHeight();
            canvas.setColor(ChartStyle.GRID);
            canvas.draw(new Line2D.Double(frame.getX(), at, frame.getMaxX(), at));
            canvas.setColor(ChartStyle.INK);
            String text = up.text(tick);
            canvas.drawString(text, (float) (frame.getX() - 8 - metrics.stringWidth(text)), (float) at + 4);
        }
        for (double tick : ticks(across)) {
            double at = frame.getX() + across.position(tick) * frame.getWidth();
            canvas.setColor(ChartStyle.GRID);
            canvas.draw(new Line2D.Double(at, frame.getY(), at, frame.getMaxY()));
            canvas.setColor(ChartStyle.INK);
            label(canvas, metrics, tick, across, at, frame.getMaxY() + 17);
        }
        canvas.draw(frame);
        canvas.drawString(
                x.title(),
                (float) (frame.getCenterX() - metrics.stringWidth(x.title()) / 2.0),
                (float) frame.getMaxY() + 36 + (x.labels().isEmpty() ? 0 : longest(metrics, x.labels()) * 3 / 4f));
        turned(canvas, y.title(), 18, frame.getCenterY() + metrics.stringWidth(y.title()) / 2.0, -Math.PI / 2);
    }

    private List<Double> ticks(AxisScale across) {
        if (!x.labels().isEmpty()) {
            return IntStream.range(0, x.labels().size())
                    .asDoubleStream()
                    .boxed()
                    .toList();
        }
        List<Double> given = x.ticks().stream()
                .filter(tick -> across.position(tick) >= 0 && across.position(tick) <= 1)
                .toList();
        return given.isEmpty() ? across.ticks() : given;
    }

    private void label(Graphics2D canvas, FontMetrics metrics, double tick, AxisScale scale, double at, double down) {
        if (x.labels().isEmpty()) {
            String text = scale.text(tick);
            canvas.drawString(text, (float) (at - metrics.stringWidth(text) / 2.0), (float) down);
        } else {
            turned(canvas, x.labels().get((int) tick), at - 4, down - 6, Math.PI / 4);
        }
    }

    private static void turned(Graphics2D canvas, String text, double x, double y, double angle) {
        AffineTransform before = canvas.getTransform();
        canvas.translate(x, y);
        canvas.rotate(angle);
        canvas.drawString(text, 0, 0);
        canvas.setTransform(before);
    }

    private void draw(Graphics2D canvas, Rectangle2D frame, AxisScale across, AxisScale up, Line line) {
        List<double[]> places = places(frame, across, up, line.points(), 1);
        List<double[]> lows = places(frame, across, up, line.ranges(), 1);
        List<double[]> highs = places(frame, across, up, line.ranges(), 2);
        Color pale = new Color(
                line.color().getRed(), line.color().getGreen(), line.color().getBlue(), BAND_ALPHA);
        canvas.setColor(pale);
        if (x.labels().isEmpty() && lows.size() > 1) {
            List<double[]> around = new ArrayList<>(lows);
            for (int i = highs.size() - 1; i >= 0; i--) {
                around.add(highs.get(i));
            }
            canvas.fill(path(around, true));
        }
        if (line.look() == Look.AREA && !places.isEmpty()) {
            List<double[]> around = new ArrayList<>(places);
            around.add(new double[] {places.get(places.size() - 1)[0], frame.getMaxY()});
            around.add(new double[] {places.get(0)[0], frame.getMaxY()});
            canvas.fill(path(around, true));
        }
        canvas.setColor(line.color());
        canvas.setStroke(line.look() == Look.DASHED ? ChartStyle.DASHED : ChartStyle.SOLID);
        canvas.draw(path(places, false));
        canvas.setStroke(ChartStyle.THIN);
        for (int i = 0; !x.labels().isEmpty() && i < lows.size(); i++) {
            canvas.draw(new Line2D.Double(lows.get(i)[0], lows.get(i)[1], highs.get(i)[0], highs.get(i)[1]));
        }
        if (line.marker() >= 0) {
            places.forEach(place -> marker(canvas, line.marker(), place[0], place[1]));
        }
    }

    private static List<double[]> places(
            Rectangle2D frame, AxisScale across, AxisScale up, List<double[]> points, int part) {
        return points.stream()
                .map(point -> new double[] {
                    frame.getX() + across.position(point[0]) * frame.getWidth(),
                    frame.getMaxY() - up.position(point[part]) * frame.getHeight()
                })
                .toList();
    }

    private static Path2D path(List<double[]> places, boolean closed) {
        Path2D path = new Path2D.Double();
        for (int i = 0; i < places.size(); i++) {
            if (i == 0) {
                path.moveTo(places.get(i)[0], places.get(i)[1]);
            } else {
                path.lineTo(places.get(i)[0], places.get(i)[1]);
            }
        }
        if (closed) {
            path.closePath();
        }
        return path;
    }

    /** Fills a circle, a square, a diamond, a triangle, a cross or a bow tie of equal width. */
    private static void marker(Graphics2D canvas, int kind, double x, double y) {
        double r = 4;
        switch (kind % MARKERS) {
            case 0 -> canvas.fill(new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r));
            case 1 -> canvas.fill(new Rectangle2D.Double(x - r, y - r, 2 * r, 2 * r));
            case 2 -> canvas.fill(polygon(x, y - 5, x + 5, y, x, y + 5, x - 5, y));
            case 3 -> canvas.fill(polygon(x, y - 5, x + 5, y + 4, x - 5, y + 4));
            case 4 -> canvas.fill(polygon(x, y + 5, x + 5, y - 4, x - 5, y - 4));
            case 5 -> {
                canvas.fill(new Rectangle2D.Double(x - 5, y - 1.7, 10, 3.4));
                canvas.fill(new Rectangle2D.Double(x - 1.7, y - 5, 3.4, 10));
            }
            default -> canvas.fill(polygon(x - 5, y - 4, x + 5, y + 4, x + 5, y - 4, x - 5, y + 4));
        }
    }

    private static Path2D polygon(double... corners) {
        List<double[]> places = IntStream.range(0, corners.length / 2)
                .mapToObj(i -> new double[] {corners[2 * i], corners[2 * i + 1]})
                .toList();
        return path(places, true);
    }

    private void legend(Graphics2D canvas, Rectangle2D frame) {
        canvas.setFont(ChartStyle.TEXT);
        double left = frame.getMaxX() + 14;
        double at = frame.getY() + 12;
        for (Line line : lines) {
            if (line.name().isEmpty()) {
                continue;
            }
            canvas.setColor(line.color());
            canvas.setStroke(line.look() == Look.DASHED ? ChartStyle.DASHED : ChartStyle.SOLID);
            canvas.draw(new Line2D.Double(left, at, left + 26, at));
            if (line.marker() >= 0) {
                marker(canvas, line.marker(), left + 13, at);
            }
            canvas.setColor(ChartStyle.INK);
            for (String words : Captions.wrapped(line.name(), canvas.getFontMetrics(), LEGEND - 56)) {
                canvas.drawString(words, (float) left + 34, (float) at + 4);
                at += LINE;
            }
            at += 3;
        }
    }
}
