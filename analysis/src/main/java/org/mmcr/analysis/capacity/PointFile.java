package org.mmcr.analysis.capacity;

import java.util.ArrayList;
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
import org.mmcr.data.io.NpyArray;

/** Points of classes in a NumPy file: (P, m, N), or (M, N) with a label for each point. Read a class at a time. */
public final class PointFile implements ManifoldSource {
    private final NpyArray numbers;
    private final int ambient;
    private final List<String> names;
    /** Rows of each class, seen as (points, N). */
    private final List<long[]> rows;

    private PointFile(NpyArray numbers, int ambient, List<String> names, List<long[]> rows) {
        this.numbers = numbers;
        this.ambient = ambient;
        this.names = names;
        this.rows = rows;
    }

    /**
     * Opens a file.
     *
     * @param points {@code x.npy}, {@code x.npz} or {@code x.npz#name}
     * @param labels the same, of integers; classes come in their order
     * @param maxPoints of a class that are used, a random choice where there are more
     */
    public static PointFile open(String points, Optional<String> labels, OptionalInt maxPoints, long seed) {
        NpyArray numbers = NpyArray.open(points);
        List<Long> shape = numbers.shape();
        if (shape.size() != (labels.isPresent() ? 2 : 3)) {
            throw new MmcrException(
                    "expected (classes, points, dimensions), or (points, dimensions) with --labels, found "
                            + numbers.describe() + (labels.isPresent() ? " with --labels" : ""));
        }
        Map<Long, long[]> classes = labels.isPresent()
                ? byLabel(shape.get(0), labels.get())
                : inBlocks(Math.toIntExact(shape.get(0)), Math.toIntExact(shape.get(1)));
        List<String> names = new ArrayList<>();
        List<long[]> rows = new ArrayList<>();
        classes.forEach((name, all) -> {
            names.add(String.valueOf(name));
            rows.add(chosen(all, maxPoints, seed, rows.size()));
        });
        return new PointFile(numbers, Math.toIntExact(shape.get(shape.size() - 1)), names, rows);
    }

    private static Map<Long, long[]> inBlocks(int classes, int points) {
        Map<Long, long[]> blocks = new TreeMap<>();
        for (long i = 0; i < classes; i++) {
            blocks.put(i, LongStream.range(i * points, (i + 1) * points).toArray());
        }
        return blocks;
    }

    private static Map<Long, long[]> byLabel(long points, String file) {
        long[] labels = NpyArray.open(file).integers();
        if (labels.length != points) {
            throw new MmcrException("expected a label for each of the " + points + " points, found " + labels.length
                    + " in " + file + "; give the labels that belong to these points");
        }
        Map<Long, List<Long>> members = new TreeMap<>();
        for (int i = 0; i < labels.length; i++) {
            members.computeIfAbsent(labels[i], label -> new ArrayList<>()).add((long) i);
        }
        Map<Long, long[]> classes = new TreeMap<>();
        members.forEach((label, all) ->
                classes.put(label, all.stream().mapToLong(Long::longValue).toArray()));
        return classes;
    }

    private static long[] chosen(long[] all, OptionalInt most, long seed, int manifold) {
        if (most.isEmpty() || all.length <= most.getAsInt()) {
            return all;
        }
        return IntStream.of(LabelledSample.choose(all.length, most.getAsInt(), seed, manifold))
                .mapToLong(i -> all[i])
                .toArray();
    }

    /** These manifolds after a random projection, or themselves where they have no more dimensions than asked for. */
    public ManifoldSource projected(OptionalInt dimensions, long seed) {
        return dimensions.isPresent() && dimensions.getAsInt() < ambient
                ? new RandomProjection(ambient, dimensions.getAsInt(), seed).apply(this)
                : this;
    }

    @Override
    public int count() {
        return names.size();
    }

    @Override
    public String name(int manifold) {
        return names.get(manifold);
    }

    @Override
    public Matrix points(int manifold) {
        long[] wanted = rows.get(manifold);
        Matrix points = Matrix.zeros(wanted.length, ambient);
        int next = 0;
        for (int i = 0; i < wanted.length; i = next) {
            // Neighbours in the file are read in one piece.
            next = i + 1;
            while (next < wanted.length && wanted[next] == wanted[next - 1] + 1) {
                next++;
            }
            numbers.read(wanted[i] * ambient, (next - i) * ambient, points.values(), i * ambient);
        }
        return points;
    }
}
