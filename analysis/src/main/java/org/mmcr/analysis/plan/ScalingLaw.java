package org.mmcr.analysis.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * A power law with offset, fitted to the errors of several candidates at several amounts of compute.
 *
 * <p>{@code y = e + a_i (x / x0)^-c + noise}: offset e and exponent c are shared, the factor a_i is the candidate's, x0
 * is the geometric mean of the compute and the noise is normal with one variance. Given c the law is linear, so a fit
 * is linear least squares for each c of a grid (variable projection, Golub and Pereyra 1973). Draws from the posterior
 * distribution express what the points leave open: c uniform in its logarithm, weight RSS^(-(n - p) / 2), a normal
 * inverse-gamma distribution of the rest, kept if errors fall and the offset is not below a bound. Laws of this form
 * in compute: Kaplan et al. 2020, Hoffmann et al. 2022; for the percent error Schaeffer et al. 2024.
 */
public final class ScalingLaw {
    /** Fewest points beyond the number of parameters. */
    static final int FREEDOM = 2;

    private static final int DRAWS = 2000;
    private static final int FEWEST_KEPT = 200;
    private static final int TRIES = 40 * DRAWS;
    private static final int EXPONENTS = 60;
    private static final double LEAST_EXPONENT = 0.05;
    private static final double LARGEST_EXPONENT = 2;

    private final double reference;
    private final OptionalDouble bound;
    private final List<Draw> draws;

    /**
     * A measured error.
     *
     * @param candidate from 0
     * @param compute x, above 0
     * @param error y, lower is better
     */
    record Point(int candidate, double compute, double error) {}

    /**
     * Median and 80 % interval.
     *
     * @param median half of the draws are below
     * @param low a tenth of the draws is below
     * @param high a tenth of the draws is above
     */
    public record Interval(double median, double low, double high) {
        static Interval of(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            return new Interval(quantile(sorted, 0.5), quantile(sorted, 0.1), quantile(sorted, 0.9));
        }

        private static double quantile(double[] sorted, double probability) {
            double place = probability * (sorted.length - 1);
            int below = (int) place;
            int above = Math.min(below + 1, sorted.length - 1);
            return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
        }
    }

    /** A law that the points allow; noise has a standard deviation and a standard normal draw of each candidate. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Draw(double exponent, double offset, double[] factors, double deviation, double[] normals) {}

    private ScalingLaw(double reference, OptionalDouble bound, List<Draw> draws) {
        this.reference = reference;
        this.bound = bound;
        this.draws = draws;
    }

    /**
     * Fits the law.
     *
     * @param points every candidate from 0 to the largest has at least one
     * @param bound the offset is at least this, if errors have a lower bound
     * @return empty if there are fewer than {@value #FREEDOM} points more than parameters, or no falling law is near
     *     the points
     */
    static Optional<ScalingLaw> fit(List<Point> points, OptionalDouble bound, long seed) {
        int candidates = 1 + points.stream().mapToInt(Point::candidate).max().orElse(-1);
        // Offset, factors and exponent; given the exponent, the residuals have one degree of freedom more.
        int beyond = points.size() - candidates - 2;
        if (candidates == 0 || beyond < FREEDOM) {
            return Optional.empty();
        }
        double reference = Math.exp(points.stream()
                .mapToDouble(point -> Math.log(point.compute()))
                .average()
                .orElseThrow());
        List<LinearFit> fits = new ArrayList<>();
        for (int i = 0; i < EXPONENTS; i++) {
            double exponent = LEAST_EXPONENT * Math.pow(LARGEST_EXPONENT / LEAST_EXPONENT, i / (EXPONENTS - 1.0));
            LinearFit.of(points, candidates, reference, exponent).ifPresent(fits::add);
        }
        List<Draw> draws = draws(fits, beyond + 1, bound, new SplittableRandom(seed));
        return draws.size() < FEWEST_KEPT ? Optional.empty() : Optional.of(new ScalingLaw(reference, bound, draws));
    }

    private static List<Draw> draws(List<LinearFit> fits, int freedom, OptionalDouble bound, SplittableRandom random) {
        double least = fits.stream().mapToDouble(LinearFit::squares).min().orElse(0);
        double[] cumulative = new double[fits.size()];
        double sum = 0;
        for (int i = 0; i < cumulative.length; i++) {
            sum += Math.pow(fits.get(i).squares() / least, -freedom / 2.0);
            cumulative[i] = sum;
        }
        List<Draw> draws = new ArrayList<>();
        for (int i = 0; i < TRIES && draws.size() < DRAWS && !fits.isEmpty(); i++) {
            double place = random.nextDouble() * sum;
            int chosen = 0;
            while (cumulative[chosen] < place) {
                chosen++;
            }
            Draw draw = fits.get(chosen).draw(freedom, random);
            boolean falls = Arrays.stream(draw.factors()).allMatch(factor -> factor >= 0);
            if (falls && (bound.isEmpty() || draw.offset() >= bound.getAsDouble())) {
                draws.add(draw);
            }
        }
        return draws;
    }

