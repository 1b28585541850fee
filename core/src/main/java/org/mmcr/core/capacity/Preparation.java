package org.mmcr.core.capacity;

import java.io.Serializable;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * The preparation of manifolds for the theory: the mean of all points becomes the origin, and the common directions of
 * the centres are removed (Cohen et al. 2020, methods). Thread-safe.
 */
@API(status = API.Status.STABLE)
public final class Preparation implements Serializable {
    private static final long serialVersionUID = 1;

    /** Length of a centre relative to its manifold below which it is at the origin up to rounding. */
    private static final double AT_ORIGIN = 1e-10;
    /** Relative size below which pivots and singular values are rounding. */
    private static final double ROUNDING = 1e-12;

    private static final double SHORT = 0.1;
    /**
     * Distance of the hull from the origin, relative to the longest point, that is rounding of a difference of
     * squares.
     */
    private static final double TOUCHING = 1e-6;

    private final Centring centring;
    private final CentreStructure structure;

    private Preparation(Centring centring, CentreStructure structure) {
        this.centring = centring;
        this.structure = structure;
    }

    /** Receives the progress of the search for common directions, which usually ends long before rank {@code most}. */
    public interface SearchListener {
        /** Is called when rank {@code rank} is finished. */
        void at(int rank, int most);
    }

    /**
     * Finds the common directions of the centres.
     *
     * @param seed of the search for common structure
     * @param runner of parts of the search; the result does not depend on it
     * @param listener is called on this thread
     */
    public static Preparation of(Centring centring, long seed, TaskRunner runner, SearchListener listener) {
        return new Preparation(centring, CentreStructure.of(centring.centres(), seed, runner, listener));
    }

    /** The same on the calling thread, without progress. */
    public static Preparation of(Centring centring, long seed) {
        return of(centring, seed, TaskRunner.IN_TURN, (rank, most) -> {});
    }

    /** Returns the origin and the centres. */
    public Centring centring() {
        return centring;
    }

    /** Returns the correlation of the centres and the removed directions. */
    public CentreStructure structure() {
        return structure;
    }

    /**
     * Prepares one manifold; costs a QR decomposition of its points, m^2 N.
     *
     * @param manifold its position in the list that this was made from
     * @param points (m, N), not modified
     * @throws MmcrException if its centre is at the origin after the removal, or the points have another number of
     *     dimensions than N
     */
    public PreparedManifold prepare(int manifold, Matrix points) {
        Matrix free = free(points);
        double[] centre = free.meanRow();
        double norm = Doubles.length(centre);
        double leastAlong = leastAlong(free, centre);
        Matrix hull = leastAlong > 0 ? free : free.copy();
        free.subtractFromRows(centre);
        double[] distances = free.rowLengths();
        double reach = Arrays.stream(distances).max().orElseThrow();
        if (isAtOrigin(norm, reach)) {
            throw new MmcrException(
                    "expected classes with centres of their own, found nothing left of that of manifold "
                            + centring.name(manifold)
                            + " after removing the directions that all centres share; leave the class out");
        }
        Set<Caution> cautions = EnumSet.noneOf(Caution.class);
        if (leastAlong <= 0 && surroundsOrigin(hull, norm)) {
            cautions.add(Caution.ORIGIN_INSIDE);
        }
        double spread = Math.sqrt(
                Arrays.stream(distances).map(one -> one * one).average().orElseThrow());
        if (norm < SHORT * spread) {
            cautions.add(Caution.CENTRE_SHORT);
        }
        if (norm < SHORT * Doubles.length(centring.centres().row(manifold))) {
            cautions.add(Caution.CENTRE_REMOVED);
        }
        Matrix coordinates;
        if (reach <= ROUNDING * norm) {
            cautions.add(Caution.ONE_POINT);
            coordinates = Matrix.zeros(points.rows(), 1);
        } else {
            if (repeats(points, distances)) {
                cautions.add(Caution.DUPLICATE_POINTS);
            }
            coordinates = coordinates(free.scale(1 / norm));
        }
        return new PreparedManifold(coordinates, norm, cautions);
    }

