package org.mmcr.analysis.capacity;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.mmcr.core.capacity.CapacitySummary;
import org.mmcr.core.capacity.ManifoldCapacity;

/**
 * The JSON document of a {@link ManifoldCapacity}, with the counted capacity and the wall time.
 *
 * @param capacity number of classes per dimension that a linear read-out separates; harmonic mean over classes
 * @param radius radius of a class in norms of its centre; mean over classes
 * @param dimension dimension of a class; mean over classes
 * @param centerCorrelation mean absolute correlation of the centres
 * @param residualCorrelation mean absolute correlation of the centres without their common directions
 * @param lowRank number of common directions of the centres that were removed
 * @param participationRatio participation ratio of the covariance of all points
 * @param explainedVarianceDimension number of directions that hold about 90 % of the variance of all points
 * @param ambientDimension number of dimensions, after a projection
 * @param cautions ill-posed cases
 * @param perManifold one entry per class, in the order of the input
 * @param simulation capacity counted on random dichotomies, if requested
 * @param worstKktGap largest relative optimality gap of all least-squares problems
 * @param seconds wall time of the measurement
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
        List<ManifoldCapacity.Manifold> perManifold,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<SimulatedCapacity> simulation,
        double worstKktGap,
        double seconds) {

    /** Returns the document of a measurement that took {@code seconds}. */
    public static CapacityReport of(ManifoldCapacity measured, double seconds) {
        return new CapacityReport(
                Value.of(measured.capacity()),
                Value.of(measured.radius()),
                Value.of(measured.dimension()),
                measured.centerCorrelation(),
                measured.residualCorrelation(),
                measured.lowRank(),
                measured.participationRatio(),
                measured.explainedVarianceDimension(),
                measured.ambientDimension(),
                measured.cautions().entrySet().stream()
                        .map(caution -> CautionNote.of(caution.getKey(), caution.getValue()))
                        .toList(),
                measured.perManifold(),
                Optional.empty(),
                measured.worstKktGap(),
                seconds);
    }

    /** Returns a copy with a counted capacity. */
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
     * @param value the value
     * @param ci95 lower and upper end of the 95 % interval
     */
    public record Value(double value, List<Double> ci95) {
        /** Returns the value with its interval. */
        public static Value of(CapacitySummary.Interval interval) {
            return new Value(interval.value(), List.of(interval.low(), interval.high()));
        }
    }
}
