package org.mmcr.analysis.quality;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.core.quality.PowerLaw;

/**
 * The quality of a representation without labels, as a JSON document. Each measure is a key of its own.
 *
 * @param pictures number of pictures, N
 * @param views views of each picture, K
 * @param dimension length of an embedding, D
 * @param measures each measure that has a value, by its key, with a 95 % interval over pictures
 * @param alphaReqFit range and quality of the fit of alpha-ReQ
 * @param clusters number of clusters of the cluster learnability, if it has a value
 * @param cautions measures that mean nothing or little here
 * @param seconds wall time of the measurement, without embedding
 */
@API(status = API.Status.STABLE)
public record QualityReport(
        int pictures,
        int views,
        int dimension,
        @JsonAnyGetter Map<String, CapacityReport.Value> measures,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<PowerLaw> alphaReqFit,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Integer> clusters,
        List<Caution> cautions,
        double seconds) {
    public QualityReport {
        measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
        cautions = List.copyOf(cautions);
    }

    /**
     * A measure that means nothing or little on these embeddings.
     *
     * @param measure its key; the document lacks this key if the measure has no value
     * @param text the reason
     */
    public record Caution(String measure, String text) {}
}
