package org.mmcr.analysis.capacity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.EmbeddingArray;
import org.mmcr.data.LabelFile;
import org.mmcr.data.io.ArrayFiles;
import org.mmcr.data.io.SpikeCounts;

/**
 * All points of a file with their classes, at one time or several.
 *
 * @param location the file
 * @param times reads the points of each time
 * @param series whether the file has an axis of times
 * @param ambient number of dimensions
 * @param classes rows of each class, by its name
 * @param unlabelled number of rows that belong to no class
 */
record LoadedPoints(
        String location,
        List<RowReader> times,
        boolean series,
        int ambient,
        Map<String, long[]> classes,
        int unlabelled) {

    /** Reads adjacent rows of N numbers. */
    interface RowReader {
        void read(long first, int count, double[] to, int offset);
    }

    /**
     * Opens a file: an array of classes (P, m, N) or times of it (T, P, m, N), an array with labels (M, N) or with a last
     * axis of times (M, N, T), the units of an NWB file, or a table.
     */
    static LoadedPoints open(String location, PointOptions options) {
        Optional<String> labels = options.labels().map(given -> beside(location, given));
        if (ArrayFiles.isRecording(location)) {
            SpikeCounts.Window window = options.window()
                    .orElseThrow(() -> new MmcrException("expected --window FROM,TO with the NWB file " + location
                            + ", found none; give the seconds around each trial's event"));
            if (labels.isEmpty()) {
                throw new MmcrException("expected --labels '#COLUMN' with the NWB file " + location
                        + ", found none; name the column of its trials with the classes");
            }
            return labelled(
                    EmbeddingArray.of(location, SpikeCounts.of(location, window)),
                    LabelFile.read(labels.get()),
                    labels.get());
        }
        EmbeddingArray array = EmbeddingArray.open(location);
        return labels.map(LabelFile::read)
                .or(() -> array.shape().size() == 2 ? array.labels() : Optional.empty())
                .map(found -> labelled(array, found, labels.orElse(location)))
                .orElseGet(() -> inBlocks(array));
    }

    private static String beside(String location, String labels) {
        if (!labels.startsWith("#")) {
            return labels;
        }
        String name = labels.substring(1);
        return ArrayFiles.isRecording(location)
                ? SpikeCounts.column(location, name)
                : ArrayFiles.file(location) + "#" + name;
    }

    private static LoadedPoints inBlocks(EmbeddingArray array) {
        List<Long> shape = array.shape();
        if (shape.size() == 2) {
            throw new MmcrException("expected a class for each of the points " + array.describe()
                    + ", found none; give --labels, a column or an array of labels, or (classes, points, dimensions)");
        }
        if (shape.size() > 4) {
            throw new MmcrException("expected (classes, points, dimensions) or (times, classes, points, dimensions), or"
                    + " (points, dimensions) with --labels, found " + array.describe());
        }
        boolean series = shape.size() == 4;
        int axis = series ? 1 : 0;
        int points = Math.toIntExact(shape.get(axis + 1));
        long rows = shape.get(axis) * points;
        List<RowReader> times = LongStream.range(0, series ? shape.get(0) : 1)
                .<RowReader>mapToObj(
                        time -> (first, count, to, offset) -> array.read(time * rows + first, count, to, offset))
                .toList();
        requireTimes(times, array);
        Map<String, long[]> classes = new LinkedHashMap<>();
        for (long i = 0; i < shape.get(axis); i++) {
            classes.put(
                    String.valueOf(i),
                    LongStream.range(i * points, (i + 1) * points).toArray());
        }
        return new LoadedPoints(array.location(), times, series, array.columns(), classes, 0);
    }

    private static LoadedPoints labelled(EmbeddingArray array, List<String> labels, String file) {
        List<Long> shape = array.shape();
        if (shape.size() > 3) {
            throw new MmcrException("expected (points, dimensions) or (points, dimensions, times) with labels, found "
                    + array.describe() + "; leave --labels out of (times, classes, points, dimensions)");
        }
        boolean series = shape.size() == 3;
        List<RowReader> times = series ? timesOf(array) : List.of(array::read);
        requireTimes(times, array);
        return grouped(
                array.location(), times, times.size() > 1, Math.toIntExact(shape.get(1)), shape.get(0), labels, file);
    }

    /** Readers of an array (M, N, T), whose rows are the T values of one dimension of one point. */
    private static List<RowReader> timesOf(EmbeddingArray array) {
        int ambient = Math.toIntExact(array.shape().get(1));
        int length = array.columns();
        return IntStream.range(0, length)
                .<RowReader>mapToObj(time -> (first, count, to, offset) -> {
                    int rows = Math.multiplyExact(count, ambient);
                    double[] all = new double[Math.multiplyExact(rows, length)];
                    array.read(first * ambient, rows, all, 0);
                    for (int i = 0; i < rows; i++) {
                        to[offset + i] = all[i * length + time];
                    }
                })
                .toList();
    }

    private static void requireTimes(List<RowReader> times, EmbeddingArray array) {
        if (times.isEmpty()) {
            throw new MmcrException("expected at least one time, found " + array.describe());
        }
    }

    private static LoadedPoints grouped(
            String location,
            List<RowReader> times,
            boolean series,
            int ambient,
            long points,
            List<String> labels,
            String file) {
        if (labels.size() != points) {
            throw new MmcrException("expected a label for each of the " + points + " points, found " + labels.size()
                    + " in " + file + "; give the labels that belong to these points by --labels");
        }
        boolean whole = labels.stream().allMatch(label -> label.matches("-?\\d{1,18}|"));
        Map<String, List<Long>> members =
                new TreeMap<>(whole ? Comparator.comparing(Long::valueOf) : Comparator.naturalOrder());
        int unlabelled = 0;
        for (int i = 0; i < labels.size(); i++) {
            if (labels.get(i).isEmpty()) {
                unlabelled++;
            } else {
                members.computeIfAbsent(labels.get(i), label -> new ArrayList<>())
                        .add((long) i);
            }
        }
        Map<String, long[]> classes = new LinkedHashMap<>();
        members.forEach((label, all) ->
                classes.put(label, all.stream().mapToLong(Long::longValue).toArray()));
        return new LoadedPoints(location, times, series, ambient, classes, unlabelled);
    }

    /** Returns the points with other rows of each class. */
    LoadedPoints withClasses(Map<String, long[]> others) {
        return new LoadedPoints(location, times, series, ambient, others, unlabelled);
    }

    /** Returns the points without some dimensions; {@code kept} lists the others in ascending order. */
    LoadedPoints withDimensions(int[] kept) {
        List<RowReader> narrower = times.stream()
                .<RowReader>map(reader -> (first, count, to, offset) -> {
                    double[] whole = new double[Math.multiplyExact(count, ambient)];
                    reader.read(first, count, whole, 0);
                    for (int i = 0; i < count; i++) {
                        for (int d = 0; d < kept.length; d++) {
                            to[offset + i * kept.length + d] = whole[i * ambient + kept[d]];
                        }
                    }
                })
                .toList();
        return new LoadedPoints(location, narrower, series, kept.length, classes, unlabelled);
    }
}
