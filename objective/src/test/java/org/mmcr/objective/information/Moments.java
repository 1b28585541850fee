package org.mmcr.objective.information;

import java.util.Arrays;

/**
 * Mean and sample standard deviation of some terms.
 *
 * @param count how many terms
 * @param mean their mean
 * @param deviation their standard deviation, with count - 1 in the denominator; 0 for one term
 */
record Moments(int count, double mean, double deviation) {
    static Moments of(double[] terms) {
        double mean = Arrays.stream(terms).sum() / terms.length;
        double squares =
                Arrays.stream(terms).map(term -> (term - mean) * (term - mean)).sum();
        return new Moments(terms.length, mean, terms.length > 1 ? Math.sqrt(squares / (terms.length - 1)) : 0);
    }

    /** Returns the standard error of the mean of independent terms. */
    double standardError() {
        return deviation / Math.sqrt(count);
    }
}
