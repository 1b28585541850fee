package org.mmcr.analysis.capacity;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apiguardian.api.API;
import org.mmcr.core.capacity.Caution;

/**
 * An ill-posed case in a measurement.
 *
 * @param name name of the case
 * @param classes the classes concerned; empty for all
 * @param text explanation
 */
@API(status = API.Status.STABLE)
public record CautionNote(@JsonProperty("case") String name, List<String> classes, String text) {
    static List<CautionNote> of(Map<Caution, List<String>> cautions) {
        return cautions.entrySet().stream()
                .map(caution -> of(caution.getKey(), caution.getValue()))
                .toList();
    }

    private static CautionNote of(Caution caution, List<String> classes) {
        return new CautionNote(caution.name().toLowerCase(Locale.ROOT), classes, caution.text());
    }
}
