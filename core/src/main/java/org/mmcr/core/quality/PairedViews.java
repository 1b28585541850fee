package org.mmcr.core.quality;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.apiguardian.api.API;
import org.mmcr.core.BlasThreads;
import org.mmcr.core.GoldenSection;
import org.mmcr.core.JitteredSample;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.TaskRunner;

/**
 * InfoNCE between the first two views of every picture (van den Oord et al. 2018): a lower bound of their mutual
 * information in nats, with the score kappa times the cosine. It is at most log N. O(N^2 D) time, memory for one block
 * of rows per thread.
 *
 * @param first (N, D) unit rows
 * @param second (N, D) unit rows
 * @param kappa factor of the score, chosen to maximise the bound on {@value #CHOOSING} pairs spread over all
 */
@API(status = API.Status.STABLE)
public record PairedViews(Matrix first, Matrix second, double kappa) {
    /** Number of pairs on which kappa is chosen. */
    public static final int CHOOSING = 2048;
    /** Distance from the ceiling log N, in nats, below which N limits the bound. */
    public static final double NEAR_CEILING = 1;

    private static final double SMALLEST = 1e-2;
    private static final double LARGEST = 1e7;
    private static final int REFINEMENTS = 32;
    private static final int BLOCK = 256;

    /**
     * Pairs the first two views of the pictures, of {@value RepresentationQuality#MOST_PAIRS} of them spread over all at
     * most, and chooses kappa.
     *
     * @param embeddings of any scale
     * @return empty with one view of each picture, or if a row is zero, which has no direction
     */
    public static Optional<PairedViews> of(EmbeddedViews embeddings, TaskRunner runner) {
        if (embeddings.views() < 2 || embeddings.firstZeroRow().isPresent()) {
            return Optional.empty();
        }
        BlasThreads.useOne();
        EmbeddedViews unit = embeddings
                .chosen(JitteredSample.of(embeddings.pictures(), RepresentationQuality.MOST_PAIRS))
                .unit();
        Matrix first = unit.viewsAt(0);
        Matrix second = unit.viewsAt(1);
        EmbeddedViews some = unit.chosen(JitteredSample.of(unit.pictures(), CHOOSING));
        Matrix cosines = some.viewsAt(0).timesTransposed(some.viewsAt(1));
        return Optional.of(new PairedViews(first, second, bestKappa(one -> bound(cosines, one, runner))));
    }

    /** Returns the kappa that maximises a bound, by a golden-section search over its logarithm: it is concave in kappa. */
    public static double bestKappa(DoubleUnaryOperator bound) {
        return Math.exp(GoldenSection.maximum(
                logKappa -> bound.applyAsDouble(Math.exp(logKappa)),
                Math.log(SMALLEST),
                Math.log(LARGEST),
                REFINEMENTS));
    }

    /** Returns the number of pairs, N. */
    public int size() {
        return first.rows();
    }

    /** Returns each picture's term (N); the bound is their mean. */
    public double[] terms(TaskRunner runner) {
        double[] all = new double[size()];
        Arrays.fill(all, 1);
        return weightedTerms(new Matrix(1, size(), all), runner).values();
    }

    /** Returns the bound. */
    public double value(TaskRunner runner) {
        return Arrays.stream(terms(runner)).average().orElseThrow();
    }

    /**
     * Returns the bound on samples of the pictures. A picture's copies are no negatives of each other: the bound of a
     * sample compares each picture's own pair with those of the other pictures in it.
     *
     * @param counts (R, N), how often each picture occurs in each sample of N
     * @return (R)
     */
    double[] resampled(Matrix counts, TaskRunner runner) {
        Matrix terms = weightedTerms(counts, runner);
        double[] values = new double[counts.rows()];
        for (int r = 0; r < values.length; r++) {
            for (int i = 0; i < size(); i++) {
                values[r] += counts.values()[r * size() + i] * terms.values()[i * counts.rows() + r] / size();
            }
        }
        return values;
    }

    /** Returns the terms (N, R) of the pictures in each of R samples. */
    private Matrix weightedTerms(Matrix counts, TaskRunner runner) {
        Matrix terms = Matrix.zeros(size(), counts.rows());
        List<Matrix> blocks = runner.all(
                0,
                (size() + BLOCK - 1) / BLOCK,
                block -> blockTerms(counts, block * BLOCK, Math.min(size(), (block + 1) * BLOCK)));
        int at = 0;
        for (Matrix block : blocks) {
            System.arraycopy(block.values(), 0, terms.values(), at, block.values().length);
            at += block.values().length;
        }
        return terms;
    }

    private Matrix blockTerms(Matrix counts, int from, int to) {
        Matrix scores = first.rowsBetween(from, to).timesTransposed(second);
        double[] own = new double[to - from];
        for (int i = from; i < to; i++) {
            int offset = (i - from) * size();
            double largest = largest(scores.values(), offset, size());
            own[i - from] = kappa * (scores.values()[offset + i] - largest);
            for (int j = 0; j < size(); j++) {
                scores.values()[offset + j] = j == i ? 0 : Math.exp(kappa * (scores.values()[offset + j] - largest));
            }
        }
        Matrix others = scores.timesTransposed(counts);
        for (int i = from; i < to; i++) {
            for (int r = 0; r < counts.rows(); r++) {
                int at = (i - from) * counts.rows() + r;
                double pairs = size() - counts.values()[r * size() + i] + 1;
                others.values()[at] = logRatio(own[i - from], others.values()[at], pairs);
            }
        }
        return others;
    }

    /** Returns the bound of pairs with these cosines (n, n), without log n, which does not depend on kappa. */
    private static double bound(Matrix cosines, double kappa, TaskRunner runner) {
        int count = cosines.rows();
        List<Double> sums = runner.all(0, (count + BLOCK - 1) / BLOCK, block -> {
            double sum = 0;
            for (int i = block * BLOCK; i < Math.min(count, (block + 1) * BLOCK); i++) {
                double largest = largest(cosines.values(), i * count, count);
                double scores = 0;
                for (int j = 0; j < count; j++) {
                    scores += Math.exp(kappa * (cosines.values()[i * count + j] - largest));
                }
                sum += kappa * (cosines.values()[i * count + i] - largest) - Math.log(scores);
            }
            return sum;
        });
        return sums.stream().mapToDouble(Double::doubleValue).sum() / count;
    }

    private static double largest(double[] values, int offset, int length) {
        double largest = values[offset];
        for (int j = 1; j < length; j++) {
            largest = Math.max(largest, values[offset + j]);
        }
        return largest;
    }

    /** Returns the log of a pair's score over the mean of all, from scores relative to the largest. */
    private static double logRatio(double own, double others, double pairs) {
        double all = others + Math.exp(own);
        return all > 0 ? own - Math.log(all / pairs) : Math.log(pairs); // the others are too small for a number
    }
}
