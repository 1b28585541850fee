package org.mmcr.explorer.labelling;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The measured accuracies by number of labels, in an append-only file of JSON lines. A measurement at fewer labels
 * than an earlier one, after an undo, replaces it. Accuracies can be measured again, so a file that cannot be
 * written is a warning and a line that cannot be read is skipped.
 */
public final class AccuracyHistory {
    private static final Logger LOG = LoggerFactory.getLogger(AccuracyHistory.class);

    private final Path file;
    private volatile List<Point> points;

    private AccuracyHistory(Path file, List<Point> points) {
        this.file = file;
        this.points = points;
    }

    /** An accuracy with its 95 % interval, measured on {@code n} random pictures after a number of labels. */
    public record Point(int labels, double value, double low, double high, int n) {}

    /** Reads the file; without one the history is empty. */
    public static AccuracyHistory open(Path file) {
        List<Point> points = List.of();
        for (String line : lines(file)) {
            try {
                points = with(points, Json.parse(line, Point.class));
            } catch (MmcrException e) {
                LOG.debug("skipped a line of {}", file, e);
            }
        }
        return new AccuracyHistory(file, points);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file)
                    ? Files.readString(file)
                            .lines()
                            .filter(line -> line.startsWith("{"))
                            .toList()
                    : List.of();
        } catch (IOException e) {
            LOG.warn("{} cannot be read; the accuracy curve starts again", file, e);
            return List.of();
        }
    }

    private static List<Point> with(List<Point> points, Point point) {
        List<Point> longer = new ArrayList<>(points);
        longer.removeIf(before -> before.labels() >= point.labels());
        longer.add(point);
        return List.copyOf(longer);
    }

    /** Returns the points by ascending number of labels. */
    public List<Point> points() {
        return points;
    }

    /** Stores a measurement; not thread-safe. */
    public void add(int labels, HeldOutAccuracy accuracy) {
        Point point = new Point(labels, accuracy.value(), accuracy.low(), accuracy.high(), accuracy.n());
        points = with(points, point);
        try {
            // The newline comes first, so that a line cut short by a kill does not spoil this one.
            Files.writeString(
                    file,
                    "\n" + Json.line(point),
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            LOG.warn("{} cannot be written; the accuracy curve is lost when the explorer ends", file, e);
        }
    }
}
