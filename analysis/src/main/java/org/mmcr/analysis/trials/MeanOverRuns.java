package org.mmcr.analysis.trials;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Mean and spread of a figure over repeated runs.
 *
 * @param mean mean
 * @param sd sample standard deviation, for two values or more
 * @param n number of values
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record MeanOverRuns(double mean, OptionalDouble sd, int n) {
    /** Returns the mean of some values; empty without a value. */
    public static Optional<MeanOverRuns> of(List<Double> values) {
        int n = values.size();
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        OptionalDouble sd = n < 2 ? OptionalDouble.empty() : OptionalDouble.of(Math.sqrt(squares / (n - 1)));
        return n == 0 ? Optional.empty() : Optional.of(new MeanOverRuns(mean, sd, n));
    }
}
