package org.mmcr.analysis.capacity;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;
import org.mmcr.core.capacity.Caution;

/**
 * An ill-posed case that was met.
 *
 * @param name of the case
 * @param classes that it concerns; empty when it concerns all
 * @param text what it means
 */
@API(status = API.Status.STABLE)
public record CautionNote(@JsonProperty("case") String name, List<String> classes, String text) {
    static CautionNote of(Caution caution, List<String> classes) {
        return new CautionNote(caution.name().toLowerCase(Locale.ROOT), classes, caution.text());
    }
}
