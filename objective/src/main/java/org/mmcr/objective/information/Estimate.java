package org.mmcr.objective.information;

import java.util.Optional;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * An estimated quantity with its interval.
 *
 * @param value the estimate, in nats for information
 * @param low lower end of the 95 % interval
 * @param high upper end of the 95 % interval
 * @param caution reason why value and interval are unreliable, if they are
 */
@API(status = API.Status.STABLE)
public record Estimate(double value, double low, double high, Optional<String> caution) {
    private static final double NORMAL_95 = 1.96;

    /** Returns an estimate with the normal 95 % interval of a standard error. */
    static Estimate of(double value, double standardError) {
        return new Estimate(
                value, value - NORMAL_95 * standardError, value + NORMAL_95 * standardError, Optional.empty());
    }

    /** Returns the mean of independent terms with its interval. */
    static Estimate mean(double[] terms) {
        if (terms.length < 2) {
            throw new MmcrException(
                    "expected at least 2 terms to estimate a mean and its error, found " + terms.length);
        }
        double sum = 0;
        for (double term : terms) {
            sum += term;
        }
        double mean = sum / terms.length;
        double squares = 0;
        for (double term : terms) {
            squares += (term - mean) * (term - mean);
        }
        return of(mean, Math.sqrt(squares / (terms.length - 1.0) / terms.length));
    }

    /** Returns the sum of two estimates with independent errors. */
    Estimate plus(Estimate other) {
        double sum = value + other.value;
        return new Estimate(
                sum,
                sum - Math.hypot(value - low, other.value - other.low),
                sum + Math.hypot(high - value, other.high - other.value),
                Stream.of(caution, other.caution)
                        .flatMap(Optional::stream)
                        .distinct()
                        .reduce((first, second) -> first + "; " + second));
    }

    /** Returns the mean of two estimates of one quantity with independent errors. */
    Estimate averaged(Estimate other) {
        Estimate sum = plus(other);
        return new Estimate(sum.value / 2, sum.low / 2, sum.high / 2, sum.caution);
    }

    /** Returns the estimate with its interval widened by {@code down} and {@code up}. */
    Estimate widened(double down, double up) {
        return new Estimate(value, low - down, high + up, caution);
    }

    /** Returns the estimate with a caution. */
    Estimate warned(String text) {
        return new Estimate(value, low, high, Optional.of(text));
    }
}
