package org.mmcr.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mmcr.MmcrException;
import org.mmcr.views.EvaluationView;
import org.mmcr.views.Interpolation;

/** How pictures are prepared for an encoder, as one line of JSON in a file's metadata. */
final class Preprocessing {
    static final String KEY = "preprocessing";

    /** What torchvision's published classifiers were evaluated with. */
    static final EvaluationView IMAGENET = new EvaluationView(
            256, 224, Interpolation.BILINEAR, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

    private Preprocessing() {}

    /** What the metadata say, if they say anything. */
    static Optional<EvaluationView> of(Map<String, String> metadata) {
        String text = metadata.get(KEY);
        try {
            return text == null
                    ? Optional.empty()
                    : Optional.of(ExportJson.MAPPER.readValue(text, EvaluationView.class));
        } catch (JsonProcessingException e) {
            throw new MmcrException(
                    "expected resize, size, interpolation, mean and std under '" + KEY + "' in the metadata, found "
                            + text + "; export the encoder again",
                    e);
        }
    }
}
