package org.mmcr.report.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.MmcrException;
import org.mmcr.data.NpyFiles;
import org.mmcr.run.RunDirectory;

/** The server as anybody may speak to it: well and badly meant requests, without a browser's manners. */
class ExplorerServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static ExploredRun explored;

    @SuppressWarnings("NullAway.Init")
    private static Explorer explorer;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws Exception {
        explored = ExploredRun.in(folder);
        explorer = explored.explore();
        awaitReady(explorer);
    }

    @AfterAll
    static void stop() {
        explorer.close();
    }

    /** Reads events until the pictures are ready. */
    private static void awaitReady(Explorer server) throws Exception {
        awaitLine(server, "\"stage\":\"READY\"");
    }

    /** The first line of the events that contains a text. */
    private static String awaitLine(Explorer server, String text) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(server.address().resolve("/api/events"))
                .header("Accept", "text/event-stream")
                .build();
        try (Stream<String> lines = CLIENT.send(request, BodyHandlers.ofLines()).body()) {
            return lines.filter(line -> line.contains(text)).findFirst().orElseThrow();
        }
    }

    private static HttpResponse<byte[]> get(String path) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(explorer.address().resolve(path)).build(), BodyHandlers.ofByteArray());
    }

    private static HttpResponse<String> post(String path, String type, byte[] body) throws Exception {
        return post(explorer, path, type, body);
    }

    private static HttpResponse<String> post(Explorer server, String path, String type, byte[] body) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(server.address().resolve(path))
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpResponse<String> act(String json) throws Exception {
        return post("/api/labels", "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** The first line of the answer to a request written by hand. */
    private static String raw(Explorer server, String method, String path, String... headers) throws IOException {
        URI address = server.address();
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            String head = method + " " + path + " HTTP/1.1\r\nConnection: close\r\n" + String.join("\r\n", headers)
                    + (headers.length > 0 ? "\r\n" : "") + "\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return answer.lines().findFirst().orElse("");
        }
    }

    private static String host() {
        return "Host: 127.0.0.1:" + explorer.address().getPort();
    }

    @Test
    void everyAsset_isServedWithAStrictPolicy() throws Exception {
        for (String address : WebAssets.addresses()) {
            HttpResponse<byte[]> answer = get(address);
            assertThat(answer.statusCode()).as(address).isEqualTo(200);
            assertThat(answer.body()).as(address).isNotEmpty();
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../../../../etc/passwd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/..%2f..%2fetc/passwd",
                "//etc/passwd",
                "/lib/../../config.yaml",
                "/web/index.html",
                "/api/picture/..%2F..%2Frun.json",
                "/api/picture/-1",
                "/api/picture/300",
                "/api/picture/99999999999999999999",
                "/api/column/secret",
                "/api/export/run.json",
                "/run.json"
            })
    void pathsOutside_areNotFound(String path) throws IOException {
        assertThat(raw(explorer, "GET", path, host())).containsPattern(" (400|404) ");
    }

    @Test
    void requestsOfOtherSites_areRefused() throws IOException {
        assertThat(raw(explorer, "GET", "/api/runs", host())).contains(" 200 ");
        assertThat(raw(explorer, "GET", "/api/runs", "Host: localhost:1")).contains(" 200 ");
        assertThat(raw(explorer, "GET", "/api/runs", "Host: evil.example")).contains(" 403 ");
        assertThat(raw(explorer, "GET", "/", "Host: 127.0.0.1.evil.example")).contains(" 403 ");
        assertThat(raw(explorer, "GET", "/api/runs", "Host: 192.168.1.5")).contains(" 403 ");
        assertThat(raw(explorer, "GET", "/api/runs", "Host: ")).containsPattern(" (400|403) ");
        assertThat(raw(explorer, "GET", "/api/runs", host(), "Origin: http://evil.example"))
                .contains(" 403 ");
        assertThat(raw(explorer, "GET", "/api/runs", host(), "Origin: null")).contains(" 403 ");
        assertThat(raw(explorer, "GET", "/api/picture/1", host(), "Sec-Fetch-Site: cross-site"))
                .contains(" 403 ");
        assertThat(raw(explorer, "GET", "/api/picture/1", host(), "Sec-Fetch-Site: same-site"))
                .contains(" 403 ");
        assertThat(raw(explorer, "GET", "/api/picture/1", host(), "Sec-Fetch-Site: same-origin"))
                .contains(" 200 ");
        assertThat(raw(explorer, "POST", "/api/labels", host(), "Origin: http://evil.example", "Content-Length: 0"))
                .contains(" 403 ");
    }

    @Test
    void formsOfOtherSites_cannotSendLabelsOrPictures() throws Exception {
        byte[] undo = "{\"action\":\"undo\"}".getBytes(StandardCharsets.UTF_8);
        assertThat(post("/api/labels", "text/plain", undo).statusCode()).isEqualTo(409);
        assertThat(post("/api/neighbours", "multipart/form-data; boundary=x", undo)
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void otherAddress_asksForTheToken() throws Exception {
        ExploreOptions open = new ExploreOptions(
                List.of(RunDirectory.open(explored.run())), Optional.of("nowhere"), "0.0.0.0", 0, 1, 0);
        try (Explorer server = Explorer.start(open)) {
            String token = server.address().getQuery().replace("token=", "");
            assertThat(token).hasSize(48);
            String here = "Host: 10.1.2.3:" + server.address().getPort();
            assertThat(raw(server, "GET", "/", here)).contains(" 401 ");
            assertThat(raw(server, "GET", "/app.js", here)).contains(" 401 ");
            assertThat(raw(server, "GET", "/api/runs?token=" + token, here)).contains(" 401 ");
            assertThat(raw(server, "GET", "/?token=" + token.replace(token.charAt(0), 'x'), here))
                    .contains(" 401 ");
            assertThat(raw(server, "GET", "/?token=" + token, here)).contains(" 200 ");
            assertThat(raw(server, "GET", "/api/runs", here, "Cookie: mmcr_token=" + token))
                    .contains(" 200 ");
            assertThat(raw(server, "GET", "/api/runs", "Host: evil.example", "Cookie: mmcr_token=" + token))
                    .contains(" 403 ");
        }
    }

    @Test
    void uploads_badOnes_areRefusedInWords() throws Exception {
        String type = "application/octet-stream";
        HttpResponse<String> text = post("/api/neighbours", type, "hello".getBytes(StandardCharsets.UTF_8));
        assertThat(text.statusCode()).isEqualTo(409);
        assertThat(text.body()).contains("not a picture");
        assertThat(post("/api/neighbours", type, new byte[0]).body()).contains("empty");
        HttpResponse<String> large = post("/api/neighbours", type, new byte[(16 << 20) + 1]);
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(large.body()).contains("larger than 16 MiB");
        // A header that promises 60,000 x 60,000 pixels.
        byte[] png = get("/api/picture/0").body();
        png[16] = 0;
        png[18] = (byte) 0xea;
        png[22] = (byte) 0xea;
        HttpResponse<String> bomb = post("/api/neighbours", type, png);
        assertThat(bomb.statusCode()).isEqualTo(409);
    }

    @Test
    void upload_ofAPictureOfTheData_findsItselfFirst() throws Exception {
        Path file;
        try (Stream<Path> files = Files.walk(explored.pictures())) {
            file = files.filter(path -> path.toString().endsWith(".png"))
                    .sorted()
                    .skip(42)
                    .findFirst()
                    .orElseThrow();
        }
        HttpResponse<String> answer = post("/api/neighbours", "application/octet-stream", Files.readAllBytes(file));
        JsonNode first = JSON.readTree(answer.body()).get(0);
        JsonNode about = JSON.readTree(
                get("/api/picture/" + first.get("row").asInt() + "/about").body());
        assertThat(explored.pictures().resolve(about.get("name").asText())).isEqualTo(file);
        assertThat(first.get("likeness").asDouble()).isGreaterThan(0.9999);
    }

    /** The slow twin: cosines of the features on disk, one by one. */
    @Test
    void neighbours_ofAPicture_areThoseOfLargestCosine() throws Exception {
        JsonNode found = JSON.readTree(get("/api/neighbours/7?n=5").body());
        float[][] rows = features();
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

    private static float[][] features() throws IOException {
        Path file;
        try (Stream<Path> files = Files.list(explored.run().resolve("explore"))) {
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
        assertThat(act("not json").statusCode()).isEqualTo(409);
        assertThat(act("null").statusCode()).isEqualTo(409);
        assertThat(act("{\"action\":\"explode\"}").body()).contains("expected assign");
        assertThat(act("{\"action\":\"assign\",\"pictures\":[300],\"label\":\"x\"}")
                        .body())
                .contains("no picture 300");
        assertThat(act("{\"action\":\"assign\",\"pictures\":[null],\"label\":\"x\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(act("{\"action\":\"assign\",\"pictures\":[],\"label\":\"x\"}")
                        .body())
                .contains("choose at least one");
        assertThat(act("{\"action\":\"assign\",\"pictures\":[1],\"label\":\" \"}")
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void accuracies_afterARestart_areStillThere(@TempDir Path other) throws Exception {
        ExploredRun own = ExploredRun.in(other);
        try (Explorer server = own.explore()) {
            awaitReady(server);
            for (int picture = 0; picture < 10; picture++) {
                String action = "{\"action\":\"assign\",\"pictures\":[%d],\"label\":\"%s\",\"random\":true}"
                        .formatted(30 * picture, picture % 2 == 0 ? "even" : "odd");
                post(server, "/api/labels", "application/json", action.getBytes(StandardCharsets.UTF_8));
                if (picture == 7) {
                    awaitLine(server, "\"history\":[{\"labels\":8");
                }
            }
            awaitLine(server, "{\"labels\":10,\"value\"");
        }
        try (Explorer server = own.explore()) {
            assertThat(awaitLine(server, "\"stage\":\"READY\""))
                    .contains("\"history\":[{\"labels\":8", "{\"labels\":10,\"value\"");
        }
    }

    @Test
    void dataThatIsNotThere_isSaidAndTheCurvesStillShow() throws Exception {
        ExploreOptions lost = new ExploreOptions(
                List.of(RunDirectory.open(explored.run())), Optional.of("nowhere"), "127.0.0.1", 0, 1, 0);
        try (Explorer server = Explorer.start(lost)) {
            HttpRequest request = HttpRequest.newBuilder(server.address().resolve("/api/events"))
                    .header("Accept", "text/event-stream")
                    .build();
            ByteArrayOutputStream seen = new ByteArrayOutputStream();
            try (Stream<String> lines =
                    CLIENT.send(request, BodyHandlers.ofLines()).body()) {
                assertThat(lines.peek(line -> seen.writeBytes(line.getBytes(StandardCharsets.UTF_8)))
                                .anyMatch(line -> line.contains("\"stage\":\"FAILED\"")))
                        .isTrue();
            }
            assertThat(seen.toString(StandardCharsets.UTF_8)).contains("no data at nowhere");
        }
    }

    @Test
    void start_portInUse_isAnErrorInWords() {
        ExploreOptions taken = new ExploreOptions(
                List.of(RunDirectory.open(explored.run())),
                Optional.empty(),
                "127.0.0.1",
                explorer.address().getPort(),
                1,
                0);
        assertThatThrownBy(() -> Explorer.start(taken))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("choose another --port");
    }
}
