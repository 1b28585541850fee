package org.mmcr.data.views;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.mmcr.data.Picture;

/** Compares every operation of the augmentation with torchvision on Pillow pictures. */
class ViewReferenceTest {
    /** Tolerance stated with the reference values. */
    private static final double MEAN = 1.0;

    private static final double PERCENTILE_99 = 4.0;

    @TestFactory
    Stream<DynamicTest> operation_onReferencePicture_isWithinTolerance() throws IOException {
        Path folder = ReferenceImages.folder();
        JsonNode cases =
                new ObjectMapper().readTree(folder.resolve("cases.json").toFile());
        assertThat(cases).hasSizeGreaterThan(30);
        return StreamSupport.stream(cases.spliterator(), false)
                .map(one -> DynamicTest.dynamicTest(one.get("output").asText(), () -> check(folder, one)));
    }

    private static void check(Path folder, JsonNode one) {
        Picture input = ReferenceImages.read(folder.resolve(one.get("input").asText()));
        Picture expected = ReferenceImages.read(folder.resolve(one.get("output").asText()));
        PlanarPicture planes = new PlanarPicture(expected.height(), expected.width());
        apply(planes, input, one.get("op").asText(), one.get("params"));
        double[] differences = ReferenceImages.differences(levels(planes), expected);
        double mean = Arrays.stream(differences).average().orElseThrow();
        assertThat(mean).as("mean absolute difference").isLessThanOrEqualTo(MEAN);
        assertThat(differences[(int) (0.99 * differences.length)])
                .as("99th percentile")
                .isLessThanOrEqualTo(PERCENTILE_99);
    }

    private static void apply(PlanarPicture planes, Picture input, String operation, JsonNode params) {
        CropBox whole = new CropBox(0, 0, input.height(), input.width());
        switch (operation) {
            case "resized_crop" -> resizedCrop(planes, input, params);
            case "hflip" -> new Resampler().resize(input, whole, Interpolation.BILINEAR, true, planes);
            case "color_jitter" -> {
                new Resampler().resize(input, whole, Interpolation.BILINEAR, false, planes);
                for (JsonNode step : params.get("order")) {
                    recolour(planes, step.asText(), params.get(step.asText()).asDouble());
                }
            }
            default -> {
                new Resampler().resize(input, whole, Interpolation.BILINEAR, false, planes);
                recolour(
                        planes,
                        operation,
                        params.elements().hasNext() ? params.elements().next().asDouble() : 0.0);
            }
        }
    }

    private static void resizedCrop(PlanarPicture planes, Picture input, JsonNode params) {
        CropBox box = new CropBox(
                params.get("top").asInt(),
                params.get("left").asInt(),
                params.get("height").asInt(),
                params.get("width").asInt());
        Interpolation filter =
                Interpolation.valueOf(params.get("interpolation").asText().toUpperCase(Locale.ROOT));
        assertThat(planes.width).isEqualTo(params.get("size").asInt());
        new Resampler().resize(input, box, filter, false, planes);
    }

    private static void recolour(PlanarPicture planes, String operation, double parameter) {
        switch (operation) {
            case "brightness" -> ColourOperations.brightness(planes, (float) parameter);
            case "contrast" -> ColourOperations.contrast(planes, (float) parameter);
            case "saturation" -> ColourOperations.saturation(planes, (float) parameter);
            case "hue" -> ColourOperations.hue(planes, (float) parameter);
            case "grayscale" -> ColourOperations.grayscale(planes);
            case "gaussian_blur" -> GaussianBlur.apply(planes, parameter);
            case "solarize" -> ColourOperations.solarize(planes, (float) parameter);
            default -> throw new AssertionError("unknown operation in the reference: " + operation);
        }
    }

    private static float[] levels(PlanarPicture planes) {
        float[] levels = new float[3 * planes.pixels];
        Normalisation none = new Normalisation(List.of(0.0, 0.0, 0.0), List.of(1 / 255.0, 1 / 255.0, 1 / 255.0));
        planes.write(none, FloatBuffer.wrap(levels), 0);
        return levels;
    }
}
