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
    /** Classes that a sentence names. */
    private static final int NAMED = 3;

    static List<CautionNote> of(Map<Caution, List<String>> cautions) {
        return cautions.entrySet().stream()
                .map(caution -> of(caution.getKey(), caution.getValue()))
                .toList();
    }

    private static CautionNote of(Caution caution, List<String> classes) {
        return new CautionNote(caution.name().toLowerCase(Locale.ROOT), classes, caution.text());
    }

    /** Returns the case in words, up to three of its classes and the explanation as one sentence. */
    public String sentence() {
        List<String> named = classes.subList(0, Math.min(NAMED, classes.size()));
        int rest = classes.size() - named.size();
        String which = (classes.size() == 1 ? " (class " : " (classes ") + String.join(", ", named)
                + (rest == 0 ? "" : " and " + rest + " more") + ")";
        return name.replace('_', ' ') + (classes.isEmpty() ? "" : which) + ": " + text;
    }
}
