package org.mmcr.analysis.capacity;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.apiguardian.api.API;
import org.mmcr.core.capacity.IsotonicThreshold.Count;

/**
 * Capacity counted on random dichotomies.
 *
 * @param capacity number of manifolds divided by {@code criticalDimensions}, with its interval over dichotomies
 * @param criticalDimensions number of dimensions at which half of the dichotomies are separable
 * @param bound whether the value is an estimate or a bound
 * @param undecided number of dichotomies without a certificate of either kind; they count as inseparable
 * @param counts separable dichotomies for each number of dimensions that was tried
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

    /** Whether the counts bracket the crossing. */
    public enum Bound {
        /** The counts bracket it: the value is an estimate. */
        @JsonProperty("none")
        NONE,
        /** Fewer than half are separable even in all dimensions: capacity is at most the value. */
        @JsonProperty("at_most")
        AT_MOST,
        /** Half are separable in a single dimension: capacity is at least the value. */
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
