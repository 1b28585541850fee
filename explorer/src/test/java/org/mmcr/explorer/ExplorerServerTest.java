package org.mmcr.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.train.evaluate.Whitening;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;

/** The server's responses, without a browser. */
class ExplorerServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    static final RunningExplorer RUNNING = new RunningExplorer();

    private final ExplorerClient client = RUNNING.client();

    @Test
    void upload_ofAPictureOfTheData_findsItselfFirst() throws Exception {
        Path file;
        try (Stream<Path> files = Files.walk(RUNNING.run().pictures())) {
            file = files.filter(path -> path.toString().endsWith(".png"))
                    .sorted()
                    .skip(42)
                    .findFirst()
                    .orElseThrow();
        }
        HttpResponse<String> answer =
                client.post("/api/neighbours", "application/octet-stream", Files.readAllBytes(file));
        JsonNode first = JSON.readTree(answer.body()).get(0);
        JsonNode about =
                JSON.readTree(client.get("/api/picture/" + first.get("row").asInt() + "/about")
                        .body());
        assertThat(RUNNING.run().pictures().resolve(about.get("name").asText())).isEqualTo(file);
        assertThat(first.get("likeness").asDouble()).isGreaterThan(0.9999);
    }

    /** The slow twin: cosines of the whitened features on disk, one by one. */
    @Test
    void neighbours_ofAPicture_areThoseOfLargestCosine() throws Exception {
        JsonNode found = JSON.readTree(client.get("/api/neighbours/7?n=5").body());
        float[][] rows = whitened();
        int[] expected = IntStream.range(0, rows.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -cosine(rows[7], rows[i])))
                .limit(5)
                .mapToInt(Integer::intValue)
                .toArray();
        for (int i = 0; i < 5; i++) {
            int picture = found.get(i).get("row").asInt();
            assertThat(cosine(rows[7], rows[picture])).isCloseTo(cosine(rows[7], rows[expected[i]]), within(1e-5));
        }
    }

    /** The features on disk, whitened with their own statistics, because the run keeps none. */
    private static float[][] whitened() throws IOException {
        float[][] rows = features();
        try (PointerScope scope = new PointerScope()) {
            Tensor plain = torch.empty(rows.length, rows[0].length);
            for (int i = 0; i < rows.length; i++) {
                plain.select(0, i).copy_(torch.tensor(rows[i]));
            }
            Tensor whitened = Whitening.of(plain).apply(plain);
            float[][] found = new float[rows.length][Math.toIntExact(whitened.size(1))];
            for (int i = 0; i < rows.length; i++) {
                whitened.select(0, i).contiguous().data_ptr_float().get(found[i]);
            }
            return found;
        }
    }

    private static float[][] features() throws IOException {
        Path file;
        try (Stream<Path> files = Files.list(RUNNING.run().run().resolve("explore"))) {
            file = files.filter(path -> path.getFileName().toString().startsWith("features-"))
                    .findFirst()
                    .orElseThrow();
        }
        NpyFiles.FloatArray array = NpyFiles.readFloats(file);
        int width = Math.toIntExact(array.shape().get(1));
        float[][] rows = new float[Math.toIntExact(array.shape().get(0))][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOfRange(array.values(), i * width, (i + 1) * width);
        }
        return rows;
    }

    private static double cosine(float[] a, float[] b) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        return ab / Math.sqrt(aa * bb);
    }

    @Test
    void labels_mistakes_areAnsweredInWords() throws Exception {
        assertThat(client.act("not json").statusCode()).isEqualTo(409);
        assertThat(client.act("null").statusCode()).isEqualTo(409);
        assertThat(client.act("{\"action\":\"explode\"}").body()).contains("expected assign");
        assertThat(client.act("{\"action\":\"assign\",\"pictures\":[300],\"label\":\"x\"}")
                        .body())
                .contains("no picture 300");
        assertThat(client.act("{\"action\":\"assign\",\"pictures\":[null],\"label\":\"x\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(client.act("{\"action\":\"assign\",\"pictures\":[],\"label\":\"x\"}")
                        .body())
                .contains("choose at least one");
        assertThat(client.act("{\"action\":\"assign\",\"pictures\":[1],\"label\":\" \"}")
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void labels_forOtherPicturesThanThePageShows_areRefused() throws Exception {
        HttpResponse<String> answer =
                client.act("{\"action\":\"assign\",\"pictures\":[1],\"label\":\"x\",\"data\":\"of before\"}");
        assertThat(answer.statusCode()).isEqualTo(412);
        assertThat(answer.body()).contains("reload the page");
    }

    @Test
    void suggestions_beyondManySkipped_areStillGiven() throws Exception {
        assertThat(JSON.readTree(client.get("/api/suggestions?n=290").body()).size())
                .isGreaterThan(200);
    }

    @Test
    void labels_halfOfASurrogatePair_fails() throws Exception {
        HttpResponse<String> answer = client.act("{\"action\":\"assign\",\"pictures\":[1],\"label\":\"\\ud800\"}");
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("surrogate");
    }

    @Test
    void labels_contentTypeWithACharset_isUnderstood() throws Exception {
        byte[] undo = "{\"action\":\"undo\"}".getBytes(StandardCharsets.UTF_8);
        assertThat(client.post("/api/labels", "application/json; charset=utf-8", undo)
                        .body())
                .contains("nothing to undo");
        assertThat(client.post("/api/labels", "application/jsonp", undo).body()).contains("expected a request of type");
    }

    @Test
    void pictures_byLabelAndName_comeInParts() throws Exception {
        JsonNode first = JSON.readTree(client.get("/api/pictures?n=7").body());
        assertThat(first.get("total").asInt()).isEqualTo(ExploredRun.PICTURES);
        assertThat(first.get("pictures")).hasSize(7);
        String name = first.at("/pictures/6/name").asText();
        JsonNode found = JSON.readTree(client.get("/api/pictures?query=" + name.toUpperCase(Locale.ROOT))
                .body());
        assertThat(found.at("/pictures/0/name").asText()).isEqualTo(name);
        byte[] named = client.get("/api/matches?query=" + name).body();
        assertThat(named).hasSize(2 * ExploredRun.PICTURES);
        assertThat(named[12]).isEqualTo((byte) 1);
        assertThat(named[0]).isZero();
        assertThat(JSON.readTree(client.get("/api/pictures?offset=299").body()).get("pictures"))
                .hasSize(1);
        assertThat(JSON.readTree(client.get("/api/pictures?label=none").body())
                        .get("total")
                        .asInt())
                .isZero();
        assertThat(client.get("/api/pictures?offset=-1").statusCode()).isEqualTo(400);
        assertThat(client.get("/api/neighbours/-1").statusCode()).isEqualTo(404);
    }

    @Test
    void predictions_confirmedTogether_areUndoneAndRedoneTogether() throws Exception {
        client.act("{\"action\":\"assign\",\"pictures\":[0,1,2],\"label\":\"first\"}");
        client.act("{\"action\":\"assign\",\"pictures\":[200,201,202],\"label\":\"last\"}");
        client.awaitLine("\"head\":{\"labels\":6");
        JsonNode page = JSON.readTree(
                client.get("/api/predictions?n=5&offset=5&order=unsure").body());
        assertThat(page.get("total").asInt()).isEqualTo(ExploredRun.PICTURES - 6);
        assertThat(page.get("pictures")).hasSize(5);
        JsonNode guesses = JSON.readTree(client.get("/api/picture/9/guesses").body());
        assertThat(guesses).hasSize(2);
        assertThat(guesses.at("/0/probability").asDouble()
                        + guesses.at("/1/probability").asDouble())
                .isCloseTo(1, within(1e-6));
        String confirm = "{\"action\":\"assign-each\",\"pictures\":[10,11],\"labels\":[\"first\",\"last\"]}";
        assertThat(client.act(confirm).body()).contains("\"labelled\":8", "2 as predicted");
        assertThat(client.act("{\"action\":\"undo\"}").body())
                .contains("\"labelled\":6", "\"description\":\"2 as predicted\"");
        assertThat(client.act("{\"action\":\"redo\"}").body())
                .contains("\"labelled\":8", "\"redo\":{\"number\":0,\"description\":\"\"}");
        assertThat(client.act("{\"action\":\"assign-each\",\"pictures\":[10],\"labels\":[]}")
                        .body())
                .contains("a label for each");
        for (int i = 0; i < 3; i++) {
            client.act("{\"action\":\"undo\"}");
        }
    }

    @Test
    void curation_ofTheRun_isDecidedAndWrittenForKeep(@TempDir Path other) throws Exception {
        JsonNode found = JSON.readTree(
                        client.get("/api/curation?flag=duplicate").body())
                .get("items")
                .get(0);
        assertThat(found.get("picture").asInt()).isEqualTo(1);
        assertThat(found.get("other").asInt()).isZero();
        assertThat(found.get("decision").asText()).isEqualTo("open");
        String item = "[{\"path\":\"%s\",\"flag\":\"duplicate\"}]"
                .formatted(found.get("path").asText());
        assertThat(decide("{\"action\":\"dismiss\",\"items\":" + item + "}").body())
                .contains("dismissed");
        Path reviewed = Files.write(
                other.resolve("curation.csv"),
                client.get("/api/export/curation.csv").body());
        DataOptions keep = DataOptions.defaults().withKeep(Optional.of(reviewed));
        try (DataSource kept = DataSources.open(RUNNING.run().pictures().toString(), keep)) {
            assertThat(kept.size()).isEqualTo(ExploredRun.PICTURES - 2); // the outlier and the label error
        }
        assertThat(client.awaitLine("\"stage\":\"READY\"")).contains("\"dismissed\":1");
        HttpResponse<String> undone = decide("{\"action\":\"undo\"}");
        assertThat(undone.statusCode()).isEqualTo(200);
        assertThat(undone.body()).startsWith("{\"undo\":\"\",\"redo\":\"");
        assertThat(decide("{\"action\":\"undo\"}").body()).contains("nothing to undo");
        assertThat(decide("{}").statusCode()).isEqualTo(409);
        assertThat(decide("{\"action\":\"confirm\",\"items\":[null]}").statusCode())
                .isEqualTo(409);
    }

    private HttpResponse<String> decide(String action) throws Exception {
        return client.post("/api/curation", "application/json", action.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void accuracies_afterARestart_areStillThere(@TempDir Path other) throws Exception {
        ExploredRun own = ExploredRun.in(other);
        try (Explorer server = own.explore()) {
            ExplorerClient asked = new ExplorerClient(server);
            asked.awaitReady();
            for (int picture = 0; picture < 10; picture++) {
                String action = "{\"action\":\"assign\",\"pictures\":[%d],\"label\":\"%s\",\"random\":true}"
                        .formatted(30 * picture, picture % 2 == 0 ? "even" : "odd");
                asked.act(action);
                if (picture == 7) {
                    asked.awaitLine("\"history\":[{\"labels\":8");
                }
            }
            asked.awaitLine("{\"labels\":10,\"value\"");
        }
        try (Explorer server = own.explore()) {
            assertThat(new ExplorerClient(server).awaitLine("\"stage\":\"READY\""))
                    .contains("\"history\":[{\"labels\":8", "{\"labels\":10,\"value\"");
        }
    }

    @Test
    void runs_withSeveralBatchesAStep_haveTheSamplesOfTheStep(@TempDir Path other) throws Exception {
        RunDirectory accumulating = RunDirectory.ofAnother(other);
        accumulating.write(
                accumulating.config(),
                PretrainConfig.defaults()
                        .with("batch", "16")
                        .with("accumulate", "3")
                        .toYaml());
        ExploreOptions two = new ExploreOptions(
                List.of(RunDirectory.open(RUNNING.run().run()), accumulating),
                Optional.of("nowhere"),
                "127.0.0.1",
                0,
                Optional.empty(),
                1,
                0);
        try (Explorer server = Explorer.start(two)) {
            JsonNode runs =
                    JSON.readTree(new ExplorerClient(server).get("/api/runs").body());
            assertThat(runs.at("/1/samples").asInt()).isEqualTo(48);
        }
    }

    @Test
    void missingData_isReportedAndTheCurvesAreShown() throws Exception {
        ExploreOptions lost = new ExploreOptions(
                List.of(RunDirectory.open(RUNNING.run().run())),
                Optional.of("nowhere"),
                "127.0.0.1",
                0,
                Optional.empty(),
                1,
                0);
        try (Explorer server = Explorer.start(lost)) {
            assertThat(new ExplorerClient(server).awaitLine("\"stage\":\"FAILED\""))
                    .contains("no data at nowhere");
        }
    }

    @Test
    void start_portInUse_isAnErrorInWords() {
        ExploreOptions taken = new ExploreOptions(
                List.of(RunDirectory.open(RUNNING.run().run())),
                Optional.empty(),
                "127.0.0.1",
                RUNNING.explorer().address().getPort(),
                Optional.empty(),
                1,
                0);
        assertThatThrownBy(() -> Explorer.start(taken))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("choose another --port");
    }
}
