package org.mmcr.analysis.capacity;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToIntBiFunction;
import org.apiguardian.api.API;
import org.mmcr.core.capacity.CapacitySummary;
import org.mmcr.core.capacity.ManifoldCapacity;

/**
 * The JSON document of a {@link ManifoldCapacity}, with the counted capacity and the wall time.
 *
 * @param capacity number of classes per dimension that a linear read-out separates; harmonic mean over classes
 * @param radius radius of a class in norms of its centre; mean over classes
 * @param dimension dimension of a class; mean over classes
 * @param medians medians over classes of the three
 * @param chance capacity of as many points with labels that say nothing; absent with a margin
 * @param centerCorrelation mean absolute correlation of the centres
 * @param residualCorrelation mean absolute correlation of the centres without their common directions
 * @param lowRank number of common directions of the centres that were removed
 * @param participationRatio participation ratio of the covariance of all points
 * @param explainedVarianceDimension number of directions that hold about 90 % of the variance of all points
 * @param ambientDimension number of dimensions, after a projection
 * @param cautions ill-posed cases
 * @param perManifold one entry per class, in the order of the input
 * @param costliest points that support the anchors most, and the capacity without each; none unless requested
 * @param simulation capacity counted on random dichotomies, if requested
 * @param worstKktGap largest relative optimality gap of all least-squares problems
 * @param seconds wall time of the measurement
 */
@API(status = API.Status.STABLE)
public record CapacityReport(
        Value capacity,
        Value radius,
        Value dimension,
        ManifoldCapacity.Medians medians,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) OptionalDouble chance,
        double centerCorrelation,
        double residualCorrelation,
        int lowRank,
        double participationRatio,
        int explainedVarianceDimension,
        long ambientDimension,
        List<CautionNote> cautions,
        List<ManifoldCapacity.Manifold> perManifold,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ManifoldCapacity.CostlyPoint> costliest,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<SimulatedCapacity> simulation,
        double worstKktGap,
        double seconds)
        implements LayerCapacity {

    /** Returns the document of a measurement that took {@code seconds}. */
    public static CapacityReport of(ManifoldCapacity measured, double seconds) {
        return new CapacityReport(
                Value.of(measured.capacity()),
                Value.of(measured.radius()),
                Value.of(measured.dimension()),
                measured.medians(),
                measured.chance(),
                measured.centerCorrelation(),
                measured.residualCorrelation(),
                measured.lowRank(),
                measured.participationRatio(),
                measured.explainedVarianceDimension(),
                measured.ambientDimension(),
                CautionNote.of(measured.cautions()),
                measured.perManifold(),
                measured.costliest(),
                Optional.empty(),
                measured.worstKktGap(),
                seconds);
    }

    /** Returns a copy with a counted capacity. */
    public CapacityReport with(SimulatedCapacity simulated) {
        return copy(costliest, Optional.of(simulated));
    }

    /**
     * Returns a copy in which costly points have other indices.
     *
     * @param rows returns the new index of a point from the label of its class and its index in the class
     */
    CapacityReport withPoints(ToIntBiFunction<String, Integer> rows) {
        return copy(
                costliest.stream()
                        .map(one -> one.withPoint(rows.applyAsInt(one.label(), one.point())))
                        .toList(),
                simulation);
    }

    private CapacityReport copy(List<ManifoldCapacity.CostlyPoint> points, Optional<SimulatedCapacity> counted) {
        return new CapacityReport(
                capacity,
                radius,
                dimension,
                medians,
                chance,
                centerCorrelation,
                residualCorrelation,
                lowRank,
                participationRatio,
                explainedVarianceDimension,
                ambientDimension,
                cautions,
                perManifold,
                points,
                counted,
                worstKktGap,
                seconds);
    }

    @Override
    public Value correlation() {
        return new Value(centerCorrelation, List.of());
    }

    /**
     * A value, in JSON an object with its interval, or a number if it has none.
     *
     * @param value the value
     * @param ci95 lower and upper end of the 95 % interval over directions; empty if it is not known
     */
    public record Value(double value, List<Double> ci95) {
        /** The object in JSON. */
        private record WithInterval(double value, List<Double> ci95) {}

        /** Returns the value with its interval, where one is known. */
        public static Value of(CapacitySummary.Interval interval) {
            boolean known = !Double.isNaN(interval.low());
            return new Value(interval.value(), known ? List.of(interval.low(), interval.high()) : List.of());
        }

        @JsonValue
        Object json() {
            return ci95.isEmpty() ? value : new WithInterval(value, ci95);
        }
    }
}
