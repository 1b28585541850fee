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
 * Accuracies as labels came in, kept in a file of one JSON object a line that only grows. A measurement at fewer labels than
 * an earlier one, after labels were taken back, replaces it. Unlike labels it can be measured again: a file that cannot be
 * written is a warning, a line that cannot be read is passed over.
 */
public final class AccuracyHistory {
    private static final Logger LOG = LoggerFactory.getLogger(AccuracyHistory.class);

    private final Path file;
    private volatile List<Point> points;

    private AccuracyHistory(Path file, List<Point> points) {
        this.file = file;
        this.points = points;
    }

    /** Accuracy, with the ends of its interval, on {@code n} random pictures after so many labels. */
    public record Point(int labels, double value, double low, double high, int n) {}

    /** What the file holds; nothing if there is none yet. */
    public static AccuracyHistory open(Path file) {
        List<Point> points = List.of();
        for (String line : lines(file)) {
            try {
                points = with(points, Json.parse(line, Point.class));
            } catch (MmcrException e) {
                LOG.debug("passed over a line of {}", file, e);
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
            LOG.warn("{} cannot be read; the curve of accuracy starts anew", file, e);
            return List.of();
        }
    }

    private static List<Point> with(List<Point> points, Point point) {
        List<Point> longer = new ArrayList<>(points);
        longer.removeIf(before -> before.labels() >= point.labels());
        longer.add(point);
        return List.copyOf(longer);
    }

    /** By ascending number of labels. */
    public List<Point> points() {
        return points;
    }

    /** Keeps a measurement; one thread at a time. */
    public void add(int labels, HeldOutAccuracy accuracy) {
        Point point = new Point(labels, accuracy.value(), accuracy.low(), accuracy.high(), accuracy.n());
        points = with(points, point);
        try {
            // The newline comes first: a line that was torn by the end of a process does not take this one with it.
            Files.writeString(
                    file,
                    "\n" + Json.line(point),
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            LOG.warn("{} cannot be written; the curve of accuracy will not outlast this program", file, e);
        }
    }
}
