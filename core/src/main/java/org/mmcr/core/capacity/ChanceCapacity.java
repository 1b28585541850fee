package org.mmcr.core.capacity;

import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * The capacity that classes have by chance: of points in general position whose labels say nothing about them. The cone
 * that a class of m such points spans in N dimensions takes up {@code E[min(N, B)]} dimensions, where B is binomial
 * with
 * m trials of probability 1/2; the chance capacity is the inverse, about 2 / m for m well below N and never less than 1
 * / N.
 *
 * <p>Source: a sum over the regions of an arrangement of m hyperplanes in general position, whose intrinsic volumes add
 * up to binomial coefficients (Klivans and Swartz 2011), and polarity. Only the signs of the points must be symmetric
 * around the centre; they may have any covariance. 2 / m is the level of Cover 1965.
 */
@API(status = API.Status.STABLE)
public final class ChanceCapacity {
    private ChanceCapacity() {}

    /**
     * Returns the chance level of classes that a read-out through the mean of all points separates, each by itself.
     *
     * @param dimensions N, at least 1
     * @param points number of points of each class, each at least 1
     * @return classes per dimension; harmonic mean over classes
     */
    public static double of(int dimensions, int... points) {
        return 1
                / IntStream.of(points)
                        .mapToDouble(count -> dimensions(dimensions, count))
                        .average()
                        .orElseThrow();
    }

    /**
     * Returns the chance level of classes that a read-out through the origin separates all at once ({@link
     * CorrelatedCapacity}).
     *
     * @param dimensions N, at least 1
     * @param classes number of classes
     * @param points number of points of all classes together, at least one of each
     * @return classes per dimension
     */
    public static double ofAllAtOnce(int dimensions, int classes, int points) {
        return classes / dimensions(dimensions, points);
    }

    /** Returns E[min(N, B)], B binomial with {@code points} trials of 1/2. O(points) time. */
    private static double dimensions(int most, int points) {
        if (points <= most) {
            return points / 2.0;
        }
        // The logarithm of a binomial probability, from one term to the next: 2^-m itself may be below the smallest
        // double.
        double log = -points * Math.log(2);
        double sum = 0;
        for (int successes = 0; successes <= points; successes++) {
            sum += Math.exp(log) * Math.min(most, successes);
            log += Math.log((double) (points - successes) / (successes + 1));
        }
        return sum;
    }
}
