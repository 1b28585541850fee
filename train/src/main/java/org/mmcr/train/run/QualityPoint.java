package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * A measurement of quality without labels while training: a line of {@code quality.jsonl}, in which each measure is a
 * key of its own.
 *
 * @param step steps done
 * @param seconds of the budget used
 * @param samples measured training samples, N
 * @param views of each of them, K
 * @param measures values by {@link org.mmcr.core.quality.Measure#key}; a measure without a value is not there
 */
@API(status = API.Status.STABLE)
public record QualityPoint(
        long step,
        double seconds,
        int samples,
        int views,
        @JsonAnyGetter Map<String, Double> measures) {
    public QualityPoint {
        measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
    }
}
