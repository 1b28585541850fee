package org.mmcr.analysis.capacity;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.apiguardian.api.API;
import org.mmcr.core.capacity.IsotonicThreshold.Count;

/**
 * Capacity counted on random dichotomies.
 *
 * @param capacity manifolds over {@code criticalDimensions}, with its interval over dichotomies
 * @param criticalDimensions at which half of the dichotomies are separable
 * @param bound whether the capacity is only known to lie on one side of the value
 * @param undecided dichotomies with neither certificate; they count as inseparable
 * @param counts separable dichotomies at every number of dimensions that was tried
 * @param seconds wall time
 */
@API(status = API.Status.STABLE)
public record SimulatedCapacity(
        CapacityReport.Value capacity,
        double criticalDimensions,
        Bound bound,
        int undecided,
        List<Count> counts,
        double seconds) {

    /** What the counts say of the crossing. */
    public enum Bound {
        /** It lies between two of them. */
        @JsonProperty("none")
        NONE,
        /** Even in all the dimensions there are, fewer than half are separable: capacity is at most the value. */
        @JsonProperty("at_most")
        AT_MOST,
        /** Half are separable already in one dimension: capacity is at least the value. */
        @JsonProperty("at_least")
        AT_LEAST;

        static Bound of(List<Count> counts) {
            if (counts.stream().noneMatch(count -> 2 * count.successes() >= count.trials())) {
                return AT_MOST;
            }
            return 2 * counts.get(0).successes() >= counts.get(0).trials() ? AT_LEAST : NONE;
        }
    }
}
