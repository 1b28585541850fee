package org.mmcr.core.capacity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mmcr.core.MmcrException;

/**
 * The points of all manifolds in one matrix, for capacities that take their correlations as they are.
 *
 * <p>Points are in units of the largest entry, so that squares neither overflow nor underflow and thresholds do not
 * depend on the unit of the input. Copies of a point of the same manifold are left out: they change neither a cone nor
 * an anchor. If there are at most half as many points as dimensions, coordinates are those in an orthonormal basis of
 * the points, which has the same inner products.
 */
final class CorrelatedPoints {
    /** Relative length below which a remainder is rounding of squares. */
    private static final double ROUNDING = 1e-6;

    private final List<String> names = new ArrayList<>();
    private final List<Integer> counts = new ArrayList<>();
    private final int[] ends;
    private final Matrix rows;
    private final Optional<Matrix> basis;
    private final int ambient;
    private final double[] lengths;

    /**
     * Reads all manifolds once.
     *
     * @throws MmcrException if there is none, one has no points, an entry is not finite, or dimensions differ
     */
    CorrelatedPoints(ManifoldSource source, CapacityProgress progress) {
        if (source.count() == 0) {
            throw new MmcrException("expected at least one manifold, found none");
        }
        List<Matrix> parts = new ArrayList<>();
        ends = new int[source.count()];
        double largest = 0;
        for (int i = 0; i < ends.length; i++) {
            Matrix points = source.points(i);
            largest =
                    Math.max(largest, ManifoldMoments.of(source.name(i), points).largest());
            names.add(source.name(i));
            counts.add(points.rows());
            parts.add(withoutCopies(points));
            requireSameDimensions(parts, i);
            ends[i] = start(i) + parts.get(i).rows();
            progress.at("reading", i + 1, ends.length);
        }
        Matrix all = Matrix.concatenated(parts).scale(largest > 0 ? 1 / largest : 1);
        ambient = all.columns();
        if (all.rows() <= all.columns() / 2) {
            rows = Blas.factor(all);
            basis = Optional.of(all);
        } else {
            rows = all;
            basis = Optional.empty();
        }
        lengths = rows.rowLengths();
    }

    private static Matrix withoutCopies(Matrix points) {
        Map<Integer, List<Integer>> byHash = new HashMap<>();
        int[] first = new int[points.rows()];
        int count = 0;
        for (int i = 0; i < points.rows(); i++) {
            int row = i;
            List<Integer> alike = byHash.computeIfAbsent(hash(points, i), hash -> new ArrayList<>(1));
            if (alike.stream().noneMatch(other -> same(points, row, other))) {
                alike.add(i);
                first[count++] = i;
            }
        }
        return count == points.rows() ? points : points.rowsAt(Arrays.copyOf(first, count));
    }

    private static int hash(Matrix points, int row) {
        int hash = 0;
        for (int i = row * points.columns(); i < (row + 1) * points.columns(); i++) {
            hash = 31 * hash + Double.hashCode(points.values()[i] + 0.0); // turns -0 into 0
        }
        return hash;
    }

    private static boolean same(Matrix points, int row, int other) {
        double[] values = points.values();
        int from = row * points.columns();
        int beside = other * points.columns();
        for (int d = 0; d < points.columns(); d++) {
            if (values[from + d] != values[beside + d]) {
                return false;
            }
        }
        return true;
    }

    private void requireSameDimensions(List<Matrix> parts, int last) {
        int expected = parts.get(0).columns();
        int found = parts.get(last).columns();
        if (found != expected) {
            throw new MmcrException("expected " + expected + " dimensions in every manifold, as in " + names.get(0)
                    + ", found " + found + " in " + names.get(last));
        }
    }

    /** Returns P. */
    int count() {
        return ends.length;
    }

    String name(int manifold) {
        return names.get(manifold);
    }

    /** Returns the number of points of a manifold, copies included. */
    int given(int manifold) {
        return counts.get(manifold);
    }

    /** Returns N. */
    int ambient() {
        return ambient;
    }

    /** Returns the index of a manifold's first point. */
    int start(int manifold) {
        return manifold == 0 ? 0 : ends[manifold - 1];
    }

    /** Returns the index after a manifold's last point. */
    int end(int manifold) {
        return ends[manifold];
    }

    /** Returns the distinct points of all manifolds (n, r), r at most N. */
    Matrix rows() {
        return rows;
    }

    /** Returns the lengths of the points (n). */
    double[] lengths() {
        return lengths;
    }

    /** Returns the index after the last point of each manifold (P). */
    int[] ends() {
        return ends;
    }

    /** Returns the coordinates of given directions (K, N) along those of the points (K, r). */
    Matrix coordinates(Matrix directions) {
        if (directions.columns() != ambient) {
            throw new MmcrException("expected directions of " + ambient + " dimensions, as the points have, found "
                    + directions.columns() + "; give an array (pairs, dimensions)");
        }
        return basis.map(vectors -> Blas.productTransposed(directions, vectors)).orElse(directions);
    }

    /** Returns the coordinates of one direction (N) along those of the points (r). */
    double[] coordinates(double[] direction) {
        if (basis.isEmpty()) {
            return direction;
        }
        double[] along = new double[basis.get().rows()];
        Arrays.setAll(along, i -> Doubles.dot(basis.get().values(), i * ambient, direction, 0, ambient));
        return along;
    }

    /** Returns whether the origin is in the convex hull of a manifold, by a problem with an added coordinate of 1. */
    boolean containsOrigin(int manifold) {
        int first = start(manifold);
        int size = ends[manifold] - first;
        int width = rows.columns();
        Matrix raised = Matrix.zeros(size, width + 1);
        for (int i = 0; i < size; i++) {
            double length = lengths[first + i];
            if (length == 0) {
                return true;
            }
            // Scaled to one length: the cone is the same, and far and near points count alike.
            for (int d = 0; d < width; d++) {
                raised.values()[i * (width + 1) + d] = rows.values()[(first + i) * width + d] / length;
            }
            raised.values()[i * (width + 1) + width] = 1;
        }
        double[] down = new double[width + 1];
        down[width] = -1;
        double[] signs = new double[size];
        Arrays.fill(signs, 1);
        ConeProjection cone = new ConeProjection(raised, new InnerProducts(raised), raised.rowLengths(), down, signs);
        return cone.remainder() < ROUNDING;
    }
}
