package org.mmcr.analysis.capacity;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apiguardian.api.API;
import org.mmcr.analysis.capacity.CapacityReport.Value;
import org.mmcr.core.capacity.ChanceCapacity;
import org.mmcr.core.capacity.CorrelatedCapacity;
import org.mmcr.core.capacity.CorrelatedFigure;

/**
 * The JSON document of a {@link CorrelatedCapacity}, with the counted capacity and the wall time.
 *
 * @param capacity classes per dimension that a linear read-out separates
 * @param chance capacity of as many points with labels that say nothing, see {@link ChanceCapacity#ofAllAtOnce}
 * @param dimension effective dimension of a class
 * @param radius effective radius, in lengths of the centres
 * @param utility capacity divided by {@code (1 + radius^-2) / dimension}
 * @param centerAlignment mean absolute cosine of the centres of two classes; null for one class
 * @param axisAlignment mean absolute cosine of the axes of two classes; null if all classes are points
 * @param centerAxisAlignment mean absolute cosine of a class's centre and another's axis
 * @param pairs number of pairs of a direction and a dichotomy
 * @param ambientDimension number of dimensions, after a projection
 * @param cautions ill-posed cases
 * @param perManifold one entry per class, in the order of the input
 * @param simulation capacity counted on dichotomies, if requested
 * @param worstKktGap largest relative optimality gap of all least-squares problems
 * @param seconds wall time of the measurement
 */
@API(status = API.Status.STABLE)
public record CorrelatedReport(
        Value capacity,
        double chance,
        Value dimension,
        Value radius,
        Value utility,
        Optional<Value> centerAlignment,
        Optional<Value> axisAlignment,
        Optional<Value> centerAxisAlignment,
        int pairs,
        int ambientDimension,
        List<CautionNote> cautions,
        List<CorrelatedCapacity.Manifold> perManifold,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<SimulatedCapacity> simulation,
        double worstKktGap,
        double seconds)
        implements LayerCapacity {

    /**
     * Medians over classes, each measured alone.
     *
     * @param radius effective radius of a class
     * @param dimension effective dimension of a class
     */
    public record Medians(double radius, double dimension) {}

    /** Returns the medians over the classes. */
    @JsonProperty
    public Medians medians() {
        return new Medians(median(CorrelatedCapacity.Manifold::radius), median(CorrelatedCapacity.Manifold::dimension));
    }

    private double median(ToDoubleFunction<CorrelatedCapacity.Manifold> figure) {
        double[] sorted = perManifold.stream().mapToDouble(figure).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** Returns the document of a measurement that took {@code seconds}. */
    public static CorrelatedReport of(CorrelatedCapacity measured, double seconds) {
        return new CorrelatedReport(
                figure(measured, CorrelatedFigure.CAPACITY).orElseThrow(),
                ChanceCapacity.ofAllAtOnce(
                        measured.ambientDimension(),
                        measured.perManifold().size(),
                        measured.perManifold().stream()
                                .mapToInt(CorrelatedCapacity.Manifold::points)
                                .sum()),
                figure(measured, CorrelatedFigure.DIMENSION).orElseThrow(),
                figure(measured, CorrelatedFigure.RADIUS).orElseThrow(),
                figure(measured, CorrelatedFigure.UTILITY).orElseThrow(),
                figure(measured, CorrelatedFigure.CENTER_ALIGNMENT),
                figure(measured, CorrelatedFigure.AXIS_ALIGNMENT),
                figure(measured, CorrelatedFigure.CENTER_AXIS_ALIGNMENT),
                measured.pairs(),
                measured.ambientDimension(),
                CautionNote.of(measured.cautions()),
                measured.perManifold(),
                Optional.empty(),
                measured.worstKktGap(),
                seconds);
    }

    private static Optional<Value> figure(CorrelatedCapacity measured, CorrelatedFigure figure) {
        return measured.figure(figure).map(Value::of);
    }

    /** Returns a copy with a counted capacity. */
    public CorrelatedReport with(SimulatedCapacity simulated) {
        return new CorrelatedReport(
                capacity,
                chance,
                dimension,
                radius,
                utility,
                centerAlignment,
                axisAlignment,
                centerAxisAlignment,
                pairs,
                ambientDimension,
                cautions,
                perManifold,
                Optional.of(simulated),
                worstKktGap,
                seconds);
    }

    @Override
    public Value correlation() {
        return centerAlignment.orElse(new Value(Double.NaN, List.of()));
    }
}
