package org.mmcr.analysis.capacity;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.mmcr.core.capacity.CapacitySummary;

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
 * @param ambientDimension N, after a projection
 * @param cautions ill-posed cases that were met, each with the classes it concerns
 * @param perManifold in the order of the input
 * @param simulation capacity counted on random dichotomies, where it was asked for
 * @param worstKktGap largest relative optimality gap of the problems solved
 * @param seconds wall time
 */
@API(status = API.Status.STABLE)
public record CapacityReport(
        Value capacity,
        Value radius,
        Value dimension,
        double centerCorrelation,
        double residualCorrelation,
        int lowRank,
        double participationRatio,
        int explainedVarianceDimension,
        long ambientDimension,
        List<CautionNote> cautions,
        List<Manifold> perManifold,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<SimulatedCapacity> simulation,
        double worstKktGap,
        double seconds) {

    /** The same with a simulation beside it. */
    public CapacityReport with(SimulatedCapacity simulated) {
        return new CapacityReport(
                capacity,
                radius,
                dimension,
                centerCorrelation,
                residualCorrelation,
                lowRank,
                participationRatio,
                explainedVarianceDimension,
                ambientDimension,
                cautions,
                perManifold,
                Optional.of(simulated),
                worstKktGap,
                seconds);
    }

    /**
     * A value with its interval.
     *
     * @param value the figure itself
     * @param ci95 lower and upper end of the 95 % interval over directions
     */
    public record Value(double value, List<Double> ci95) {
        static Value of(CapacitySummary.Interval interval) {
            return new Value(interval.value(), List.of(interval.low(), interval.high()));
        }
    }

    /**
     * One manifold.
     *
     * @param label its class
     * @param points how many
     * @param span number of dimensions that its points take up
     * @param capacity as if all manifolds were like it
     * @param radius in lengths of its centre
     * @param dimension of the part that anchors lie in
     * @param kktGap largest relative optimality gap of its problems
     */
    public record Manifold(
            String label, int points, int span, double capacity, double radius, double dimension, double kktGap) {}
}
