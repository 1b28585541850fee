package org.mmcr.analysis.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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

/**
 * Finds the preparation of an encoder's input: in the metadata of a file, where it is one line of JSON, in a file
 * beside it (see {@link PreprocessorFile}), or by a name.
 */
public final class Preprocessing {
    /** Key of the metadata of exported files. */
    public static final String KEY = "preprocessing";

    private static final String COLUMNS = "columns";
    private static final String FIT = "fit";

    private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
    private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);
    private static final List<Double> ZERO = List.of(0.0, 0.0, 0.0);
    private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);
    private static final List<Double> ONE = List.of(1.0, 1.0, 1.0);

    /** The evaluation view of torchvision's published classifiers. */
    public static final PictureEvaluationView IMAGENET =
            new PictureEvaluationView(256, 224, Interpolation.BILINEAR, IMAGENET_MEAN, IMAGENET_STD);

    /** The names of preparations, each with its view. */
    private static final Map<String, PictureEvaluationView> NAMED = named();

    private Preprocessing() {}

    private static Map<String, PictureEvaluationView> named() {
        Map<String, PictureEvaluationView> views = new LinkedHashMap<>();
        views.put("imagenet", IMAGENET);
        views.put(
                "clip",
                new PictureEvaluationView(
                        224,
                        224,
                        Interpolation.BICUBIC,
                        List.of(0.48145466, 0.4578275, 0.40821073),
                        List.of(0.26862954, 0.26130258, 0.27577711)));
        views.put("dinov2", new PictureEvaluationView(256, 224, Interpolation.BICUBIC, IMAGENET_MEAN, IMAGENET_STD));
        views.put("half", new PictureEvaluationView(248, 224, Interpolation.BICUBIC, HALF, HALF));
        views.put("none", new PictureEvaluationView(224, 224, Interpolation.BILINEAR, ZERO, ONE));
        return views;
    }

    /** Returns the names of the preparations. */
    public static List<String> names() {
        return List.copyOf(NAMED.keySet());
    }

    /**
     * Returns the preparation of a name, or in a JSON file.
     *
     * @param choice {@code imagenet}, {@code clip}, {@code dinov2}, {@code half}, {@code none}, or a file that ends in
     *     {@code .json}
     * @throws MmcrException if it is neither, or the file cannot be read
     */
    public static PictureEvaluationView of(String choice) {
        PictureEvaluationView named = NAMED.get(choice);
        if (named != null) {
            return named;
        }
        Path file = Path.of(choice);
        if (!choice.endsWith(".json") || !Files.isRegularFile(file)) {
            throw new MmcrException("expected a preparation of pictures, " + choices() + ", found '" + choice + "'");
        }
        return PreprocessorFile.read(file)
                .orElseThrow(() -> new MmcrException("expected the preparation of pictures in " + file
                        + ", found none; it has image_mean, image_std and size as transformers writes them, mean, std"
                        + " and crop_pct as timm does, or resize, size, interpolation, mean and std"));
    }

    /** Returns the choices, for a message: "imagenet, clip, ... or FILE.json". */
    public static String choices() {
        return String.join(", ", NAMED.keySet()) + " or FILE.json";
    }

    /** Returns the view in the metadata of a file that mmcr exported, if there is one. */
    public static Optional<EvaluationView> of(Map<String, String> metadata) {
        String text = metadata.get(KEY);
        try {
            return text == null
                    ? Optional.empty()
                    : Optional.of(view(Json.mapper().readTree(text)));
        } catch (JsonProcessingException e) {
            throw new MmcrException(
                    "expected resize, size, interpolation, mean and std, or columns, under '" + KEY
                            + "' in the metadata, found " + text + "; export the encoder again",
                    e);
        }
    }

    /** Reads a view as {@link #KEY} holds it; a missing {@code fit} keeps the proportions. */
    static EvaluationView view(JsonNode tree) throws JsonProcessingException {
        if (tree.has(COLUMNS)) {
            return Yaml.value(tree, VectorEvaluationView.class);
        }
        if (tree instanceof ObjectNode view && !view.has(FIT)) {
            view.put(FIT, "crop");
        }
        return Yaml.value(tree, PictureEvaluationView.class);
    }
}
