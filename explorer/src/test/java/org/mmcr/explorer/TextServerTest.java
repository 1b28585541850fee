package org.mmcr.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.objective.linalg.TensorArrays;
import org.mmcr.train.encoder.TextEncoder;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.ProgressListener;

/** The server's answers to searches by text. */
class TextServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private static HttpResponse<byte[]> find(Explorer explorer, String text, String rest) throws Exception {
        return new ExplorerClient(explorer)
                .get("/api/text?text=" + URLEncoder.encode(text, StandardCharsets.UTF_8) + rest);
    }

    /** The cosine of every picture, by loops over the features as the encoder gives them. */
    private static double[] cosines(ExploredClip clip, String text) {
        TextEncoder encoder = clip.texts().encoder().orElseThrow();
        float[] embedding = encoder.embed(text).embedding();
        try (PointerScope scope = new PointerScope();
                DataSource data = DataSources.open(clip.pictures().toString(), DataOptions.defaults());
                FeatureSet set = new FeatureExtractor(clip.features(), 1, 16).extract(data, ProgressListener.NONE)) {
            double[] features = TensorArrays.of(set.features().to(ScalarType.Double));
            double[] projection = TensorArrays.of(encoder.pictureProjection().to(ScalarType.Double));
            double[] cosines = new double[data.size()];
            for (int picture = 0; picture < cosines.length; picture++) {
                double product = 0;
                double square = 0;
                for (int e = 0; e < embedding.length; e++) {
                    double value = 0;
                    for (int f = 0; f < ExploredClip.WIDTH; f++) {
                        value += projection[e * ExploredClip.WIDTH + f] * features[picture * ExploredClip.WIDTH + f];
                    }
                    product += value * embedding[e];
                    square += value * value;
                }
                cosines[picture] = product / Math.sqrt(square);
            }
            return cosines;
        }
    }

    @Test
    void text_ofAClip_ranksAllPicturesByTheirCosineInPages() throws Exception {
        ExploredClip clip = ExploredClip.in(folder);
        double[] expected = cosines(clip, "a red ring");
        try (Explorer explorer = clip.explore(clip.texts())) {
            assertThat(new ExplorerClient(explorer).awaitLine("\"stage\":\"READY\""))
                    .contains("\"texts\":{\"available\":true,\"problem\":\"\"}");
            List<Integer> order = new ArrayList<>();
            List<Double> found = new ArrayList<>();
            for (int offset = 0; offset < ExploredClip.PICTURES; offset += 25) {
                JsonNode page = JSON.readTree(
                        find(explorer, "a red ring", "&n=25&offset=" + offset).body());
                assertThat(page.get("total").asInt()).isEqualTo(ExploredClip.PICTURES);
                assertThat(page.get("cut").asBoolean()).isFalse();
                for (JsonNode one : page.get("pictures")) {
                    int picture = one.at("/about/picture").asInt();
                    order.add(picture);
                    found.add(one.get("likeness").asDouble());
                    assertThat(one.get("likeness").asDouble()).isCloseTo(expected[picture], within(1e-4));
                }
            }
            assertThat(order)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, ExploredClip.PICTURES).boxed().toList());
            assertThat(found).isSortedAccordingTo(Collections.reverseOrder());
            assertThat(found.get(0) - found.get(found.size() - 1)).isGreaterThan(0.05);

            JsonNode some = JSON.readTree(
                    find(explorer, "a red ring", "&query=class:ring").body());
            assertThat(some.get("total").asInt()).isEqualTo(ExploredClip.PICTURES / 10);
            assertThat(some.get("pictures"))
                    .allMatch(one -> one.at("/about/given").asText().equals("ring"));

            JsonNode longer =
                    JSON.readTree(find(explorer, "ring ".repeat(9), "").body());
            assertThat(longer.get("cut").asBoolean()).isTrue();
            assertThat(longer.get("tokens").asInt()).isEqualTo(20);

            for (String wrong : List.of("  ", "a".repeat(801))) {
                HttpResponse<byte[]> answer = find(explorer, wrong, "");
                assertThat(answer.statusCode()).isEqualTo(400);
                assertThat(answer.body()).asString().contains("expected a description of 1 to 800 characters");
            }
            assertThat(find(explorer, "ring", "&query=colour:red").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void text_withoutATokenizer_saysWhatToPutThereAndTheRestWorks() throws Exception {
        ExploredClip clip = ExploredClip.in(folder);
        Files.delete(folder.resolve("tokenizer.json"));
        try (Explorer explorer = clip.explore(clip.texts())) {
            assertThat(new ExplorerClient(explorer).awaitLine("\"stage\":\"READY\""))
                    .contains("\"texts\":{\"available\":false,\"problem\":\"expected the tokenizer of CLIP beside ");
            HttpResponse<byte[]> answer = find(explorer, "ring", "");
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).asString().contains("put tokenizer.json, or vocab.json and merges.txt");
            assertThat(new ExplorerClient(explorer).get("/api/pictures").statusCode())
                    .isEqualTo(200);
        }
        try (Explorer explorer = clip.explore(TextSupport.NONE)) {
            new ExplorerClient(explorer).awaitReady();
            assertThat(find(explorer, "ring", "").body())
                    .asString()
                    .contains("expected an encoder with a text tower, found one without");
        }
    }
}