    /** Returns the exponent c. */
    Interval exponent() {
        return interval(Draw::exponent);
    }

    /** Returns the offset e. */
    Interval offset() {
        return interval(Draw::offset);
    }

    /** Returns the standard deviation of the noise. */
    Interval deviation() {
        return interval(Draw::deviation);
    }

    private Interval interval(ToDoubleFunction<Draw> value) {
        return Interval.of(draws.stream().mapToDouble(value).toArray());
    }

    /** Returns the error of one run of a candidate at an amount of compute. */
    Interval predict(int candidate, double compute) {
        return Interval.of(draws.stream()
                .mapToDouble(draw -> expected(draw, candidate, compute) + draw.deviation() * draw.normals()[candidate])
                .map(error -> bound.isPresent() ? Math.max(bound.getAsDouble(), error) : error)
                .toArray());
    }

    /** Returns for each candidate the fraction of the draws in which its expected error is the smallest. */
    double[] probabilityOfBest(double compute) {
        double[] wins = new double[draws.get(0).factors().length];
        for (Draw draw : draws) {
            int best = 0;
            for (int i = 1; i < wins.length; i++) {
                best = expected(draw, i, compute) < expected(draw, best, compute) ? i : best;
            }
            wins[best] += 1.0 / draws.size();
        }
        return wins;
    }

    private double expected(Draw draw, int candidate, double compute) {
        return draw.offset() + draw.factors()[candidate] * Math.pow(compute / reference, -draw.exponent());
    }

    /**
     * Least squares at one exponent, by the Cholesky factor of the normal equations.
     *
     * @param exponent c
     * @param solution offset, then the factors
     * @param lower Cholesky factor of X'X, row by row
     * @param squares sum of squared residuals, at least as large as rounding leaves
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record LinearFit(double exponent, double[] solution, double[][] lower, double squares) {
        /** Empty if the points do not determine the parameters at this exponent. */
        static Optional<LinearFit> of(List<Point> points, int candidates, double reference, double exponent) {
            int size = candidates + 1;
            double[][] gram = new double[size][size];
            double[] right = new double[size];
            double total = 0;
            for (Point point : points) {
                int row = point.candidate() + 1;
                double power = Math.pow(point.compute() / reference, -exponent);
                gram[0][0] += 1;
                gram[row][0] += power;
                gram[row][row] += power * power;
                right[0] += point.error();
                right[row] += power * point.error();
                total += point.error() * point.error();
            }
            if (!factorise(gram)) {
                return Optional.empty();
            }
            double[] solution = right.clone();
            forward(gram, solution);
            backward(gram, solution);
            double squares = 0;
            for (Point point : points) {
                double power = Math.pow(point.compute() / reference, -exponent);
                double residual = point.error() - solution[0] - solution[point.candidate() + 1] * power;
                squares += residual * residual;
            }
            return Optional.of(new LinearFit(exponent, solution, gram, Math.max(squares, 1e-14 * total + 1e-300)));
        }

        /** A draw of variance, offset and factors. */
        Draw draw(int freedom, SplittableRandom random) {
            double chiSquared = 0;
            for (int i = 0; i < freedom; i++) {
                double normal = random.nextGaussian();
                chiSquared += normal * normal;
            }
            double deviation = Math.sqrt(squares / Math.max(chiSquared, 1e-12));
            double[] change = new double[solution.length];
            for (int i = 0; i < change.length; i++) {
                change[i] = deviation * random.nextGaussian();
            }
            backward(lower, change);
            double[] normals = new double[solution.length - 1];
            double[] factors = new double[solution.length - 1];
            for (int i = 0; i < factors.length; i++) {
                factors[i] = solution[i + 1] + change[i + 1];
                normals[i] = random.nextGaussian();
            }
            return new Draw(exponent, solution[0] + change[0], factors, deviation, normals);
        }

        /** Replaces the lower triangle of a matrix by its Cholesky factor; false if it is not positive definite. */
        private static boolean factorise(double[][] a) {
            for (int i = 0; i < a.length; i++) {
                double diagonal = a[i][i];
                for (int j = 0; j <= i; j++) {
                    double sum = a[i][j];
                    for (int k = 0; k < j; k++) {
                        sum -= a[i][k] * a[j][k];
                    }
                    if (i == j && sum <= 1e-12 * diagonal) {
                        return false;
                    }
                    a[i][j] = i == j ? Math.sqrt(sum) : sum / a[j][j];
                }
            }
            return true;
        }

        private static void forward(double[][] lower, double[] x) {
            for (int i = 0; i < x.length; i++) {
                for (int k = 0; k < i; k++) {
                    x[i] -= lower[i][k] * x[k];
                }
                x[i] /= lower[i][i];
            }
        }

        private static void backward(double[][] lower, double[] x) {
            for (int i = x.length - 1; i >= 0; i--) {
                for (int k = i + 1; k < x.length; k++) {
                    x[i] -= lower[k][i] * x[k];
                }
                x[i] /= lower[i][i];
            }
        }
    }
}
