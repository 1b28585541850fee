package org.mmcr.analysis.capacity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.RandomProjection;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.LabelFile;
import org.mmcr.data.VectorSource;
import org.mmcr.data.io.NpyArray;

/**
 * A file of labelled points, read one class at a time: a NumPy array (P, m, N), an array (M, N) with a label for each
 * point, or a CSV or Parquet table with a label column.
 */
public final class PointFile {
    private final RowReader reader;
    private final int ambient;
    private final List<String> names;
    /** Row indices of each class in the file, seen as (points, N). */
    private final List<long[]> rows;

    private final int unlabelled;

    /** Reads adjacent rows of N numbers. */
    private interface RowReader {
        void read(long first, int count, double[] to, int offset);
    }

    private PointFile(RowReader reader, int ambient, Map<String, long[]> classes, int unlabelled) {
        this.reader = reader;
        this.ambient = ambient;
        this.unlabelled = unlabelled;
        names = List.copyOf(classes.keySet());
        rows = List.copyOf(classes.values());
    }

    /**
     * Opens a file.
     *
     * @param points {@code x.npy}, {@code x.npz}, {@code x.npz#name}, or a CSV, TSV or Parquet table
     * @param labels file with the labels of the points, see {@link LabelFile}; optional for a table. Numbers are sorted
     *     by value, other names alphabetically
     * @param maxPoints largest number of points of a class; of larger classes a random subset is used
     */
    public static PointFile open(String points, Optional<String> labels, OptionalInt maxPoints, long seed) {
        PointFile all = points.matches("(?i).*\\.(csv|tsv|parquet)") ? table(points, labels) : array(points, labels);
        return all.withAtMost(maxPoints, seed);
    }

    /**
     * Opens several conditions by their names: files, or the times of one array (T, P, m, N), named by their index. One
     * file of another shape is no series, and the result is empty. Each class has the same random subset of its points
     * at all times.
     *
     * @param locations files as {@link #open} reads them
     * @throws MmcrException if a file is named twice, or one cannot be read
     */
    public static Map<String, PointFile> conditions(
            List<String> locations, Optional<String> labels, OptionalInt maxPoints, long seed) {
        Map<String, PointFile> files = new LinkedHashMap<>();
        if (locations.size() == 1 && labels.isEmpty()) {
            times(locations.get(0), maxPoints, seed).forEach(one -> files.put(String.valueOf(files.size()), one));
        } else if (locations.size() > 1) {
            for (String location : locations) {
                if (files.put(location, open(location, labels, maxPoints, seed)) != null) {
                    throw new MmcrException("expected different files, found " + location + " twice; leave one out");
                }
            }
        }
        return files;
    }

    private static List<PointFile> times(String points, OptionalInt maxPoints, long seed) {
        if (!points.matches("(?i).*\\.(npy|npz(#.*)?)")) {
            return List.of();
        }
        NpyArray numbers = NpyArray.open(points);
        List<Long> shape = numbers.shape();
        if (shape.size() != 4) {
            return List.of();
        }
        int ambient = Math.toIntExact(shape.get(3));
        long rows = shape.get(1) * shape.get(2);
        List<PointFile> times = new ArrayList<>();
        for (long time = 0; time < shape.get(0); time++) {
            long start = time * rows;
            RowReader reader =
                    (first, count, to, offset) -> numbers.read((start + first) * ambient, count * ambient, to, offset);
            Map<String, long[]> blocks = inBlocks(Math.toIntExact(shape.get(1)), Math.toIntExact(shape.get(2)));
            times.add(new PointFile(reader, ambient, blocks, 0).withAtMost(maxPoints, seed));
        }
        return List.copyOf(times);
    }

    private PointFile withAtMost(OptionalInt maxPoints, long seed) {
        Map<String, long[]> classes = new LinkedHashMap<>();
        IntStream.range(0, rows.size())
                .forEach(i -> classes.put(names.get(i), choose(rows.get(i), maxPoints, seed, i)));
        return new PointFile(reader, ambient, classes, unlabelled);
    }

    private static PointFile array(String points, Optional<String> labels) {
        NpyArray numbers = NpyArray.open(points);
        List<Long> shape = numbers.shape();
        if (shape.size() != (labels.isPresent() ? 2 : 3)) {
            throw new MmcrException(
                    "expected (classes, points, dimensions), or (points, dimensions) with --labels, found "
                            + numbers.describe() + (labels.isPresent() ? " with --labels" : ""));
        }
        int ambient = Math.toIntExact(shape.get(shape.size() - 1));
        RowReader reader = (first, count, to, offset) -> numbers.read(first * ambient, count * ambient, to, offset);
        if (labels.isEmpty()) {
            Map<String, long[]> blocks = inBlocks(Math.toIntExact(shape.get(0)), Math.toIntExact(shape.get(1)));
            return new PointFile(reader, ambient, blocks, 0);
        }
        return labelled(reader, ambient, shape.get(0), LabelFile.read(labels.get()), labels.get());
    }

    private static PointFile table(String points, Optional<String> labels) {
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
        return labelled(reader, table.columns(), table.size(), names, labels.orElse(points));
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

    private static Map<String, long[]> inBlocks(int classes, int points) {
        Map<String, long[]> blocks = new LinkedHashMap<>();
        for (long i = 0; i < classes; i++) {
            blocks.put(
                    String.valueOf(i),
                    LongStream.range(i * points, (i + 1) * points).toArray());
        }
        return blocks;
    }

    private static PointFile labelled(RowReader reader, int ambient, long points, List<String> labels, String file) {
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
        return new PointFile(reader, ambient, classes, unlabelled);
    }

    private static long[] choose(long[] all, OptionalInt most, long seed, int manifold) {
        if (most.isEmpty() || all.length <= most.getAsInt()) {
            return all;
        }
        return IntStream.of(LabelledSample.choose(all.length, most.getAsInt(), seed, manifold))
                .mapToLong(i -> all[i])
                .toArray();
    }

    /** Returns the manifolds after a random projection, or as they are if they have no more dimensions than that. */
    public ManifoldSource projected(OptionalInt dimensions, long seed) {
        ManifoldSource manifolds = ManifoldSource.of(names, this::points);
        return dimensions.isPresent() && dimensions.getAsInt() < ambient
                ? new RandomProjection(ambient, dimensions.getAsInt(), seed).apply(manifolds)
                : manifolds;
    }

    /** Returns the number of points that have no label and belong to no class. */
    public int unlabelled() {
        return unlabelled;
    }

    /** Returns a report whose costly points have the indices of their rows in the file, seen as (points, N). */
    public CapacityReport located(CapacityReport report) {
        return report.withPoints(
                (label, point) -> Math.toIntExact(rows.get(names.indexOf(label))[point]));
    }

    private Matrix points(int manifold) {
        long[] wanted = rows.get(manifold);
        Matrix points = Matrix.zeros(wanted.length, ambient);
        int next = 0;
        for (int i = 0; i < wanted.length; i = next) {
            // Read adjacent rows of the file at once.
            next = i + 1;
            while (next < wanted.length && wanted[next] == wanted[next - 1] + 1) {
                next++;
            }
            reader.read(wanted[i], next - i, points.values(), i * ambient);
        }
        return points;
    }
}
