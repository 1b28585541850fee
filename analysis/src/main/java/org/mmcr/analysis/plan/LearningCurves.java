package org.mmcr.analysis.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.mmcr.analysis.embeddings.Distribution;

/**
 * Learning curves of several candidates: a figure over training time, by draws from the posterior distribution.
 *
 * <p>On the scale of a {@link CurvePrior} a curve is {@code level_i + b log(x / x*)} up to x*, the time of the longest
 * trial, and {@code level_i + f log(x / x*)} after it, with normal noise of one variance. Each candidate has its own
 * level; the slopes b and f are shared. The trials inform b. The later slope f is normal; its mean is the prior's slope,
 * moved by a part of b's deviation from it. Given b, levels and variance have a normal inverse-gamma distribution; b is
 * drawn from a grid.
 */
public final class LearningCurves {
    /** Fewest points beyond the levels. */
    static final int FREEDOM = 2;

    private static final int DRAWS = 2000;
    private static final int SLOPES = 201;
    /** Slopes of the grid reach so many standard deviations to each side. */
    private static final double REACH = 5;

    private final CurvePrior prior;
    private final double longest;
    private final List<Draw> draws;

    /**
     * A measured figure.
     *
     * @param candidate from 0
     * @param time x in seconds, above 0
     * @param figure as the prior describes it
     */
    record Point(int candidate, double time, double figure) {}

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
            return new Interval(
                    Distribution.quantile(sorted, 0.5),
                    Distribution.quantile(sorted, 0.1),
                    Distribution.quantile(sorted, 0.9));
        }

        /** Returns the interval of the smaller of a value and a bound. */
        Interval atMost(double bound) {
            return new Interval(Math.min(median, bound), Math.min(low, bound), Math.min(high, bound));
        }
    }

    /** Curves that the points allow, and standard normal draws of the noise of one run of each candidate. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Draw(double slope, double later, double[] levels, double deviation, double[] normals) {}

    private LearningCurves(CurvePrior prior, double longest, List<Draw> draws) {
        this.prior = prior;
        this.longest = longest;
        this.draws = draws;
    }

    /**
     * Fits the curves.
     *
     * @param points every candidate from 0 to the largest has at least one
     * @return empty if there are fewer than {@value #FREEDOM} points more than candidates
     */
    static Optional<LearningCurves> fit(List<Point> points, CurvePrior prior, long seed) {
        int candidates = 1 + points.stream().mapToInt(Point::candidate).max().orElse(-1);
        if (candidates == 0 || points.size() - candidates < FREEDOM) {
            return Optional.empty();
        }
        double longest = points.stream().mapToDouble(Point::time).max().orElseThrow();
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < SLOPES; i++) {
            double slope = prior.slope() + REACH * prior.slopeDeviation() * (2.0 * i / (SLOPES - 1) - 1);
            lines.add(Line.of(points, candidates, longest, slope, prior));
        }
        return Optional.of(new LearningCurves(prior, longest, draws(lines, prior, new SplittableRandom(seed))));
    }

    private static List<Draw> draws(List<Line> lines, CurvePrior prior, SplittableRandom random) {
        double most = lines.stream().mapToDouble(Line::logWeight).max().orElseThrow();
        double[] cumulative = new double[lines.size()];
        double sum = 0;
        for (int i = 0; i < cumulative.length; i++) {
            sum += Math.exp(lines.get(i).logWeight() - most);
            cumulative[i] = sum;
        }
        double total = sum;
        return Stream.generate(() -> {
                    int place = Arrays.binarySearch(cumulative, random.nextDouble() * total);
                    return lines.get(place < 0 ? -place - 1 : place).draw(prior, random);
                })
                .limit(DRAWS)
                .toList();
    }

    /** Returns the slope b within the trials, on the scale of lines for each e-fold of time. */
    Interval slope() {
        return interval(Draw::slope);
    }

    /** Returns the slope f after the trials. */
    Interval laterSlope() {
        return interval(Draw::later);
    }

    /** Returns the standard deviation of the noise, on the scale of lines. */
    Interval deviation() {
        return interval(Draw::deviation);
    }

    private Interval interval(ToDoubleFunction<Draw> value) {
        return Interval.of(draws.stream().mapToDouble(value).toArray());
    }

    /** Returns the figure of one run of a candidate at a time of at least that of the longest trial. */
    Interval predict(int candidate, double time) {
        return Interval.of(draws.stream()
                .mapToDouble(draw -> draw.levels()[candidate]
                        + draw.later() * Math.log(time / longest)
                        + draw.deviation() * draw.normals()[candidate])
                .map(prior.figure())
                .toArray());
    }

    /** Returns for each candidate the fraction of the draws in which its level is the highest. */
    double[] probabilityOfHighest() {
        int[] wins = new int[draws.get(0).levels().length];
        for (Draw draw : draws) {
            int best = 0;
            for (int i = 1; i < wins.length; i++) {
                best = draw.levels()[i] > draw.levels()[best] ? i : best;
            }
            wins[best]++;
        }
        return Arrays.stream(wins)
                .mapToDouble(won -> won / (double) draws.size())
                .toArray();
    }

    /**
     * Lines of one slope through the points.
     *
     * @param slope b
     * @param levels mean of each candidate's points, moved along the line to the time of the longest trial
     * @param counts points of each candidate
     * @param squares sum of squared residuals, with the prior's
     * @param freedom degrees of freedom of the variance
     * @param logWeight logarithm of the posterior density of the slope, up to a constant
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Line(double slope, double[] levels, int[] counts, double squares, int freedom, double logWeight) {
        static Line of(List<Point> points, int candidates, double longest, double slope, CurvePrior prior) {
            double[] levels = new double[candidates];
            int[] counts = new int[candidates];
            for (Point point : points) {
                levels[point.candidate()] += moved(point, longest, slope, prior);
                counts[point.candidate()]++;
            }
            for (int i = 0; i < candidates; i++) {
                levels[i] /= counts[i];
            }
            double squares = CurvePrior.NOISE_POINTS * prior.noise() * prior.noise();
            for (Point point : points) {
                double residual = moved(point, longest, slope, prior) - levels[point.candidate()];
                squares += residual * residual;
            }
            int freedom = CurvePrior.NOISE_POINTS + points.size() - candidates;
            double deviation = (slope - prior.slope()) / prior.slopeDeviation();
            double weight = -0.5 * deviation * deviation - 0.5 * freedom * Math.log(squares);
            return new Line(slope, levels, counts, squares, freedom, weight);
        }

        private static double moved(Point point, double longest, double slope, CurvePrior prior) {
            return prior.scaled(point.figure()) - slope * Math.log(point.time() / longest);
        }

        /** A draw of variance, levels and the later slope. */
        Draw draw(CurvePrior prior, SplittableRandom random) {
            double chiSquared = 0;
            for (int i = 0; i < freedom; i++) {
                double normal = random.nextGaussian();
                chiSquared += normal * normal;
            }
            double deviation = Math.sqrt(squares / Math.max(chiSquared, 1e-12));
            double[] drawn = new double[levels.length];
            double[] normals = new double[levels.length];
            for (int i = 0; i < drawn.length; i++) {
                drawn[i] = levels[i] + deviation / Math.sqrt(counts[i]) * random.nextGaussian();
                normals[i] = random.nextGaussian();
            }
            double later = prior.slope()
                    + prior.kept() * (slope - prior.slope())
                    + prior.laterDeviation() * random.nextGaussian();
            return new Draw(slope, later, drawn, deviation, normals);
        }
    }
}
