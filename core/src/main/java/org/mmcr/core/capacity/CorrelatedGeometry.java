package org.mmcr.core.capacity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The anchors of all manifolds over the pairs of a direction and a dichotomy, and the figures of each pair.
 *
 * <p>The anchor of a manifold is the mean of its points, weighted by a pair's solution; a manifold without a weight has
 * its mean anchor. S0 (P, r) are the mean anchors, the centres; S1 = S - S0 are the axes of a pair.
 */
final class CorrelatedGeometry {
    /** Sum of a manifold's weights above which it has an anchor, for points in units of the largest entry. */
    private static final double ACTIVE = 1e-9;
    /** Length of an axis that counts as zero, in the same unit. */
    private static final double NO_AXIS = 1e-9;
    /** Length of a row that has no direction. */
    private static final double NO_LENGTH = 1e-12;
    /** Relative cut-off of a pseudo-inverse. */
    private static final double CUT = 1e-10;

    private final CorrelatedPoints points;
    private final List<PairWeights> pairs;
    private final Matrix centres;
    private final Matrix centreProducts;

    /**
     * The figures of one pair.
     *
     * @param projection squared length of the projection, a
     * @param along squared length of the direction's part along the axes, b
     * @param damped the same with the centres added to the axes' inner products, c
     * @param axes absolute cosines of axes of two manifolds
     * @param crosses absolute cosines of a centre and an axis of another manifold
     * @param manifolds figures of each manifold, (P)
     */
    record Pair(
            double projection, double along, double damped, Cosines axes, Cosines crosses, List<Single> manifolds) {}

    /**
     * The part of one manifold in a pair.
     *
     * @param active 1 if it has an anchor, otherwise 0
     * @param share its part of the projection's squared length
     * @param along b of its own axis alone
     * @param damped c of its own axis and centre alone
     */
    record Single(double active, double share, double along, double damped) {}

    /** A sum of cosines and their number. */
    record Cosines(double sum, int count) {}

    CorrelatedGeometry(CorrelatedPoints points, List<PairWeights> pairs) {
        this.points = points;
        this.pairs = pairs;
        int[] once = new int[pairs.size()];
        Arrays.fill(once, 1);
        centres = centres(once);
        centreProducts = Blas.products(centres);
    }

    /**
     * Returns the mean anchors (P, r), zero for a manifold that never has one.
     *
     * @param times how often each pair counts
     */
    private Matrix centres(int[] times) {
        Matrix rows = points.rows();
        double[] weights = new double[rows.rows()];
        double[] counts = new double[points.count()];
        for (int k = 0; k < times.length; k++) {
            if (times[k] > 0) {
                double[] normed = normed(pairs.get(k));
                addActive(pairs.get(k), normed, times[k], counts);
                for (int i = 0; i < normed.length; i++) {
                    weights[pairs.get(k).points()[i]] += times[k] * normed[i];
                }
            }
        }
        Matrix means = Matrix.zeros(points.count(), rows.columns());
        double[] mean = new double[rows.columns()];
        for (int m = 0; m < points.count(); m++) {
            Arrays.fill(mean, 0);
            for (int i = points.start(m); i < points.end(m); i++) {
                if (weights[i] > 0) {
                    Doubles.addScaled(mean, weights[i] / counts[m], rows.values(), i * mean.length);
                }
            }
            System.arraycopy(mean, 0, means.values(), m * mean.length, mean.length);
        }
        return means;
    }

    private void addActive(PairWeights pair, double[] normed, double times, double[] counts) {
        int place = 0;
        for (int m = 0; m < points.count(); m++) {
            boolean active = false;
            for (; place < normed.length && pair.points()[place] < points.end(m); place++) {
                active |= normed[place] > 0;
            }
            counts[m] += active ? times : 0;
        }
    }

    /** Returns the weights of a pair divided by their sum over the manifold; 0 for a manifold without an anchor. */
    private double[] normed(PairWeights pair) {
        double[] normed = new double[pair.weights().length];
        int from = 0;
        for (int m = 0; m < points.count(); m++) {
            int to = from;
            double sum = 0;
            while (to < normed.length && pair.points()[to] < points.end(m)) {
                sum += pair.weights()[to++];
            }
            for (; from < to; from++) {
                normed[from] = sum > ACTIVE ? pair.weights()[from] / sum : 0;
            }
        }
        return normed;
    }

