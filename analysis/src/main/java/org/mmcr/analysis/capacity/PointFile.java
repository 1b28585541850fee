package org.mmcr.analysis.capacity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.mmcr.analysis.capacity.LoadedPoints.RowReader;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.RandomProjection;

/**
 * A file of labelled points, read one class at a time: an array (P, m, N), an array (M, N) with a label for each point,
 * or a CSV or Parquet table with a label column; or one time of a file with an axis of times.
 */
public final class PointFile {
    private final LoadedPoints points;
    private final RowReader reader;
    private final List<String> names;
    private final List<String> remarks;
    /** Row indices of each class in the file, seen as (points, N). */
    private final List<long[]> rows;

    private PointFile(LoadedPoints points, RowReader reader, Map<String, long[]> classes, List<String> remarks) {
        this.points = points;
        this.reader = reader;
        this.remarks = remarks;
        names = List.copyOf(classes.keySet());
        rows = List.copyOf(classes.values());
    }

    /**
     * One condition, or one time of it.
     *
     * @param name the file
     * @param at index of the time, if the file has an axis of times
     */
    public record Condition(String name, Optional<Long> at, PointFile points) {}

    /**
     * Opens a file without an axis of times.
     *
     * @param location {@code x.npy}, {@code x.npz#name}, another array as {@link org.mmcr.data.io.ArrayFiles} opens
     *     them, an NWB file, or a CSV, TSV or Parquet table
     * @throws MmcrException if it has another shape or cannot be read
     */
    public static PointFile open(String location, PointOptions options) {
        List<Condition> all = conditions(List.of(location), options);
        if (all.size() > 1) {
            throw new MmcrException(
                    "expected one time in " + location + ", found " + all.size() + "; select one of them");
        }
        return all.get(0).points();
    }

    /**
     * Opens several conditions: files, and the times of each that has an axis of times. Each class has the same points
     * at all times of a file. Numbered classes come by value, others alphabetically.
     *
     * @param locations files as {@link #open} reads them
     * @throws MmcrException if a file is named twice, or one cannot be read
     */
    public static List<Condition> conditions(List<String> locations, PointOptions options) {
        Set<String> seen = new HashSet<>();
        List<Condition> all = new ArrayList<>();
        for (String location : locations) {
            if (!seen.add(location)) {
                throw new MmcrException("expected different files, found " + location + " twice; leave one out");
            }
            PointCleaning.Cleaned cleaned =
                    PointCleaning.of(LoadedPoints.open(location, options), options.dropNan(), options.dropSilent());
            LoadedPoints points = cleaned.points();
            Map<String, long[]> classes = chosen(points.classes(), options.maxPoints(), options.seed());
            for (int time = 0; time < points.times().size(); time++) {
                all.add(new Condition(
                        location,
                        points.series() ? Optional.of((long) time) : Optional.empty(),
                        new PointFile(
                                points, points.times().get(time), classes, time == 0 ? remarks(cleaned) : List.of())));
            }
        }
        return all;
    }

    private static List<String> remarks(PointCleaning.Cleaned cleaned) {
        List<String> all = new ArrayList<>(cleaned.remarks());
        LoadedPoints points = cleaned.points();
        if (points.unlabelled() > 0) {
            all.add(String.format(
                    Locale.ROOT,
                    "%,d points without a label are left out of %s",
                    points.unlabelled(),
                    points.location()));
        }
        return List.copyOf(all);
    }

    private static Map<String, long[]> chosen(Map<String, long[]> classes, OptionalInt most, long seed) {
        Map<String, long[]> chosen = new LinkedHashMap<>();
        classes.forEach((name, all) -> chosen.put(name, choose(all, most, seed, chosen.size())));
        return chosen;
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
        return dimensions.isPresent() && dimensions.getAsInt() < points.ambient()
                ? new RandomProjection(points.ambient(), dimensions.getAsInt(), seed).apply(manifolds)
                : manifolds;
    }

    /** Returns the number of classes. */
    public int classes() {
        return names.size();
    }

    /** Returns the number of points of all classes together. */
    public long size() {
        return rows.stream().mapToLong(one -> one.length).sum();
    }

    /** Returns a sentence about each kind of points and dimensions that were left out. */
    public List<String> remarks() {
        return remarks;
    }

    /** Returns a report whose costly points have the indices of their rows in the file, seen as (points, N). */
    public CapacityReport located(CapacityReport report) {
        return report.withPoints((label, point) -> Math.toIntExact(rows.get(names.indexOf(label))[point]));
    }

    private Matrix points(int manifold) {
        long[] wanted = rows.get(manifold);
        int ambient = points.ambient();
        Matrix read = Matrix.zeros(wanted.length, ambient);
        int next = 0;
        for (int i = 0; i < wanted.length; i = next) {
            // Read adjacent rows of the file at once.
            next = i + 1;
            while (next < wanted.length && wanted[next] == wanted[next - 1] + 1) {
                next++;
            }
            reader.read(wanted[i], next - i, read.values(), i * ambient);
        }
        requireFinite(manifold, read);
        return read;
    }

    private void requireFinite(int manifold, Matrix read) {
        double[] values = read.values();
        if (Arrays.stream(values).allMatch(Double::isFinite)) {
            return;
        }
        int first = IntStream.range(0, values.length)
                .filter(i -> !Double.isFinite(values[i]))
                .findFirst()
                .orElseThrow();
        throw new MmcrException("expected finite numbers in " + points.location() + ", found NaN or infinity in "
                + PointCleaning.describe(points) + ", the first in manifold " + names.get(manifold) + ", point "
                + first / points.ambient() + "; leave them out with --drop-nan");
    }
}
