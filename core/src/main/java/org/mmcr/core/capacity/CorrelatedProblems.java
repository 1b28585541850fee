package org.mmcr.core.capacity;

import java.io.Serializable;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The least-squares problems of all pairs of a direction and a dichotomy over the points of all manifolds. They can be
 * solved in any order, on any thread or machine. Memory: the points (n, r), and their inner products, which are computed
 * on each machine, for up to 5,000 points.
 */
@API(status = API.Status.STABLE)
public final class CorrelatedProblems implements Serializable {
    private static final long serialVersionUID = 1;

    private final Matrix points;
    private final double[] lengths;
    private final int[] ends;
    private final Matrix directions;
    private final Matrix signs;
    private transient @Nullable InnerProducts products;

    /** A way to solve all problems, such as a cluster. */
    @FunctionalInterface
    public interface Solver {
        /** Returns the solution of each problem, in order. */
        List<PairWeights> solve(CorrelatedProblems problems);
    }

    /**
     * Poses the problems.
     *
     * @param directions (K, r), along the coordinates of the points
     * @param signs (K, P)
     */
    CorrelatedProblems(CorrelatedPoints points, Matrix directions, Matrix signs) {
        this.points = points.rows();
        this.lengths = points.lengths();
        this.ends = points.ends();
        this.directions = directions;
        this.signs = signs;
    }

    /** Returns the number of pairs, K. */
    public int count() {
        return directions.rows();
    }

    /** Solves the problem of one pair, from 0. Thread-safe. */
    public PairWeights solve(int pair) {
        return ConeProjection.of(points, products(), lengths, ends, directions.row(pair), signs.row(pair))
                .weights();
    }

    private synchronized InnerProducts products() {
        InnerProducts known = products;
        if (known == null) {
            known = new InnerProducts(points);
            products = known;
        }
        return known;
    }
}
