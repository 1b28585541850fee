package org.mmcr.analysis.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.views.Interpolation;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.PictureEvaluationView.Fit;

class PreprocessorFileTest {
    @TempDir
    private Path folder;

    private PictureEvaluationView read(String json) throws IOException {
        Path file = Files.writeString(folder.resolve("preparation.json"), json);
        return Preprocessing.of(file.toString());
    }

    /** As facebook/dinov2-small has it on the hub. */
    private static final String DINOV2 = """
            {"crop_size": {"height": 224, "width": 224}, "do_center_crop": true, "do_convert_rgb": true,
             "do_normalize": true, "do_rescale": true, "do_resize": true, "image_mean": [0.485, 0.456, 0.406],
             "image_processor_type": "BitImageProcessor", "image_std": [0.229, 0.224, 0.225], "resample": 3,
             "rescale_factor": 0.00392156862745098, "size": {"shortest_edge": 256}}
            """;

    @Test
    void read_transformers_followsItsSteps() throws IOException {
        PictureEvaluationView dinov2 = read(DINOV2);
        assertThat(dinov2.resize()).isEqualTo(256);
        assertThat(dinov2.size()).isEqualTo(224);
        assertThat(dinov2.interpolation()).isEqualTo(Interpolation.BICUBIC);
        assertThat(dinov2.fit()).isEqualTo(Fit.CROP);
        assertThat(dinov2.mean().get(0)).isCloseTo(0.485, within(1e-12));
        assertThat(dinov2.std().get(2)).isCloseTo(0.225, within(1e-12));
    }

    @Test
    void read_visionTransformerOfTransformers_stretches() throws IOException {
        PictureEvaluationView vit = read("""
                {"do_normalize": true, "do_resize": true, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5],
                 "resample": 2, "size": {"height": 224, "width": 224}}
                """);
        assertThat(vit.fit()).isEqualTo(Fit.STRETCH);
        assertThat(vit.resize()).isEqualTo(224);
        PictureEvaluationView old = read("""
                {"do_normalize": true, "do_resize": true, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5],
                 "resample": 2, "size": 224}
                """);
        assertThat(old).isEqualTo(vit);
        PictureEvaluationView clip = read("""
                {"crop_size": 224, "do_center_crop": true, "do_normalize": true, "do_resize": true, "resample": 3,
                 "image_mean": [0.48, 0.45, 0.40], "image_std": [0.26, 0.26, 0.27], "size": 224}
                """);
        assertThat(clip.fit()).isEqualTo(Fit.CROP);
    }

    @Test
    void read_withoutRescale_leavesTheLevels() throws IOException {
        PictureEvaluationView levels = read("""
                {"do_normalize": false, "do_rescale": false, "do_resize": true, "resample": 2,
                 "size": {"height": 64, "width": 64}}
                """);
        // A level of 255 is 1 on the view's scale, and 255 for the encoder.
        assertThat((1 - levels.mean().get(0)) / levels.std().get(0)).isCloseTo(255, within(1e-9));
    }

    @Test
    void read_timm_resizesByTheCropFraction() throws IOException {
        String timm = """
                {"architecture": "vit_tiny_patch16_224", "num_classes": 1000, "pretrained_cfg": {
                 "input_size": [3, 224, 224], "interpolation": "bicubic", "crop_pct": 0.9, "crop_mode": "%s",
                 "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}}
                """;
        PictureEvaluationView view = read(timm.formatted("center"));
        assertThat(view.resize()).isEqualTo(248);
        assertThat(view.size()).isEqualTo(224);
        assertThat(view.interpolation()).isEqualTo(Interpolation.BICUBIC);
        assertThat(view).isEqualTo(Preprocessing.of("half"));
        assertThat(read(timm.formatted("squash")).fit()).isEqualTo(Fit.STRETCH);
        assertThatThrownBy(() -> read(timm.formatted("border")))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("'crop_mode' to be center or squash")
                .hasMessageContaining("\"border\"");
    }

    @Test
    void read_ourOwnKeys_isTheViewOfTheMetadata() throws IOException {
        PictureEvaluationView view =
                read("{resize: 20, size: 17, interpolation: bicubic, mean: [0.5,0.4,0.3], std: [0.2,0.25,0.3]}"
                        .replaceAll("(\\w+):", "\"$1\":")
                        .replace("bicubic", "\"bicubic\""));
        assertThat(view.size()).isEqualTo(17);
        assertThat(view.fit()).isEqualTo(Fit.CROP);
    }

    @Test
    void read_whatCannotBeFollowed_namesTheKey() {
        assertThatThrownBy(() -> read(DINOV2.replace("\"resample\": 3", "\"resample\": 1")))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("'resample' to be 2 (bilinear) or 3 (bicubic)");
        assertThatThrownBy(() -> read(DINOV2.replace("\"width\": 224", "\"width\": 192")))
                .hasMessageContaining("'crop_size' to be a square");
        assertThatThrownBy(() -> read(DINOV2.replace("\"do_resize\": true", "\"do_resize\": false")))
                .hasMessageContaining("'do_resize' to be true");
        assertThatThrownBy(() -> read(DINOV2.replace("[0.485, 0.456, 0.406]", "[0.485]")))
                .hasMessageContaining("three numbers");
        assertThatThrownBy(() -> read("{\"model_type\": \"vit\"}")).hasMessageContaining("found none");
        assertThatThrownBy(() -> read("{\"mean\"")).isInstanceOf(MmcrException.class);
        assertThatThrownBy(() -> Preprocessing.of("imagnet"))
                .hasMessageContaining("imagenet, clip, dinov2, half, none or FILE.json, found 'imagnet'");
    }

    @Test
    void beside_aGraphInTheHubsFolder_findsTheFileAbove() throws IOException {
        Path graphs = Files.createDirectories(folder.resolve("onnx"));
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"dinov2\"}");
        assertThat(PreprocessorFile.beside(graphs.resolve("model.onnx"))).isEmpty();
        Path stated = Files.writeString(folder.resolve("preprocessor_config.json"), DINOV2);
        assertThat(PreprocessorFile.beside(graphs.resolve("model.onnx"))
                        .orElseThrow()
                        .file())
                .isEqualTo(stated);
        assertThat(PreprocessorFile.beside(folder.resolve("model.onnx"))
                        .orElseThrow()
                        .view()
                        .size())
                .isEqualTo(224);
    }
}
