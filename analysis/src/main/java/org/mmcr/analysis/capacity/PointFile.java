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
import org.mmcr.data.EmbeddingArray;
import org.mmcr.data.LabelFile;

/**
 * A file of labelled points, read one class at a time: an array (P, m, N), or an array or a table (M, N) with a label
 * for each point.
 */
public final class PointFile {
    private final EmbeddingArray array;
    /** Row of the file at which these points begin. */
    private final long start;

    private final List<String> names;
    /** Row indices of each class from {@link #start} on. */
    private final List<long[]> rows;

    private final int unlabelled;

    private PointFile(EmbeddingArray array, long start, Map<String, long[]> classes, int unlabelled) {
        this.array = array;
        this.start = start;
        this.unlabelled = unlabelled;
        names = List.copyOf(classes.keySet());
        rows = List.copyOf(classes.values());
    }

    /**
     * Opens a file.
     *
     * @param points file as {@link EmbeddingArray} reads it
     * @param labels file with the labels of the points, see {@link LabelFile}; by default those that {@code points}
     *     brings. Numbers are sorted by value, other names alphabetically
     * @param maxPoints largest number of points of a class; of larger classes a random subset is used
     */
    public static PointFile open(String points, Optional<String> labels, OptionalInt maxPoints, long seed) {
        EmbeddingArray array = EmbeddingArray.open(points);
        Optional<List<String>> names =
                labels.map(LabelFile::read).or(() -> array.shape().size() == 2 ? array.labels() : Optional.empty());
        return names.map(found -> labelled(array, found, labels.orElse(points)))
                .orElseGet(() -> inBlocks(array))
                .withAtMost(maxPoints, seed);
    }

    private static PointFile inBlocks(EmbeddingArray array) {
        List<Long> shape = array.shape();
        if (shape.size() == 2) {
            throw new MmcrException("expected a class for each of the points " + array.describe()
                    + ", found none; give --labels, a column or an array of labels, or (classes, points, dimensions)");
        }
        if (shape.size() != 3) {
            throw new MmcrException("expected (classes, points, dimensions), or (points, dimensions) with --labels,"
                    + " found " + array.describe());
        }
        return new PointFile(array, 0, inBlocks(Math.toIntExact(shape.get(0)), Math.toIntExact(shape.get(1))), 0);
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
        EmbeddingArray array = EmbeddingArray.open(points);
        List<Long> shape = array.shape();
        if (shape.size() != 4) {
            return List.of();
        }
        long rows = shape.get(1) * shape.get(2);
        List<PointFile> times = new ArrayList<>();
        for (long time = 0; time < shape.get(0); time++) {
            Map<String, long[]> blocks = inBlocks(Math.toIntExact(shape.get(1)), Math.toIntExact(shape.get(2)));
            times.add(new PointFile(array, time * rows, blocks, 0).withAtMost(maxPoints, seed));
        }
        return List.copyOf(times);
    }

    private PointFile withAtMost(OptionalInt maxPoints, long seed) {
        Map<String, long[]> classes = new LinkedHashMap<>();
        IntStream.range(0, rows.size())
                .forEach(i -> classes.put(names.get(i), choose(rows.get(i), maxPoints, seed, i)));
        return new PointFile(array, start, classes, unlabelled);
    }

    private static PointFile labelled(EmbeddingArray array, List<String> labels, String file) {
        if (array.shape().size() != 2) {
            throw new MmcrException("expected (points, dimensions) with labels, found " + array.describe()
                    + "; leave --labels out of (classes, points, dimensions), or reshape it");
        }
        if (labels.size() != array.rows()) {
            throw new MmcrException("expected a label for each of the " + array.rows() + " points, found "
                    + labels.size() + " in " + file + "; give the labels that belong to these points");
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
        return new PointFile(array, 0, classes, unlabelled);
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
        return dimensions.isPresent() && dimensions.getAsInt() < array.columns()
                ? new RandomProjection(array.columns(), dimensions.getAsInt(), seed).apply(manifolds)
                : manifolds;
    }

    /** Returns the number of points that have no label and belong to no class. */
    public int unlabelled() {
        return unlabelled;
    }

    private Matrix points(int manifold) {
        long[] wanted = rows.get(manifold);
        Matrix points = Matrix.zeros(wanted.length, array.columns());
        int next = 0;
        for (int i = 0; i < wanted.length; i = next) {
            // Read adjacent rows of the file at once.
            next = i + 1;
            while (next < wanted.length && wanted[next] == wanted[next - 1] + 1) {
                next++;
            }
            array.read(start + wanted[i], next - i, points.values(), i * array.columns());
        }
        return points;
    }
}