    /**
     * Returns the length of the centre of some points after the removal, as {@link #prepare} does; empty if it is at
     * the origin.
     *
     * @param points (m, N), not modified
     */
    OptionalDouble centreNorm(Matrix points) {
        Matrix free = free(points);
        double[] centre = free.meanRow();
        double norm = Doubles.length(centre);
        free.subtractFromRows(centre);
        double reach = Arrays.stream(free.rowLengths()).max().orElseThrow();
        return isAtOrigin(norm, reach) ? OptionalDouble.empty() : OptionalDouble.of(norm);
    }

    /** (m, N) -> (m, N) around the origin, without the common directions. */
    private Matrix free(Matrix points) {
        Matrix free = centring.centred(points);
        Matrix shared = Blas.productTransposed(free, structure.directions());
        Blas.subtractProduct(free, shared, structure.directions());
        return free;
    }

    private static boolean isAtOrigin(double norm, double reach) {
        return !(norm > AT_ORIGIN * reach) || norm == 0;
    }

    /**
     * (m, N), overwritten -> (m, D): the same inner products with fewer numbers. D is the rank and one more, at most
     * N: points in general position get the min(m, N) columns of the published analysis, and copies of points change
     * nothing.
     */
    private static Matrix coordinates(Matrix around) {
        boolean wide = around.rows() < around.columns();
        Matrix flat = wide ? Blas.lowerFactor(around) : around;
        Matrix triangle = wide ? flat : Blas.lowerFactor(around.transposed());
        double largest = 0;
        for (int i = 0; i < triangle.rows(); i++) {
            largest = Math.max(largest, Math.abs(triangle.values()[i * (triangle.rows() + 1)]));
        }
        int dependent = 0;
        for (int i = 0; i < triangle.rows(); i++) {
            dependent += Math.abs(triangle.values()[i * (triangle.rows() + 1)]) <= ROUNDING * largest ? 1 : 0;
        }
        if (dependent <= (wide ? 1 : 0)) {
            return flat;
        }
        int ambient = around.columns();
        Blas.Singular parts = Blas.singular(flat);
        int rank = (int) Arrays.stream(parts.values())
                .filter(value -> value > ROUNDING * parts.values()[0])
                .count();
        return parts.scaled().firstColumns(Math.min(Math.min(rank + 1, ambient), parts.values().length));
    }

    /** Whether two points coincide; only those at the same distance from the centre are compared. */
    private static boolean repeats(Matrix points, double[] distances) {
        Map<Double, List<DoubleBuffer>> seen = new HashMap<>();
        for (int row = 0; row < points.rows(); row++) {
            DoubleBuffer point = DoubleBuffer.wrap(points.values(), row * points.columns(), points.columns());
            List<DoubleBuffer> others = seen.computeIfAbsent(distances[row], any -> new ArrayList<>());
            if (others.contains(point)) {
                return true;
            }
            others.add(point);
        }
        return false;
    }

    /** Whether the origin is in the convex hull of the points, by the same least-squares problem. */
    private static boolean surroundsOrigin(Matrix points, double norm) {
        double[][] gram = Blas.products(points.scale(1 / norm)).toRows();
        double longest = 0;
        for (int i = 0; i < gram.length; i++) {
            longest = Math.max(longest, gram[i][i]);
            for (int k = 0; k < gram.length; k++) {
                gram[i][k] += 1;
            }
        }
        double[] ones = new double[gram.length];
        Arrays.fill(ones, 1);
        double total =
                Arrays.stream(new NonNegativeLeastSquares(gram).solve(ones)).sum();
        return 1 / total - 1 <= TOUCHING * TOUCHING * (longest + 1);
    }

    /**
     * Returns the smallest inner product of a point with the centre; if positive, the class is on its centre's side.
     */
    private static double leastAlong(Matrix points, double[] centre) {
        double least = Double.POSITIVE_INFINITY;
        for (int row = 0; row < points.rows(); row++) {
            least = Math.min(least, Doubles.dot(points.values(), row * points.columns(), centre, 0, points.columns()));
        }
        return least;
    }
}
