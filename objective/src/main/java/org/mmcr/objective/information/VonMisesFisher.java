package org.mmcr.objective.information;

import java.util.random.RandomGenerator;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;

/**
 * The von Mises-Fisher distribution on S^(D-1): density proportional to {@code exp(kappa cos)}, cos the cosine of the
 * angle to the mean direction. Densities are with respect to the sphere's area.
 *
 * <p>D from 2 to 10,000, kappa from 0 (uniform) to where the points coincide to rounding. Source: Mardia and Jupp
 * 2000.
 *
 * @param dimension D
 * @param kappa concentration, at least 0
 */
@API(status = API.Status.STABLE)
public record VonMisesFisher(int dimension, double kappa) {
    /** Smallest distance of a mean cosine from 1 that exceeds rounding; it limits the fitted concentration. */
    static final double COINCIDENT = 1e-12;
    /** Bisections in {@link #fit}; the bracket spans at most a factor of 2, so 60 reach full precision. */
    private static final int BISECTIONS = 60;

    public VonMisesFisher {
        if (dimension < 2 || !(kappa >= 0 && kappa < Double.POSITIVE_INFINITY)) {
            throw new MmcrException("expected at least 2 dimensions and a finite concentration of at least 0, found "
                    + dimension + " and " + kappa + "; check both");
        }
    }

    /**
     * Returns the maximum-likelihood distribution for a mean cosine to the mean direction. If the direction is
     * estimated too, the mean cosine is the length of the mean vector.
     *
     * <p>A mean cosine of 0 or less gives the uniform distribution. One within 1e-12 of 1 gives the largest
     * concentration that differs from infinity by more than rounding.
     *
     * <p>Solves {@code meanCosine() = meanCosine} by bisection, which keeps its precision near 1, where Newton's method
     * loses digits. The bracket, of a factor D / (D - 1), comes from the bounds of Amos (1974) on the Bessel ratio.
     *
     * @param meanCosine mean cosine, in -1..1
     * @throws MmcrException if the mean cosine is out of range
     */
    public static VonMisesFisher fit(int dimension, double meanCosine) {
        if (!(Math.abs(meanCosine) <= 1 + COINCIDENT)) {
            throw new MmcrException("expected a mean cosine in -1..1, found " + meanCosine + "; pass unit vectors");
        }
        if (meanCosine <= 0) {
            return new VonMisesFisher(dimension, 0);
        }
        double gap = Math.max(1 - meanCosine, COINCIDENT);
        double scale = (1 - gap) / (gap * (2 - gap));
        double low = (dimension - 1) * scale;
        double high = dimension * scale;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = low + (high - low) / 2;
            if (BesselI.ratioComplement(dimension / 2.0 - 1, middle) > gap) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return new VonMisesFisher(dimension, low + (high - low) / 2);
    }

    /** Returns the log density in nats at a point with the given cosine to the mean direction. */
    public double logDensity(double cosine) {
        return logPeak() - kappa * (1 - cosine);
    }

    /** Returns the log density at the mean direction. */
    double logPeak() {
        if (kappa == 0) {
            return -new UnitSphere(dimension).logArea();
        }
        double order = dimension / 2.0 - 1;
        return order * Math.log(kappa) - dimension / 2.0 * Math.log(2 * Math.PI) - BesselI.logScaled(order, kappa);
    }

    /** Returns the differential entropy in nats: the log area of the sphere at kappa = 0, decreasing with kappa. */
    public double entropy() {
        return kappa == 0 ? -logPeak() : kappa * BesselI.ratioComplement(dimension / 2.0 - 1, kappa) - logPeak();
    }

    /** Returns the expected cosine to the mean direction, {@code I_(D/2)(kappa) / I_(D/2-1)(kappa)}, in 0..1. */
    public double meanCosine() {
        if (kappa == 0) {
            return 0;
        }
        // Near 1 the complement is more accurate than the ratio, and kappa depends on the complement.
        double gap = BesselI.ratioComplement(dimension / 2.0 - 1, kappa);
        return gap < 0.5 ? 1 - gap : BesselI.ratio(dimension / 2.0 - 1, kappa);
    }

    /**
     * Draws points around a mean direction. The rejection method of Wood (1994) draws the cosine; the orthogonal
     * component is uniform.
     *
     * @param mean D values, length 1, not modified
     * @return (count, D) float64, owned by the caller's {@code PointerScope}
     */
    public Tensor sample(double[] mean, int count, RandomGenerator random) {
        return Tensor.create(draw(mean, count, random), count, dimension);
    }

    /**
     * As {@link #sample}, row by row in one array.
     *
     * @throws MmcrException if the mean has another length or dimension
     */
    public double[] draw(double[] mean, int count, RandomGenerator random) {
        if (mean.length != dimension || Math.abs(dot(mean, mean) - 1) > SpherePoints.TOLERANCE) {
            throw new MmcrException("expected a mean direction of " + dimension + " values and length 1, found "
                    + mean.length + " values and length " + Math.sqrt(dot(mean, mean)) + "; normalise it");
        }
        double[] rows = new double[Math.multiplyExact(count, dimension)];
        double[] tangent = new double[dimension];
        for (int row = 0; row < count; row++) {
            double gap = drawGap(random);
            fillTangent(tangent, mean, random);
            double length = Math.sqrt(gap * (2 - gap));
            for (int i = 0; i < dimension; i++) {
                rows[row * dimension + i] = (1 - gap) * mean[i] + length * tangent[i];
            }
        }
        return rows;
    }

    /** Draws one minus the cosine, which is precise for concentrated distributions. */
    private double drawGap(RandomGenerator random) {
        double degrees = dimension - 1;
        double b = degrees / (2 * kappa + Math.hypot(2 * kappa, degrees));
        double x = (1 - b) / (1 + b);
        double level = -kappa * 2 * b / (1 + b) + degrees * Math.log(4 * b / ((1 + b) * (1 + b)));
        while (true) {
            double beta = (1 + firstOfUniform(random)) / 2;
            double gap = 2 * b * beta / (1 - (1 - b) * beta);
            double logAcceptance = -kappa * gap + degrees * Math.log(2 * b / (1 + b) + x * gap) - level;
            if (Math.log(1 - random.nextDouble()) <= logAcceptance) {
                return gap;
            }
        }
    }

    /** Draws a coordinate of a uniform point, which gives the symmetric beta distribution of Wood's method. */
    private double firstOfUniform(RandomGenerator random) {
        double first = random.nextGaussian();
        double squares = first * first;
        for (int i = 0; i < dimension - 1; i++) {
            double other = random.nextGaussian();
            squares += other * other;
        }
        return first / Math.sqrt(squares);
    }

    private static void fillTangent(double[] tangent, double[] mean, RandomGenerator random) {
        for (int i = 0; i < tangent.length; i++) {
            tangent[i] = random.nextGaussian();
        }
        double along = dot(tangent, mean);
        for (int i = 0; i < tangent.length; i++) {
            tangent[i] -= along * mean[i];
        }
        double length = Math.sqrt(dot(tangent, tangent));
        for (int i = 0; i < tangent.length; i++) {
            tangent[i] /= length;
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
