package org.mmcr.explorer.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.core.Futures;
import org.mmcr.explorer.labelling.Head;
import org.mmcr.explorer.labelling.HeadFitter;
import org.mmcr.explorer.labelling.LabelAction;
import org.mmcr.explorer.labelling.LabelStore;
import org.mmcr.explorer.labelling.Labels;
import org.mmcr.objective.linalg.OneDnn;

/** The answers to pictures, compared with other commands and slow twins. */
class PictureServerTest {
    @RegisterExtension
    static final ServedRun SERVED = new ServedRun();

    private final ServeClient client = SERVED.client();

    private static void assertEmbedded(float[] found, int picture) {
        float[] expected = SERVED.embedded(picture);
        assertThat(found).hasSameSizeAs(expected);
        for (int f = 0; f < expected.length; f++) {
            float tolerance = OneDnn.knowsCaches() ? 0 : 1e-5f * Math.max(1, Math.abs(expected[f]));
            assertThat(found[f]).as("feature %s of picture %s", f, picture).isCloseTo(expected[f], within(tolerance));
        }
    }

    /** Concurrent requests share batches, whose results must be those of embed to the last bit. */
    @Test
    void features_ofManyRequestsAtATime_areThoseOfEmbedToTheBit() {
        List<CompletableFuture<HttpResponse<byte[]>>> answers = IntStream.range(0, 120)
                .mapToObj(picture -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return client.post("/features", "image/png", ServeClient.RAW, SERVED.picture(picture));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        for (int picture = 0; picture < answers.size(); picture++) {
            HttpResponse<byte[]> answer = Futures.await(answers.get(picture), "pictures were sent");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Mmcr-Shape")).contains("1," + SERVED.embedded(0).length);
            assertEmbedded(ServeClient.floats(answer), picture);
        }
    }

    @Test
    void features_ofAForm_areInItsOrderAndEqualSingleOnes() throws Exception {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int picture : List.of(70, 3, 250, 11, 12)) {
            files.put(picture + ".png", SERVED.picture(picture));
        }
        HttpResponse<byte[]> answer =
                client.post("/features", "multipart/form-data; boundary=edge", "*/*", ServeClient.form("edge", files));
        JsonNode pictures = ServeClient.json(answer).get("pictures");
        assertThat(pictures).hasSize(5);
        int at = 0;
        for (String name : files.keySet()) {
            JsonNode picture = pictures.get(at++);
            assertThat(picture.get("name").asText()).isEqualTo(name);
            float[] found = new float[picture.get("features").size()];
            for (int f = 0; f < found.length; f++) {
                found[f] = (float) picture.get("features").get(f).asDouble();
            }
            assertEmbedded(found, Integer.parseInt(name.replace(".png", "")));
        }
    }

