package org.mmcr.core.capacity;

import java.io.Serializable;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * The mean of all points, which becomes the origin, and the manifolds' centres relative to it. All numbers are in
 * units of the largest entry, so that squares neither overflow nor underflow.
 */
@API(status = API.Status.STABLE)
public final class Centring implements Serializable {
    private static final long serialVersionUID = 1;
    private static final double FAR_APART = 1e6;

    private final String[] names;
    private final long[] counts;
    private final double unit;
    private final double[] origin;
    /** (P, N) around the origin. */
    private final Matrix centres;

    private Centring(List<ManifoldMoments> moments, double unit, double[] origin, Matrix centres) {
        this.names = moments.stream().map(ManifoldMoments::name).toArray(String[]::new);
        this.counts = moments.stream().mapToLong(ManifoldMoments::points).toArray();
        this.unit = unit;
        this.origin = origin;
        this.centres = centres;
    }

    /**
     * Computes the origin.
     *
     * @param manifolds moments of at least two, of equally many dimensions
     * @throws MmcrException if there are too few, they differ in dimensions, or a manifold's centre is that of all
     */
    public static Centring of(List<ManifoldMoments> manifolds) {
        requireComparable(manifolds);
        double largest =
                manifolds.stream().mapToDouble(ManifoldMoments::largest).max().orElseThrow();
        double unit = largest > 0 ? largest : 1;
        int dimensions = manifolds.get(0).mean().length;
        Matrix centres = Matrix.zeros(manifolds.size(), dimensions);
        double[] origin = new double[dimensions];
        double points = manifolds.stream().mapToLong(ManifoldMoments::points).sum();
        for (int i = 0; i < manifolds.size(); i++) {
            double[] mean = manifolds.get(i).mean();
            double weight = manifolds.get(i).points() / points;
            for (int d = 0; d < dimensions; d++) {
                centres.values()[i * dimensions + d] = mean[d] / unit;
                origin[d] += weight * (mean[d] / unit);
            }
        }
        centres.subtractFromRows(origin);
        requireCentres(manifolds, centres);
        return new Centring(manifolds, unit, origin, centres);
    }

    /** Returns P. */
    public int count() {
        return names.length;
    }

    /** Returns N. */
    public int dimensions() {
        return origin.length;
    }

    /** Returns the number of points of a manifold. */
    public int points(int manifold) {
        return Math.toIntExact(counts[manifold]);
    }

    /** Returns the number of points of all manifolds. */
    public long points() {
        return Arrays.stream(counts).sum();
    }

    /** Returns the name of a manifold in messages and results. */
    public String name(int manifold) {
        return names[manifold];
    }

    /** (P, N) around the origin. */
    Matrix centres() {
        return centres;
    }

    /** Centres points (m, N) of any manifold -> (m, N) around the origin. */
    Matrix centred(Matrix points) {
        Matrix centred = Matrix.zeros(points.rows(), points.columns());
        centre(points, centred.values(), 0);
        return centred;
    }

    /**
     * The same into {@code out}, from {@code offset} on.
     *
     * @throws MmcrException if the points have another number of dimensions than N
     */
    public void centre(Matrix points, double[] out, int offset) {
        int columns = points.columns();
        if (columns != origin.length) {
            throw new MmcrException("expected points of " + origin.length + " numbers, found " + columns
                    + "; give points of the manifolds that the centring was made from");
        }
        for (int row = 0; row < points.rows(); row++) {
            int from = row * columns;
            for (int d = 0; d < columns; d++) {
                out[offset + from + d] = points.values()[from + d] / unit - origin[d];
            }
        }
    }

    /** Returns the ill-posed cases that concern all manifolds. */
    public Set<Caution> cautions() {
        Set<Caution> found = EnumSet.noneOf(Caution.class);
        if (names.length == 2) {
            found.add(Caution.TWO_MANIFOLDS);
        } else if (names.length == 3) {
            found.add(Caution.FEW_MANIFOLDS);
        }
        if (Arrays.stream(counts).distinct().count() > 1) {
            found.add(Caution.UNEQUAL_COUNTS);
        }
        double[] lengths = centres.rowLengths();
        if (Arrays.stream(lengths).max().orElseThrow()
                > FAR_APART * Arrays.stream(lengths).min().orElseThrow()) {
            found.add(Caution.SCALES_APART);
        }
        return found;
    }

    private static void requireComparable(List<ManifoldMoments> manifolds) {
        if (manifolds.size() < 2) {
            throw new MmcrException("expected at least 2 manifolds, found " + manifolds.size()
                    + "; capacity is about telling them apart, so give points of several classes");
        }
        int dimensions = manifolds.get(0).mean().length;
        for (ManifoldMoments one : manifolds) {
            if (one.mean().length != dimensions) {
                throw new MmcrException("expected points of " + dimensions + " numbers in manifold " + one.name()
                        + ", found " + one.mean().length);
            }
        }
    }

    private static void requireCentres(List<ManifoldMoments> manifolds, Matrix centres) {
        double[] lengths = centres.rowLengths();
        for (int i = 0; i < lengths.length; i++) {
            // Entries are at most 1, so what is left of a difference below this is rounding.
            if (lengths[i] <= 1e-14) {
                throw new MmcrException("expected classes with centres of their own, found that of manifold "
                        + manifolds.get(i).name() + " at the mean of all points; its radius would be infinite: leave it"
                        + " out, or give other points");
            }
        }
    }
}
