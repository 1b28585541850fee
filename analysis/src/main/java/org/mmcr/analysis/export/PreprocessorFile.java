package org.mmcr.analysis.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.FileFailure;
import org.mmcr.data.io.Json;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.Interpolation;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.PictureEvaluationView.Fit;

/**
 * Reads the preparation of pictures from the JSON files that other libraries keep beside an encoder: {@value
 * #TRANSFORMERS} of transformers, {@value #TIMM} of timm; and from a file with the five keys of our own metadata.
 */
public final class PreprocessorFile {
    private static final String TRANSFORMERS = "preprocessor_config.json";
    private static final String TIMM = "config.json";
    /** Folder of the graphs in repositories of the Hugging Face hub; the configuration is in the folder above. */
    private static final String HUB_FOLDER = "onnx";

    private static final int PILLOW_BILINEAR = 2;
    private static final int PILLOW_BICUBIC = 3;

    private final Path file;
    private final JsonNode tree;

    private PreprocessorFile(Path file, JsonNode tree) {
        this.file = file;
        this.tree = tree;
    }

    /**
     * A preparation and the file that states it.
     *
     * @param view preparation of pictures
     * @param file where it was read
     */
    public record Found(PictureEvaluationView view, Path file) {}

    /** Returns the preparation that lies beside an encoder's file, if there is one. */
    public static Optional<Found> beside(Path encoder) {
        Path folder = Optional.ofNullable(encoder.toAbsolutePath().normalize().getParent())
                .orElseThrow();
        List<Path> folders = new ArrayList<>(List.of(folder));
        if (folder.endsWith(HUB_FOLDER)) {
            folders.add(folder.resolveSibling("."));
        }
        for (Path place : folders) {
            for (String name : List.of(TRANSFORMERS, TIMM)) {
                Path file = place.resolve(name).normalize();
                Optional<PictureEvaluationView> view = Files.isRegularFile(file) ? read(file) : Optional.empty();
                if (view.isPresent()) {
                    return Optional.of(new Found(view.get(), file));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Reads a file; empty if it is JSON that says nothing about pictures.
     *
     * @throws MmcrException if it is no JSON, or states a preparation that cannot be followed
     */
    public static Optional<PictureEvaluationView> read(Path file) {
        try {
            return new PreprocessorFile(file, Json.tree(file)).view();
        } catch (IOException e) {
            throw FileFailure.exception(
                    "JSON with the preparation of pictures in " + file,
                    e,
                    "correct the file, or give --preprocess " + Preprocessing.choices());
        }
    }

    private Optional<PictureEvaluationView> view() throws JsonProcessingException {
        if (tree.has("image_mean") || tree.has("do_resize") || tree.has("do_normalize")) {
            return Optional.of(transformers());
        }
        JsonNode timm = tree.path("pretrained_cfg").isObject() ? tree.path("pretrained_cfg") : tree;
        if (timm.has("mean") && timm.has("input_size")) {
            return Optional.of(timm(timm));
        }
        if (tree.has("mean") && tree.has("resize")) {
            EvaluationView view = Preprocessing.view(tree);
            return view instanceof PictureEvaluationView pictures ? Optional.of(pictures) : Optional.empty();
        }
        return Optional.empty();
    }

    /** Follows the image processors of transformers: resize, centre crop, rescale, normalise. */
    private PictureEvaluationView transformers() {
        require(tree.path("do_resize").asBoolean(true), "do_resize", "true");
        JsonNode size = tree.path("size");
        boolean crops = tree.path("do_center_crop").asBoolean(tree.has("crop_size"));
        int resize;
        Fit fit = Fit.CROP;
        if (size.has("shortest_edge")) {
            resize = pixels(size.path("shortest_edge"), "size.shortest_edge");
        } else if (size.isNumber()) {
            resize = pixels(size, "size"); // older files; without a crop both sides have this length
            fit = crops ? Fit.CROP : Fit.STRETCH;
        } else {
            resize = square(size, "size");
            fit = Fit.STRETCH;
        }
        JsonNode crop = tree.path("crop_size");
        int side = !crops ? resize : crop.isNumber() ? pixels(crop, "crop_size") : square(crop, "crop_size");
        require(side <= resize, "crop_size", "at most " + resize + " pixels, the size after the resize");
        double factor = tree.path("do_rescale").asBoolean(true)
                ? tree.path("rescale_factor").asDouble(1 / 255.0)
                : 1;
        boolean normalises = tree.path("do_normalize").asBoolean(true);
        // (level * factor - mean) / std, with the levels on the scale 0..1 of a view.
        double unit = 255 * factor;
        List<Double> mean = normalises ? three(tree, "image_mean") : List.of(0.0, 0.0, 0.0);
        List<Double> std = normalises ? three(tree, "image_std") : List.of(1.0, 1.0, 1.0);
        return new PictureEvaluationView(
                resize,
                side,
                pillow(tree.path("resample").asInt(PILLOW_BILINEAR)),
                mean.stream().map(value -> value / unit).toList(),
                std.stream().map(value -> value / unit).toList(),
                fit);
    }

    /** Follows timm's evaluation transform: resize to the input size over {@code crop_pct}, centre crop, normalise. */
    private PictureEvaluationView timm(JsonNode settings) {
        JsonNode input = settings.path("input_size");
        boolean square =
                input.size() == 3 && input.get(1).asInt() == input.get(2).asInt();
        require(square, "input_size", "3 channels and two equal sides");
        int side = pixels(input.get(1), "input_size");
        double fraction = settings.path("crop_pct").asDouble(0.875);
        require(fraction > 0 && fraction <= 1, "crop_pct", "a number above 0 and at most 1");
        String mode = settings.path("crop_mode").asText("center");
        require(List.of("center", "squash").contains(mode), "crop_mode", "center or squash");
        String filter = settings.path("interpolation").asText("bilinear");
        require(List.of("bilinear", "bicubic", "random").contains(filter), "interpolation", "bilinear or bicubic");
        return new PictureEvaluationView(
                (int) Math.floor(side / fraction),
                side,
                filter.equals("bicubic") ? Interpolation.BICUBIC : Interpolation.BILINEAR,
                three(settings, "mean"),
                three(settings, "std"),
                mode.equals("squash") ? Fit.STRETCH : Fit.CROP);
    }

    private Interpolation pillow(int code) {
        require(code == PILLOW_BILINEAR || code == PILLOW_BICUBIC, "resample", "2 (bilinear) or 3 (bicubic)");
        return code == PILLOW_BICUBIC ? Interpolation.BICUBIC : Interpolation.BILINEAR;
    }

    private int square(JsonNode size, String key) {
        int height = pixels(size.path("height"), key + ".height");
        require(height == size.path("width").asInt(), key, "a square");
        return height;
    }

    private int pixels(JsonNode number, String key) {
        require(number.isIntegralNumber() && number.asInt() > 0, key, "a number of pixels");
        return number.asInt();
    }

    private List<Double> three(JsonNode settings, String key) {
        JsonNode numbers = settings.path(key);
        boolean three = numbers.size() == 3;
        List<Double> values = new ArrayList<>();
        for (JsonNode number : numbers) {
            three &= number.isNumber();
            values.add(number.asDouble());
        }
        require(three, key, "three numbers");
        return values;
    }

    private void require(boolean valid, String key, String expected) {
        if (!valid) {
            throw new MmcrException("expected '" + key + "' to be " + expected + " in " + file + ", found "
                    + tree.findPath(key.replaceFirst("\\..*", "")) + "; give --preprocess " + Preprocessing.choices());
        }
    }
}