    /** The slow twin: cosines of all rows, one by one. */
    @Test
    void neighbours_ofAPictureOfTheIndex_areItselfAndThoseOfLargestCosine() throws Exception {
        JsonNode found = client.json("/neighbours?n=4", SERVED.picture(42))
                .get("pictures")
                .get(0)
                .get("neighbours");
        assertThat(found).hasSize(4);
        int[] expected = IntStream.range(0, SERVED.data().size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -cosine(42, i)))
                .limit(4)
                .mapToInt(Integer::intValue)
                .toArray();
        for (int i = 0; i < 4; i++) {
            JsonNode match = found.get(i);
            int row = match.get("row").asInt();
            assertThat(match.get("cosine").asDouble()).isCloseTo(cosine(42, expected[i]), within(1e-5));
            assertThat(match.get("path").asText()).isEqualTo(SERVED.data().name(row));
            assertThat(match.get("label").asText())
                    .isEqualTo(SERVED.data()
                            .classNames()
                            .get(SERVED.data().label(row).orElseThrow()));
        }
        assertThat(found.get(0).get("path").asText()).isEqualTo(SERVED.data().name(42));
    }

    private static double cosine(int first, int second) {
        float[] a = SERVED.embedded(first);
        float[] b = SERVED.embedded(second);
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
    void classes_whileLabelsAreGiven_areThoseOfTheExplorersNewestHead() throws Exception {
        HttpResponse<byte[]> none = client.post("/classes", "image/png", "*/*", SERVED.picture(0));
        assertThat(none.statusCode()).isEqualTo(503);
        assertThat(ServeClient.message(none)).contains("label pictures of at least two classes");
        // The store holds its lock, as a running explorer does.
        try (LabelStore store = LabelStore.open(LabelStore.file(SERVED.explore(), SERVED.data()), SERVED.data())) {
            store.apply(assign("left", 0, 1, 2, 3));
            store.apply(assign("right", 270, 271, 272));
            awaitClasses(2);
            assertClasses(store.labels());
            store.apply(assign("middle", 150, 151));
            awaitClasses(3);
            assertClasses(store.labels());
        }
    }

    private static LabelAction assign(String label, int... pictures) {
        return new LabelAction.Assign(
                Arrays.stream(pictures).mapToObj(SERVED.data()::name).toList(), label, false);
    }

    /** Requests go on while the classifier changes; none may fail. */
    private void awaitClasses(int count) throws Exception {
        while (ServeClient.json(client.get("/info")).get("classes").size() != count) {
            assertThat(client.post("/features", "image/png", "*/*", SERVED.picture(1))
                            .statusCode())
                    .isEqualTo(200);
            Thread.sleep(20);
        }
    }

    private void assertClasses(Labels labels) throws Exception {
        int[] rows = labels.labelled();
        int[] of = Arrays.stream(rows).map(row -> labels.of()[row]).toArray();
        try (PointerScope scope = new PointerScope()) {
            Tensor features = torch.empty(SERVED.data().size(), SERVED.embedded(0).length);
            for (int i = 0; i < SERVED.data().size(); i++) {
                features.select(0, i).copy_(torch.tensor(SERVED.embedded(i)));
            }
            try (HeadFitter fitter = new HeadFitter(features)) {
                Head head = fitter.fit(rows, of, labels.names());
                double[][] expected =
                        head.model().probabilities(features, labels.names().size());
                for (int picture : List.of(0, 99, 150, 299)) {
                    assertProbabilities(picture, labels.names(), expected[picture]);
                }
            }
        }
    }

    private void assertProbabilities(int picture, List<String> names, double[] expected) throws Exception {
        JsonNode found =
                client.json("/classes", SERVED.picture(picture)).get("pictures").get(0);
        assertThat(found.get("classes")).hasSize(names.size());
        double before = 1;
        for (JsonNode scored : found.get("classes")) {
            double probability = scored.get("probability").asDouble();
            assertThat(probability)
                    .isLessThanOrEqualTo(before)
                    .isCloseTo(expected[names.indexOf(scored.get("label").asText())], within(1e-4));
            before = probability;
        }
        assertThat(found.get("label")).isEqualTo(found.get("classes").get(0).get("label"));
        HttpResponse<byte[]> answer = client.post("/classes", "image/png", ServeClient.RAW, SERVED.picture(picture));
        float[] raw = ServeClient.floats(answer);
        for (int c = 0; c < expected.length; c++) {
            assertThat((double) raw[c]).isCloseTo(expected[c], within(1e-4));
        }
    }

    @Test
    void mistakes_areAnsweredInWords() throws Exception {
        byte[] picture = SERVED.picture(0);
        String form = "multipart/form-data; boundary=edge";
        assertFails(415, "found text/plain", client.post("/features", "text/plain", "*/*", picture));
        byte[] text = "hello".getBytes(StandardCharsets.UTF_8);
        assertFails(422, "not a JPEG", client.post("/features", "image/png", "*/*", text));
        assertFails(422, "empty", client.post("/features", "image/png", "*/*", new byte[0]));
        assertFails(422, "'body'", client.post("/features", "image/png", "*/*", Arrays.copyOf(picture, 100)));
        byte[] huge = picture.clone(); // a header that promises 60,000 x 60,000 pixels
        huge[16] = 0;
        huge[18] = (byte) 0xea;
        huge[22] = (byte) 0xea;
        assertFails(422, "pixels", client.post("/features", "image/png", "*/*", huge));
        assertFails(413, "at most 16 MiB", client.post("/features", "image/png", "*/*", new byte[(16 << 20) + 1]));
        byte[] cut = Arrays.copyOf(ServeClient.form("edge", Map.of("a", picture)), 200);
        assertFails(400, "last boundary", client.post("/features", form, "*/*", cut));
        byte[] none = ServeClient.form("edge", Map.of());
        assertFails(400, "a picture in the form", client.post("/features", form, "*/*", none));
        Map<String, byte[]> two = new LinkedHashMap<>();
        two.put("good.png", picture);
        two.put("bad.png", new byte[] {1, 2});
        assertFails(422, "'bad.png'", client.post("/features", form, "*/*", ServeClient.form("edge", two)));
        // Of a request that cannot be answered, no picture is decoded.
        assertFails(400, "expected a number", client.post("/neighbours?n=x", "image/png", "*/*", text));
        assertThat(client.get("/features").statusCode()).isEqualTo(405);
        assertThat(client.get("/nothing").statusCode()).isEqualTo(404);
        assertThat(client.metric("mmcr_pictures_in_work")).isZero();
    }

    /** As most clients do: the whole body first, then the answer. */
    @ParameterizedTest
    @CsvSource({
        "/features, 16777217, X-Nothing: 1, 413",
        "/features, 8000000, Origin: http://elsewhere.example, 403",
        "/nothing, 8000000, X-Nothing: 1, 404"
    })
    void refusedBody_isAnsweredAfterItsLastByte(String path, int length, String header, int status) throws Exception {
        try (Socket socket = client.begin(path, length, header)) {
            byte[] block = new byte[1 << 16];
            for (int sent = 0; sent < length; sent += block.length) {
                socket.getOutputStream().write(block, 0, Math.min(block.length, length - sent));
            }
            assertThat(ServeClient.status(socket)).contains(" " + status + " ");
        }
        try (Socket socket = client.begin(path, length, header, "Expect: 100-continue")) {
            assertThat(ServeClient.status(socket)).contains(" " + status + " ");
        }
    }

    /** The time limit of the server is 30 s. */
    @Test
    void refusedBody_thatNeverComes_isAnsweredAfterFiveSeconds() throws Exception {
        long began = System.nanoTime();
        try (Socket socket = client.begin("/features", 1000, "Origin: http://elsewhere.example")) {
            assertThat(ServeClient.status(socket)).contains(" 403 ");
        }
        assertThat((System.nanoTime() - began) / 1e9).isLessThan(15.0);
    }

    private static void assertFails(int status, String part, HttpResponse<byte[]> answer) throws Exception {
        String message = ServeClient.message(answer);
        assertThat(answer.statusCode()).as(message).isEqualTo(status);
        assertThat(message).contains(part);
    }

    @Test
    void everythingButHealth_needsTheToken() throws Exception {
        for (String path : List.of("/", "/info", "/metrics", "/openapi.json", "/serve.js")) {
            assertThat(client.get(path).statusCode()).as(path).isEqualTo(200);
            assertThat(anonymous(path)).as(path).isEqualTo(401);
        }
        assertThat(anonymous("/health")).isEqualTo(200);
        assertThat(anonymous("/?token=" + SERVED.client().server().token())).isEqualTo(200);
    }

    private int anonymous(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(client.server().base().resolve(path))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void openApi_describesEveryRoute() throws Exception {
        JsonNode document = ServeClient.json(client.get("/openapi.json"));
        document.get("paths").fieldNames().forEachRemaining(path -> {
            boolean get = document.get("paths").get(path).fieldNames().next().equals("get");
            try {
                int status = get
                        ? client.get(path).statusCode()
                        : client.post(path, "text/plain", "*/*", new byte[1]).statusCode();
                // 503 from /classes before the test of the labels has given some.
                List<Integer> expected = get ? List.of(200) : List.of(415, 503);
                assertThat(status).as(path).isIn(expected);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        JsonNode info = ServeClient.json(client.get("/info"));
        JsonNode properties =
                document.at("/paths/~1info/get/responses/200/content/application~1json/schema/properties");
        assertThat(info.fieldNames()).toIterable().containsExactlyElementsOf(() -> properties.fieldNames());
        assertThat(info.get("limits").fieldNames())
                .toIterable()
                .containsExactlyElementsOf(
                        () -> properties.at("/limits/properties").fieldNames());
    }

    @Test
    void metrics_countRequestsAndBatches() throws Exception {
        double before = client.metric("mmcr_batch_pictures_sum");
        client.json("/features", SERVED.picture(5));
        assertThat(client.metric("mmcr_batch_pictures_sum")).isGreaterThanOrEqualTo(before + 1);
        assertThat(client.metric("mmcr_requests_total{route=\"/features\",status=\"200\"}"))
                .isPositive();
        assertThat(client.metric("mmcr_request_seconds_bucket{route=\"/features\",le=\"+Inf\"}"))
                .isEqualTo(client.metric("mmcr_request_seconds_count{route=\"/features\"}"));
    }
}
