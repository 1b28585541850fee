package org.mmcr.analysis.embeddings;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.information.SphereEntropy;

/**
 * An analysis of embeddings.
 *
 * @param centroids figures of the centroids
 * @param information mutual information of the views
 * @param classes figures of the classes, if there are labels
 * @param verdict interpretation in words, most important first
 * @param leftOut keys of the figures that need two views; empty with two or more
 */
public record Analysis(
        @JsonUnwrapped Centroids centroids,
        @JsonUnwrapped Information information,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Classes> classes,
        List<String> verdict,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> leftOut) {
    /** Keys of the figures that compare the views of a sample. */
    private static final List<String> OF_VIEWS = List.of(
            "invariance",
            "squared_centroid_norm",
            "alignment",
            "reconstruction",
            "mi_lower_bound",
            "infonce",
            "infonce_ceiling");

    /**
     * Analyses embeddings.
     *
     * @param embeddings (N*K, D) float32 or float64 of any scale, the K views of one sample adjacent, not modified
     * @param views K, at least 1; with 1 the figures that compare views are absent
     * @param labels class of each sample, N values
     * @param seed seed of the random choices in the estimators
     * @throws MmcrException if the shape does not fit, or a row has no direction
     */
    public static Analysis of(Tensor embeddings, int views, Optional<List<String>> labels, long seed) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor unit = UnitViews.of(embeddings, views);
            if (unit.size(0) < SphereEntropy.FEWEST) {
                throw new MmcrException("expected at least " + SphereEntropy.FEWEST + " samples to analyse, found "
                        + unit.size(0) + "; embed more of them");
            }
            Optional<Classes> classes = labels.map(names -> Classes.of(unit, names));
            Centroids centroids = Centroids.of(unit);
            Information information = Information.of(unit, seed);
            return new Analysis(
                    centroids,
                    information,
                    classes,
                    Diagnosis.words(centroids, information),
                    views > 1 ? List.of() : OF_VIEWS);
        }
    }
}
