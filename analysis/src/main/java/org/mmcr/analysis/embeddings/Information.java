package org.mmcr.analysis.embeddings;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.objective.information.Estimate;
import org.mmcr.objective.information.ViewInformation;

/**
 * Mutual information between the views of a sample, in nats.
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
 * @param intervals 95 % intervals of the four estimates
 */
public record Information(
        long informationSamples,
        double alignment,
        double uniformity,
        double entropy,
        double entropyMax,
        double reconstruction,
        double miLowerBound,
        double infonce,
        double infonceCeiling,
        Map<String, Interval> intervals) {

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
                found.geometry().alignment(),
                found.geometry().uniformity(),
                found.entropy().value(),
                found.entropyMax(),
                reconstruction.value(),
                found.miLowerBound().value(),
                infonce.value(),
                found.infoNce().ceiling(),
                intervals);
    }
}
