package org.mmcr.analysis.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.Yaml;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.Interpolation;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.VectorEvaluationView;

/** Reads an encoder's evaluation view from the metadata of a file, where it is one line of JSON. */
final class Preprocessing {
    static final String KEY = "preprocessing";
    private static final String COLUMNS = "columns";

    /** The evaluation view of torchvision's published classifiers. */
    static final PictureEvaluationView IMAGENET = new PictureEvaluationView(
            256, 224, Interpolation.BILINEAR, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

    private Preprocessing() {}

    /** Returns the view in the metadata, if there is one. */
    static Optional<EvaluationView> of(Map<String, String> metadata) {
        String text = metadata.get(KEY);
        try {
            if (text == null) {
                return Optional.empty();
            }
            JsonNode tree = Json.mapper().readTree(text);
            Class<? extends EvaluationView> kind =
                    tree.has(COLUMNS) ? VectorEvaluationView.class : PictureEvaluationView.class;
            return Optional.of(Yaml.value(tree, kind));
        } catch (JsonProcessingException e) {
            throw new MmcrException(
                    "expected resize, size, interpolation, mean and std, or columns, under '" + KEY
                            + "' in the metadata, found " + text + "; export the encoder again",
                    e);
        }
    }
}
