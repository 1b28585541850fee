package org.mmcr.report.capacity;

import java.util.List;
import org.mmcr.capacity.CapacitySummary;

/**
 * Capacity of manifolds.
 *
 * @param capacity manifolds for each dimension that a linear read-out separates; harmonic mean over manifolds
 * @param radius of a manifold, in lengths of its centre; mean over manifolds
 * @param dimension of a manifold; mean over manifolds
 * @param centerCorrelation mean absolute correlation of the centres
 * @param residualCorrelation the same after the common structure was removed
 * @param lowRank directions of common structure that were removed
 * @param participationRatio of the covariance of all points
 * @param explainedVarianceDimension directions that hold about 90 % of the variance of all points
 * @param perManifold in the order of the input
 * @param worstKktGap largest relative optimality gap of the problems solved
 * @param seconds wall time
 */
public record CapacityReport(
        Value capacity,
        Value radius,
        Value dimension,
        double centerCorrelation,
        double residualCorrelation,
        int lowRank,
        double participationRatio,
        int explainedVarianceDimension,
        List<Manifold> perManifold,
        double worstKktGap,
        double seconds) {

    /** A value with its 95 % interval over directions. */
    public record Value(double value, List<Double> ci95) {
        static Value of(CapacitySummary.Interval interval) {
            return new Value(interval.value(), List.of(interval.low(), interval.high()));
        }
    }

    /** One manifold. */
    public record Manifold(String label, int points, double capacity, double radius, double dimension) {}
}
