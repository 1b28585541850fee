package org.mmcr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.analysis.export.ExportSource;
import org.mmcr.analysis.export.OnnxExport;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.SyntheticPictures;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.encoder.SmallConvNetSpec;
import org.mmcr.train.evaluate.EncoderFeatures;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.ProgressListener;

class SimilarPicturesTest {
    private static final int ASKED = 7;

    @TempDir
    private Path folder;

    @Test
    void answer_aPictureOfTheFolder_isItselfThenTheNearestByOurOwnFeatures() throws Exception {
        Path pictures = folder.resolve("pictures");
        SyntheticPictures.write(pictures, 3, 1);
        Files.writeString(pictures.resolve("notes.txt"), "not a picture");
        Encoder encoder = SmallConvNetSpec.standard().build(1); // random weights distinguish pictures too
        encoder.eval();
        EvaluationView view = PictureEvaluationView.of(PictureViewRecipe.cifar());
        Path model = folder.resolve("encoder.onnx");

        try (DataSource source = DataSources.open(pictures.toString(), DataOptions.defaults())) {
            OnnxExport.write(model, ExportSource.of(encoder, view), Optional.of(source));
            assertAnswers(source, encoder, view, model, pictures);
        }
    }

    private static void assertAnswers(
            DataSource source, Encoder encoder, EvaluationView view, Path model, Path pictures) throws Exception {
        try (FeatureSet features = new FeatureExtractor(new EncoderFeatures(encoder, view, Precision.FP32), 16, 2)
                        .extract(source, ProgressListener.NONE);
                SimilarPictures service = new SimilarPictures(model, pictures, 0)) {
            String name = source.name(ASKED);
            HttpResponse<String> response =
                    post(service, "?count=4", "image", Files.readAllBytes(pictures.resolve(name)));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            JsonNode matches = new ObjectMapper().readTree(response.body());
            double[] cosines = cosines(features.features());
            int[] expected = IntStream.range(0, cosines.length)
                    .boxed()
                    .sorted((a, b) -> Double.compare(cosines[b], cosines[a]))
                    .limit(4)
                    .mapToInt(Integer::intValue)
                    .toArray();
            assertThat(matches).hasSize(4);
            assertThat(matches.get(0).get("path").asText()).isEqualTo(name);
            for (int i = 0; i < 4; i++) {
                assertThat(matches.get(i).get("path").asText()).isEqualTo(source.name(expected[i]));
                assertThat(matches.get(i).get("similarity").asDouble()).isCloseTo(cosines[expected[i]], within(1e-4));
            }

            assertThat(post(service, "", "file", new byte[] {1}).body()).contains("field 'image'");
            assertThat(post(service, "", "image", new byte[] {1}).statusCode()).isEqualTo(400);
            assertThat(post(service, "?count=0", "image", new byte[] {1}).statusCode())
                    .isEqualTo(400);
        }
    }

    private static double[] cosines(Tensor features) {
        Tensor products = torch.cosine_similarity(features, features.narrow(0, ASKED, 1));
        float[] values = new float[Math.toIntExact(products.numel())];
        new FloatPointer(products.data_ptr()).get(values);
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    private static HttpResponse<String> post(SimilarPictures service, String query, String field, byte[] content)
            throws IOException, InterruptedException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(("--edge\r\nContent-Disposition: form-data; name=\"" + field
                        + "\"; filename=\"x.png\"\r\nContent-Type: image/png\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        body.writeBytes(content);
        body.writeBytes("\r\n--edge--\r\n".getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + "/" + query))
                .header("Content-Type", "multipart/form-data; boundary=edge")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
