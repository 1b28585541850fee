package org.mmcr.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.analysis.embed.FeatureCache;
import org.mmcr.analysis.export.ExportSource;
import org.mmcr.analysis.export.OnnxExport;
import org.mmcr.analysis.onnx.OnnxChoice;
import org.mmcr.analysis.onnx.OnnxEncoder;
import org.mmcr.data.SyntheticPictures;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.SmallConvNetSpec;

/** An explorer of an ONNX file and a folder of pictures, without a run. */
class ExploreEncoderTest {
    @TempDir
    private Path folder;

    private ExploreOptions options(OnnxEncoder encoder, Path pictures) {
        return new ExploreOptions(
                List.of(),
                Optional.of(ExploreEncoder.of(encoder, encoder.fingerprint())),
                folder.resolve("explored"),
                new FeatureCache(folder.resolve("cache"), FeatureCache.USUAL_BYTES),
                Optional.of(pictures.toString()),
                ExploreOptions.LOOPBACK,
                0,
                Optional.empty(),
                1,
                0);
    }

    private Path graph() {
        Encoder encoder = SmallConvNetSpec.standard().build(3);
        encoder.eval();
        Path file = folder.resolve("encoder.onnx");
        PictureEvaluationView view = PictureEvaluationView.of(PictureViewRecipe.cifar());
        OnnxExport.write(file, ExportSource.of(encoder, view), Optional.empty());
        return file;
    }

    @Test
    void explore_aGraph_showsMapNeighboursSphereAndWritesAClassifierWithTheEncoder() throws Exception {
        Path pictures = folder.resolve("pictures");
        SyntheticPictures.write(pictures, 6, 3);
        try (OnnxEncoder encoder = OnnxEncoder.open(graph(), OnnxChoice.none());
                Explorer server = Explorer.start(options(encoder, pictures))) {
            ExplorerClient asked = new ExplorerClient(server);
            asked.awaitReady();
            assertThat(asked.get("/api/runs").body()).asString().isEqualTo("[]");
            assertThat(asked.get("/api/sphere").statusCode()).isEqualTo(200);
            for (int picture = 0; picture < 8; picture++) {
                String action = "{\"action\":\"assign\",\"pictures\":[%d],\"label\":\"%s\",\"random\":false}"
                        .formatted(picture * 7, picture % 2 == 0 ? "even" : "odd");
                assertThat(asked.act(action).statusCode()).isEqualTo(200);
            }
            asked.awaitLine("\"head\":{\"labels\":8");
            Path written = Files.write(
                    folder.resolve("classifier.onnx"),
                    asked.get("/api/export/classifier.onnx").body());
            computes(written);
        }
        assertThat(folder.resolve("cache")).isDirectoryContaining("glob:**features-*.npy");
        try (var files = Files.list(folder.resolve("explored"))) {
            assertThat(files.map(file -> file.getFileName().toString())).anyMatch(name -> name.startsWith("labels-"));
        }
    }

    private static void computes(Path file) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(file.toString());
                OnnxTensor given = OnnxTensor.createTensor(environment, new float[2][3][32][32]);
                OrtSession.Result result = session.run(Map.of("pictures", given))) {
            assertThat(session.getMetadata().getCustomMetadata())
                    .containsEntry("class_names", "[\"even\",\"odd\"]")
                    .containsEntry("size", "32");
            float[][] probabilities =
                    (float[][]) result.get("probabilities").orElseThrow().getValue();
            assertThat(probabilities[1][0] + probabilities[1][1]).isBetween(0.9999f, 1.0001f);
        }
    }
}