    /**
     * Returns the figures of a pair.
     *
     * @param direction (r)
     * @param signs (P)
     */
    Pair pair(int number, double[] direction, double[] signs) {
        PairWeights weights = pairs.get(number);
        boolean[] active = new boolean[points.count()];
        Matrix axes = axes(weights, active);
        Matrix products = Blas.products(axes);
        Matrix crosses = Blas.productTransposed(centres, axes);
        double[] along = new double[points.count()];
        for (int m = 0; m < along.length; m++) {
            along[m] = Doubles.dot(axes.values(), m * direction.length, direction, 0, direction.length);
        }
        List<Single> manifolds = singles(weights, active, along, products, direction, signs);
        Matrix both = products.copy();
        both.add(centreProducts);
        double[] axisLengths = roots(products);
        return new Pair(
                weights.squaredLength(),
                squaredLength(along, products.copy()),
                squaredLength(along, both),
                cosines(products, axisLengths, axisLengths),
                cosines(crosses, roots(centreProducts), axisLengths),
                manifolds);
    }

    /** Returns S1 (P, r) of a pair and sets which manifolds have an anchor of their own. */
    private Matrix axes(PairWeights pair, boolean[] active) {
        int width = points.rows().columns();
        Matrix axes = Matrix.zeros(points.count(), width);
        double[] normed = normed(pair);
        double[] axis = new double[width];
        int place = 0;
        for (int m = 0; m < active.length; m++) {
            Arrays.fill(axis, 0);
            for (; place < normed.length && pair.points()[place] < points.end(m); place++) {
                if (normed[place] > 0) {
                    active[m] = true;
                    Doubles.addScaled(axis, normed[place], points.rows().values(), pair.points()[place] * width);
                }
            }
            if (active[m]) {
                Doubles.addScaled(axis, -1, centres.values(), m * width);
                if (Doubles.length(axis) >= NO_AXIS) {
                    System.arraycopy(axis, 0, axes.values(), m * width, width);
                }
            }
        }
        return axes;
    }

    private List<Single> singles(
            PairWeights pair, boolean[] active, double[] along, Matrix products, double[] direction, double[] signs) {
        List<Single> singles = new ArrayList<>();
        int place = 0;
        for (int m = 0; m < active.length; m++) {
            double share = 0;
            for (; place < pair.points().length && pair.points()[place] < points.end(m); place++) {
                share -= pair.weights()[place]
                        * signs[m]
                        * Doubles.dot(
                                points.rows().values(),
                                pair.points()[place] * direction.length,
                                direction,
                                0,
                                direction.length);
            }
            double axis = products.values()[m * (active.length + 1)];
            double centre = centreProducts.values()[m * (active.length + 1)];
            double square = along[m] * along[m];
            singles.add(new Single(
                    active[m] ? 1 : 0, share, axis > 0 ? square / axis : 0, axis > 0 ? square / (axis + centre) : 0));
        }
        return singles;
    }

    /** Returns v' G^+ v. */
    private static double squaredLength(double[] v, Matrix products) {
        Blas.Eigen eigen = Blas.eigen(products);
        double most = Math.max(eigen.values()[v.length - 1], Double.MIN_NORMAL);
        double sum = 0;
        for (int k = 0; k < v.length; k++) {
            if (eigen.values()[k] > CUT * most) {
                double part = Doubles.dot(eigen.vectors().values(), k * v.length, v, 0, v.length);
                sum += part * part / eigen.values()[k];
            }
        }
        return sum;
    }

    private static double[] roots(Matrix products) {
        double[] lengths = new double[products.rows()];
        Arrays.setAll(lengths, m -> Math.sqrt(Math.max(0, products.values()[m * (lengths.length + 1)])));
        return lengths;
    }

    /** Sums the absolute cosines of all rows with those of other manifolds; rows of no length are left out. */
    private static Cosines cosines(Matrix products, double[] left, double[] right) {
        double sum = 0;
        int count = 0;
        for (int m = 0; m < left.length; m++) {
            for (int n = 0; n < right.length; n++) {
                if (m != n && left[m] > NO_LENGTH && right[n] > NO_LENGTH) {
                    sum += Math.abs(products.values()[m * right.length + n]) / (left[m] * right[n]);
                    count++;
                }
            }
        }
        return new Cosines(sum, count);
    }

    /** Returns the absolute cosines of the centres. */
    Cosines centreCosines() {
        double[] lengths = roots(centreProducts);
        return cosines(centreProducts, lengths, lengths);
    }

    /** Returns the absolute cosines of the centres of resampled pairs. */
    Cosines centreCosines(int[] times) {
        Matrix products = Blas.products(centres(times));
        double[] lengths = roots(products);
        return cosines(products, lengths, lengths);
    }
}
