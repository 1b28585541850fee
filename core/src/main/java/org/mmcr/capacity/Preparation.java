package org.mmcr.capacity;

import java.nio.DoubleBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.MmcrException;

/**
 * What all manifolds have in common, and what is done to each of them before the theory applies: the mean of all points becomes
 * the origin, and the directions that the centres share are removed (Cohen et al. 2020, methods).
 *
 * <p>All numbers are taken in units of the largest entry, so that squares neither overflow nor vanish. Safe for use by several
 * threads once made.
 */
@API(status = API.Status.STABLE)
public final class Preparation {
    /** A centre this short beside its manifold is at the origin to rounding. */
    private static final double AT_ORIGIN = 1e-10;
    /** Pivots and singular values this small beside the largest are rounding. */
    private static final double ROUNDING = 1e-12;

    private static final double SHORT = 0.1;
    private static final double FAR_APART = 1e6;
    /** Distance of the hull from the origin, beside the longest point, that is rounding: it comes from a difference of squares. */
    private static final double TOUCHING = 1e-6;

    private final List<ManifoldMoments> moments;
    private final double unit;
    private final Tensor origin;
    private final Tensor centres;
    private final CentreStructure structure;

    private Preparation(
            List<ManifoldMoments> moments, double unit, Tensor origin, Tensor centres, CentreStructure structure) {
        this.moments = moments;
        this.unit = unit;
        this.origin = origin;
        this.centres = centres;
        this.structure = structure;
    }

    /**
     * Finds what manifolds have in common.
     *
     * @param manifolds moments of at least two, of equally many dimensions
     * @param seed of the search for common structure
     * @return in the caller's scope
     * @throws MmcrException when there are too few, they differ in dimensions, or a manifold's centre is that of all
     */
    public static Preparation of(List<ManifoldMoments> manifolds, long seed) {
        requireComparable(manifolds);
        double largest =
                manifolds.stream().mapToDouble(ManifoldMoments::largest).max().orElseThrow();
        double unit = largest > 0 ? largest : 1;
        int dimensions = manifolds.get(0).mean().length;
        double[] flat = new double[Math.multiplyExact(manifolds.size(), dimensions)];
        double[] origin = new double[dimensions];
        double points = manifolds.stream().mapToLong(ManifoldMoments::points).sum();
        for (int i = 0; i < manifolds.size(); i++) {
            double[] mean = manifolds.get(i).mean();
            double share = manifolds.get(i).points() / points;
            for (int d = 0; d < dimensions; d++) {
                flat[i * dimensions + d] = mean[d] / unit;
                origin[d] += share * (mean[d] / unit);
            }
        }
        Tensor middle = Doubles.matrix(origin, 1, dimensions);
        Tensor centres = Doubles.matrix(flat, manifolds.size(), dimensions).sub(middle);
        requireCentres(manifolds, centres);
        return new Preparation(List.copyOf(manifolds), unit, middle, centres, CentreStructure.of(centres, seed));
    }

    /** Correlation of the centres and the directions removed. */
    public CentreStructure structure() {
        return structure;
    }

    /** Points (m, N) of any manifold -> (m, N) float64 relative to the mean of all points, in units of the largest entry. */
    public Tensor centred(Tensor points) {
        return points.detach().to(ScalarType.Double).div(new Scalar(unit)).sub(origin);
    }

    /** What is ill-posed about the whole. */
    public Set<Caution> cautions() {
        Set<Caution> found = EnumSet.noneOf(Caution.class);
        if (moments.size() == 2) {
            found.add(Caution.TWO_MANIFOLDS);
        } else if (moments.size() == 3) {
            found.add(Caution.FEW_MANIFOLDS);
        }
        if (moments.stream().mapToLong(ManifoldMoments::points).distinct().count() > 1) {
            found.add(Caution.UNEQUAL_COUNTS);
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor lengths = centres.square().sum(1).sqrt();
            if (lengths.max().item_double() > FAR_APART * lengths.min().item_double()) {
                found.add(Caution.SCALES_APART);
            }
        }
        return found;
    }

