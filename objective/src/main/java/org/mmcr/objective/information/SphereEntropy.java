package org.mmcr.objective.information;

import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;

/**
 * Estimates the differential entropy of a distribution on the sphere from points drawn from it, in nats with respect
 * to the sphere's area.
 *
 * <p><b>Method.</b> Kozachenko and Leonenko (1987): the area of the cap that reaches to the k-th nearest of the other
 * N - 1 points gives the density, {@code H = psi(N) - psi(k) + mean log area}. This estimate has no bias for uniform
 * points. It is biased if the density changes within a cap, and in many dimensions every cap is nearly a half sphere.
 * Therefore a reference distribution q replaces the area: {@code H = -mean log q(z) + psi(N) - psi(k) + mean log
 * q(cap)}, the cross-entropy minus the divergence of the points from q. It has no bias if q is the true distribution,
 * in any dimension, and equals the plain estimate if q is uniform. The reference is a mixture of von Mises-Fisher
 * distributions, fitted to one half of the points with the number of components that predicts the other half best. The
 * halves then change roles, and the two estimates are averaged.
 *
 * <p><b>When it is unreliable.</b> If q is correct on the scale of the caps, the log mass grows from the first to the
 * k-th neighbour by psi(k) - psi(1) on average. If it grows by much more or less, the points are on a surface of fewer
 * dimensions, or have clusters that q lacks. The estimate then depends on the number of points and has a caution. The
 * interval contains the sampling error and the change from half as many points. Downwards it also contains the cost of
 * the fitted parameters: half a nat per parameter, divided by the number of fitted points.
 *
 * <p>O(N^2 D) time; deterministic in points and seed.
 */
@API(status = API.Status.STABLE)
public final class SphereEntropy {
    /** Rank of the neighbour: a larger one increases the bias, a smaller one the variance. */
    static final int RANK = 4;
    /** Points needed: each half is halved again for the interval. */
    public static final int FEWEST = 8 * (RANK + 1);

    private static final int[] COMPONENTS = {1, 2, 4, 8, 16};
    /** Points needed for each component of a reference. */
    private static final int POINTS_PER_COMPONENT = 20;
    /** Factor between measured and expected growth of mass beyond which the estimate is unreliable. */
    private static final double GROWTH = 1.25;

    private SphereEntropy() {}

    /**
     * Estimates the entropy.
     *
     * @param points (N, D) float32 or float64 unit rows, independent draws, N at least {@value #FEWEST}, not modified
     * @param seed seed of the split into halves and of the fits' starts
     * @throws MmcrException if there are too few points, or a row is not of length 1
     */
    public static Estimate of(Tensor points, long seed) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor rows = SpherePoints.rows(points);
            if (rows.size(0) < FEWEST) {
                throw new MmcrException("expected at least " + FEWEST + " points for an entropy, found " + rows.size(0)
                        + "; embed more samples");
            }
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            Tensor order = SpherePoints.shuffled(rows.size(0), random);
            long half = rows.size(0) / 2;
            Tensor first = rows.index_select(0, order.narrow(0, 0, half));
            Tensor second = rows.index_select(0, order.narrow(0, half, half));
            return judged(
                    against(first, reference(second, first, random)),
                    against(second, reference(first, second, random)),
                    rows.size(1));
        }
    }

    /**
     * The estimate from one half, its change from a quarter to a half of the points, the growth of mass relative to
     * the expected one, and the cost of the parameters of the reference.
     */
    private record Part(Estimate estimate, double change, double growth, double cost) {}

    private static Estimate judged(Part first, Part second, long dimension) {
        double change = Math.abs(first.change + second.change) / 2;
        double growth = (first.growth + second.growth) / 2;
        Estimate estimate =
                first.estimate.averaged(second.estimate).widened(change + (first.cost + second.cost) / 2, change);
        if (growth > 1 / GROWTH && growth < GROWTH) {
            return estimate;
        }
        String reason = growth >= GROWTH
                ? String.format(
                        Locale.ROOT,
                        "neighbours spread as on a surface of about %.0f dimensions, not %d",
                        Math.max(0, (dimension - 1) / growth),
                        dimension - 1)
                : "neighbours are sparser than any fitted distribution explains";
        return estimate.warned(reason + ": the entropy changes with the number of points; compare it only between"
                + " embeddings of as many samples");
    }

    /** Returns the mixture fitted to {@code rows} under which {@code others} have the largest likelihood. */
    private static VonMisesFisherMixture reference(Tensor rows, Tensor others, RandomGenerator random) {
        VonMisesFisherMixture best = uniform(Math.toIntExact(rows.size(1)));
        double most = mean(best.logDensity(others));
        int failures = 0;
        for (int components : COMPONENTS) {
            if (failures == 2 || rows.size(0) < (long) POINTS_PER_COMPONENT * components) {
                break;
            }
            VonMisesFisherMixture fitted = new MixtureFit(rows).fit(components, random);
            double likelihood = mean(fitted.logDensity(others));
            if (likelihood > most) {
                best = fitted;
                most = likelihood;
                failures = 0;
            } else {
                failures++;
            }
        }
        return best;
    }

    private static VonMisesFisherMixture uniform(int dimension) {
        double[] axis = new double[dimension];
        axis[0] = 1;
        return VonMisesFisherMixture.of(axis, new VonMisesFisher(dimension, 0));
    }

    private static Part against(Tensor rows, VonMisesFisherMixture reference) {
        Neighbours neighbours = Neighbours.of(rows, RANK);
        double[] masses = masses(rows, neighbours, reference, RANK);
        double[] terms = terms(rows, masses, reference);
        Tensor fewer = rows.narrow(0, 0, rows.size(0) / 2);
        double[] fewerMasses = masses(fewer, Neighbours.of(fewer, RANK), reference, RANK);
        double change = mean(terms) - mean(terms(fewer, fewerMasses, reference));
        double growth = (mean(masses) - mean(masses(rows, neighbours, reference, 1))) / harmonic(RANK - 1);
        double parameters = (double) reference.weights().size() * reference.dimension();
        return new Part(Estimate.mean(terms), change, growth, parameters / (2 * terms.length));
    }

    /** Returns the terms whose mean is the estimate, one per point. */
    private static double[] terms(Tensor rows, double[] masses, VonMisesFisherMixture reference) {
        double[] densities = reference.logDensity(rows);
        double constant = harmonic(masses.length - 1) - harmonic(RANK - 1);
        double[] terms = new double[masses.length];
        for (int i = 0; i < terms.length; i++) {
            terms[i] = constant + masses[i] - densities[i];
        }
        return terms;
    }

    private static double[] masses(Tensor rows, Neighbours neighbours, VonMisesFisherMixture reference, int rank) {
        double[] radii = new double[Math.toIntExact(rows.size(0))];
        for (int i = 0; i < radii.length; i++) {
            radii[i] = neighbours.angle(i, rank);
        }
        return reference.logCapMass(rows, radii);
    }

    /** 1 + 1/2 + ... + 1/n: psi(n + 1) less psi(1), and only differences are needed. */
    private static double harmonic(int n) {
        double sum = 0;
        for (int i = n; i >= 1; i--) {
            sum += 1.0 / i;
        }
        return sum;
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
