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
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.LabelFile;
import org.mmcr.data.VectorSource;
import org.mmcr.data.io.ArrayFiles;
import org.mmcr.data.io.NumberArray;
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
            return labelled(location, SpikeCounts.of(location, window), labels.get());
        }
        if (!ArrayFiles.isArray(location)) {
            return table(location, labels);
        }
        NumberArray numbers = ArrayFiles.open(location);
        return labels.isPresent() ? labelled(location, numbers, labels.get()) : inBlocks(location, numbers);
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

    private static LoadedPoints inBlocks(String location, NumberArray numbers) {
        List<Long> shape = numbers.shape();
        if (shape.size() != 3 && shape.size() != 4) {
            throw new MmcrException("expected (classes, points, dimensions) or (times, classes, points, dimensions), or"
                    + " (points, dimensions) with --labels, found " + numbers.describe());
        }
        boolean series = shape.size() == 4;
        int axis = series ? 1 : 0;
        int points = Math.toIntExact(shape.get(axis + 1));
        int ambient = Math.toIntExact(shape.get(axis + 2));
        long rows = shape.get(axis) * points;
        List<RowReader> times = LongStream.range(0, series ? shape.get(0) : 1)
                .<RowReader>mapToObj(time -> (first, count, to, offset) ->
                        numbers.read((time * rows + first) * ambient, Math.multiplyExact(count, ambient), to, offset))
                .toList();
        requireTimes(times, numbers);
        Map<String, long[]> classes = new LinkedHashMap<>();
        for (long i = 0; i < shape.get(axis); i++) {
            classes.put(
                    String.valueOf(i),
                    LongStream.range(i * points, (i + 1) * points).toArray());
        }
        return new LoadedPoints(location, times, series, ambient, classes, 0);
    }

    private static LoadedPoints labelled(String location, NumberArray numbers, String labels) {
        List<Long> shape = numbers.shape();
        if (shape.size() != 2 && shape.size() != 3) {
            throw new MmcrException("expected (points, dimensions) or (points, dimensions, times) with --labels, found "
                    + numbers.describe());
        }
        int ambient = Math.toIntExact(shape.get(1));
        int length = shape.size() == 3 ? Math.toIntExact(shape.get(2)) : 1;
        List<RowReader> times = IntStream.range(0, length)
                .<RowReader>mapToObj(time -> (first, count, to, offset) -> {
                    double[] all = numbers.read(
                            first * ambient * length, Math.multiplyExact(Math.multiplyExact(count, ambient), length));
                    for (int i = 0; i < count * ambient; i++) {
                        to[offset + i] = all[i * length + time];
                    }
                })
                .toList();
        requireTimes(times, numbers);
        return grouped(location, times, length > 1, ambient, shape.get(0), LabelFile.read(labels), labels);
    }

    private static void requireTimes(List<RowReader> times, NumberArray numbers) {
        if (times.isEmpty()) {
            throw new MmcrException("expected at least one time, found " + numbers.describe());
        }
    }

    private static LoadedPoints table(String points, Optional<String> labels) {
        if (!(DataSources.open(points, DataOptions.defaults()) instanceof VectorSource table)) {
            throw new MmcrException("expected points in " + points + ", found pictures; give --encoder or a run");
        }
        List<String> names = labels.map(LabelFile::read).orElseGet(() -> labels(table));
        RowReader reader = (first, count, to, offset) -> {
            double[] row = new double[table.columns()];
            for (int i = 0; i < count; i++) {
                table.read(Math.toIntExact(first + i), row);
                System.arraycopy(row, 0, to, offset + i * row.length, row.length);
            }
        };
        return grouped(points, List.of(reader), false, table.columns(), table.size(), names, labels.orElse(points));
    }

    private static List<String> labels(DataSource data) {
        if (data.classNames().isEmpty()) {
            throw new MmcrException("expected labels in " + data.location() + ", found no column called label;"
                    + " name the file with the labels by --labels");
        }
        return IntStream.range(0, data.size())
                .mapToObj(i -> data.label(i).isPresent()
                        ? data.classNames().get(data.label(i).getAsInt())
                        : "")
                .toList();
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
                    + " in " + file + "; give the labels that belong to these points");
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
