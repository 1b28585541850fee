package org.mmcr.train.evaluate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * The accuracy on one class.
 *
 * @param name the class
 * @param n number of test samples of this class
 * @param correct number of them predicted correctly
 */
@API(status = API.Status.STABLE)
public record ClassAccuracy(String name, int n, int correct) {
    /** {@code correct / n}; empty for a class that the test data lacks. */
    @JsonProperty
    public OptionalDouble accuracy() {
        return n == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) correct / n);
    }
}
