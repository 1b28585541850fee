package org.mmcr.analysis.embeddings;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.objective.information.Estimate;
import org.mmcr.objective.information.SphereInformation;
import org.mmcr.objective.information.ViewInformation;

/**
 * Entropy of the embeddings, and mutual information between the views of a sample, in nats. What needs two views is
 * absent with one.
 *
 * @param informationSamples number of samples used, at most {@value ViewInformation#MOST}
 * @param alignment mean squared distance of two views of a sample
 * @param uniformity log of the mean of exp(-2 |x - y|^2) over samples
 * @param entropy entropy of one view on the sphere
 * @param entropyMax log area of the sphere
 * @param reconstruction E log q(z1 | z2) with a von Mises-Fisher decoder
 * @param miLowerBound reconstruction + entropy
 * @param infonce the InfoNCE bound
 * @param infonceCeiling log N, the largest possible InfoNCE bound
 * @param intervals 95 % intervals of the estimates
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Information(
        long informationSamples,
        OptionalDouble alignment,
        double uniformity,
        double entropy,
        double entropyMax,
        OptionalDouble reconstruction,
        OptionalDouble miLowerBound,
        OptionalDouble infonce,
        OptionalDouble infonceCeiling,
        Map<String, Interval> intervals) {
    /** The text of a lower bound for which {@link #showsNone} holds. */
    public static final String NONE_SHOWN = "none shown";

    private static final Set<String> LOWER_BOUNDS = Set.of("mi_lower_bound", "infonce");

    /** Returns whether a figure of this name is a lower bound of information that is not above zero. */
    public static boolean showsNone(String name, double value) {
        return LOWER_BOUNDS.contains(name) && value <= 0;
    }

    /** A 95 % interval, with a caution if it is not reliable. */
    public record Interval(
            double low,
            double high,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> caution) {
        static Interval of(Estimate estimate) {
            return new Interval(estimate.low(), estimate.high(), estimate.caution());
        }
    }

    /** Estimates the figures of unit views (N, K, D). */
    static Information of(Tensor unit, long seed) {
        if (unit.size(1) == 1) {
            return ofOneView(unit.select(1, 0), seed);
        }
        ViewInformation found = ViewInformation.of(unit, seed);
        Estimate reconstruction = found.reconstruction().value();
        Estimate infonce = found.infoNce().value();
        Map<String, Interval> intervals = new LinkedHashMap<>();
        intervals.put("entropy", Interval.of(found.entropy()));
        intervals.put("reconstruction", Interval.of(reconstruction));
        intervals.put("mi_lower_bound", Interval.of(found.miLowerBound()));
        intervals.put("infonce", Interval.of(infonce));
        return new Information(
                found.samples(),
                OptionalDouble.of(found.geometry().alignment()),
                found.geometry().uniformity(),
                found.entropy().value(),
                found.entropyMax(),
                OptionalDouble.of(reconstruction.value()),
                OptionalDouble.of(found.miLowerBound().value()),
                OptionalDouble.of(infonce.value()),
                OptionalDouble.of(found.infoNce().ceiling()),
                intervals);
    }

    private static Information ofOneView(Tensor rows, long seed) {
        SphereInformation found = SphereInformation.of(rows, seed);
        return new Information(
                found.samples(),
                OptionalDouble.empty(),
                found.uniformity(),
                found.entropy().value(),
                found.entropyMax(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Map.of("entropy", Interval.of(found.entropy())));
    }
}