    /**
     * Prepares one manifold; costs a QR decomposition of its points, m^2 N.
     *
     * @param manifold its position in the list that this was made from
     * @param points (m, N), not modified
     * @throws MmcrException when its centre is at the origin after the removal
     */
    public PreparedManifold prepare(int manifold, Tensor points) {
        try (PointerScope scope = new PointerScope()) {
            Tensor centred = centred(points);
            Tensor free = CentreStructure.without(centred, structure.directions());
            Tensor centre = free.mean(new long[] {0}, true, new ScalarTypeOptional());
            Tensor around = free.sub(centre);
            double norm = length(centre);
            double reach = Math.sqrt(around.square().sum(1).max().item_double());
            String name = moments.get(manifold).name();
            if (!(norm > AT_ORIGIN * reach) || norm == 0) {
                throw new MmcrException("expected classes with centres of their own, found nothing left of that of "
                        + name + " after removing the directions that all centres share; leave the class out");
            }
            Set<Caution> cautions = EnumSet.noneOf(Caution.class);
            double[][] coordinates = coordinates(around.div(new Scalar(norm)));
            if (reach <= ROUNDING * norm) {
                cautions.add(Caution.ONE_POINT);
                coordinates = new double[Math.toIntExact(points.size(0))][1];
            } else if (repeats(points)) {
                cautions.add(Caution.DUPLICATE_POINTS);
            }
            if (norm < SHORT * Math.sqrt(around.square().sum(1).mean().item_double())) {
                cautions.add(Caution.CENTRE_SHORT);
            }
            if (norm < SHORT * length(centres.narrow(0, manifold, 1))) {
                cautions.add(Caution.CENTRE_REMOVED);
            }
            if (surroundsOrigin(free.div(new Scalar(norm)), centre.div(new Scalar(norm)))) {
                cautions.add(Caution.ORIGIN_INSIDE);
            }
            return new PreparedManifold(coordinates, coordinates[0].length, norm, cautions);
        }
    }

    /**
     * (m, N) -> (m, D): the same inner products with fewer numbers. D is the rank and one more, at most N: points in general
     * position get the min(m, N) columns of the published analysis, and copies of points change nothing.
     */
    private static double[][] coordinates(Tensor around) {
        long count = around.size(0);
        long ambient = around.size(1);
        Tensor factor =
                torch.linalg_qr(count < ambient ? around.t() : around, "r").get1();
        Tensor pivots = factor.diagonal().abs();
        double least = ROUNDING * pivots.max().item_double();
        long dependent = pivots.le(new Scalar(least)).sum().item_long();
        boolean full = count < ambient ? dependent <= 1 : dependent == 0;
        if (full) {
            return Doubles.rows(count < ambient ? factor.t() : around);
        }
        Tensor flat = count < ambient ? factor.t() : around;
        T_TensorTensorTensor_T parts = torch.linalg_svd(flat, false, new StringViewOptional());
        Tensor values = parts.get1();
        long rank = values.gt(new Scalar(ROUNDING * values.max().item_double()))
                .sum()
                .item_long();
        long kept = Math.min(Math.min(rank + 1, ambient), values.size(0));
        return Doubles.rows(parts.get0().narrow(1, 0, kept).mul(values.narrow(0, 0, kept)));
    }

    private static boolean repeats(Tensor points) {
        Set<DoubleBuffer> seen = new HashSet<>();
        return !Arrays.stream(Doubles.rows(points.to(ScalarType.Double)))
                .map(DoubleBuffer::wrap)
                .allMatch(seen::add);
    }

    /** Whether the origin is in the points' hull: the point of the hull nearest to it, by the same least-squares problem. */
    private static boolean surroundsOrigin(Tensor points, Tensor centre) {
        if (torch.matmul(points, centre.t()).min().item_double() > 0) {
            return false; // all on the centre's side
        }
        double[][] gram = Doubles.rows(torch.matmul(points, points.t()).add(new Scalar(1)));
        double[] ones = new double[gram.length];
        Arrays.fill(ones, 1);
        double total =
                Arrays.stream(new NonNegativeLeastSquares(gram).solve(ones)).sum();
        double longest = 0;
        for (int i = 0; i < gram.length; i++) {
            longest = Math.max(longest, gram[i][i]);
        }
        return 1 / total - 1 <= TOUCHING * TOUCHING * longest;
    }

    private static double length(Tensor row) {
        return Math.sqrt(row.square().sum().item_double());
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

    private static void requireCentres(List<ManifoldMoments> manifolds, Tensor centres) {
        double[] lengths = Doubles.of(centres.square().sum(1).sqrt());
        for (int i = 0; i < lengths.length; i++) {
            // Entries are at most 1, so what is left of a difference below this is rounding.
            if (lengths[i] <= 1e-14) {
                throw new MmcrException("expected classes with centres of their own, found that of "
                        + manifolds.get(i).name() + " at the mean of all points; its radius would be infinite: leave it"
                        + " out, or give other points");
            }
        }
    }
}
