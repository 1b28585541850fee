package org.mmcr.analysis.capacity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.mmcr.core.MmcrException;

/** Points without a number and dimensions that never change, which are left out on request and named. */
final class PointCleaning {
    /** Names in a remark. */
    private static final int NAMED = 12;

    private PointCleaning() {}

    /** The points that are left, and a sentence for each kind that was left out. */
    record Cleaned(LoadedPoints points, List<String> remarks) {}

    /** Reads all points once if something is to be left out. */
    static Cleaned of(LoadedPoints points, boolean dropNan, boolean dropSilent) {
        List<String> remarks = new ArrayList<>();
        LoadedPoints left = points;
        if (dropNan) {
            SortedSet<Long> bad = withoutNumbers(points);
            left = points.withClasses(without(points.classes(), bad));
            if (!bad.isEmpty()) {
                remarks.add(String.format(
                        Locale.ROOT,
                        "%,d of %,d points with NaN or infinity are left out of %s: %s",
                        bad.size(),
                        count(points),
                        points.location(),
                        named(bad.stream().map(String::valueOf))));
            }
            List<String> empty = left.classes().entrySet().stream()
                    .filter(one -> one.getValue().length == 0)
                    .map(Map.Entry::getKey)
                    .toList();
            if (!empty.isEmpty()) {
                throw new MmcrException("expected a point of numbers in every class of " + points.location()
                        + ", found NaN or infinity in all points of " + named(empty.stream())
                        + "; remove the class");
            }
        }
        if (dropSilent) {
            left = withoutSilent(left, remarks);
        }
        return new Cleaned(left, remarks);
    }

    /** Describes all points with NaN or infinity, for the message about the first that was found. */
    static String describe(LoadedPoints points) {
        return withoutNumbers(points).size() + " of " + count(points) + " points";
    }

    private static long count(LoadedPoints points) {
        return points.classes().values().stream().mapToLong(rows -> rows.length).sum();
    }

    private static SortedSet<Long> withoutNumbers(LoadedPoints points) {
        SortedSet<Long> bad = new TreeSet<>();
        double[] row = new double[points.ambient()];
        for (long[] rows : points.classes().values()) {
            for (long i : rows) {
                for (LoadedPoints.RowReader time : points.times()) {
                    time.read(i, 1, row, 0);
                    if (!Arrays.stream(row).allMatch(Double::isFinite)) {
                        bad.add(i);
                        break;
                    }
                }
            }
        }
        return bad;
    }

    private static Map<String, long[]> without(Map<String, long[]> classes, SortedSet<Long> bad) {
        Map<String, long[]> left = new LinkedHashMap<>();
        classes.forEach((name, rows) -> left.put(
                name, LongStream.of(rows).filter(row -> !bad.contains(row)).toArray()));
        return left;
    }

    private static LoadedPoints withoutSilent(LoadedPoints points, List<String> remarks) {
        double[] first = new double[0];
        boolean[] changes = new boolean[points.ambient()];
        double[] row = new double[points.ambient()];
        for (long[] rows : points.classes().values()) {
            for (long i : rows) {
                for (LoadedPoints.RowReader time : points.times()) {
                    time.read(i, 1, row, 0);
                    first = first.length == 0 ? row.clone() : first;
                    for (int d = 0; d < row.length; d++) {
                        changes[d] |= row[d] != first[d];
                    }
                }
            }
        }
        int[] kept = IntStream.range(0, changes.length).filter(d -> changes[d]).toArray();
        if (kept.length == 0) {
            throw new MmcrException("expected a dimension that changes in " + points.location() + ", found none of "
                    + changes.length + "; omit --drop-silent");
        }
        if (kept.length == changes.length) {
            return points;
        }
        remarks.add(String.format(
                Locale.ROOT,
                "%,d of %,d dimensions of one value are left out of %s: %s",
                changes.length - kept.length,
                changes.length,
                points.location(),
                named(IntStream.range(0, changes.length)
                        .filter(d -> !changes[d])
                        .mapToObj(String::valueOf))));
        return points.withDimensions(kept);
    }

    private static String named(Stream<String> names) {
        List<String> all = names.toList();
        return all.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (all.size() > NAMED ? " and " + (all.size() - NAMED) + " more" : "");
    }
}
