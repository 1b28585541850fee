package org.mmcr.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.train.run.RunDirectory;

/** Badly meant requests. */
class ExplorerSecurityTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static ExploredRun explored;

    @SuppressWarnings("NullAway.Init")
    private static Explorer explorer;

    @SuppressWarnings("NullAway.Init")
    private static ExplorerClient client;

    @BeforeAll
    static void start() throws Exception {
        explored = ExploredRun.in(folder);
        explorer = explored.explore();
        client = new ExplorerClient(explorer);
        client.awaitReady();
    }

    @AfterAll
    static void stop() {
        explorer.close();
    }

    @Test
    void assets_all_areServedWithAStrictPolicy() throws Exception {
        for (String address : WebAssets.addresses()) {
            HttpResponse<byte[]> answer = client.get(address);
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
    void paths_outside_areNotFound(String path) throws IOException {
        assertThat(client.raw("GET", path, client.host())).containsPattern(" (400|404) ");
    }

    @Test
    void requests_ofOtherSites_areRefused() throws IOException {
        assertThat(client.raw("GET", "/api/runs", client.host())).contains(" 200 ");
        assertThat(client.raw("GET", "/api/runs", "Host: localhost:1")).contains(" 200 ");
        assertThat(client.raw("GET", "/api/runs", "Host: evil.example")).contains(" 403 ");
        assertThat(client.raw("GET", "/", "Host: 127.0.0.1.evil.example")).contains(" 403 ");
        assertThat(client.raw("GET", "/api/runs", "Host: 192.168.1.5")).contains(" 403 ");
        assertThat(client.raw("GET", "/api/runs", "Host: ")).containsPattern(" (400|403) ");
        assertThat(client.raw("GET", "/api/runs", client.host(), "Origin: http://evil.example"))
                .contains(" 403 ");
        assertThat(client.raw("GET", "/api/runs", client.host(), "Origin: null"))
                .contains(" 403 ");
        assertThat(client.raw("GET", "/api/picture/1", client.host(), "Sec-Fetch-Site: cross-site"))
                .contains(" 403 ");
        assertThat(client.raw("GET", "/api/picture/1", client.host(), "Sec-Fetch-Site: same-site"))
                .contains(" 403 ");
        assertThat(client.raw("GET", "/api/picture/1", client.host(), "Sec-Fetch-Site: same-origin"))
                .contains(" 200 ");
        assertThat(client.raw("POST", "/api/labels", client.host(), "Origin: http://evil.example", "Content-Length: 0"))
                .contains(" 403 ");
    }

    @Test
    void forms_ofOtherSites_cannotSendLabelsOrPictures() throws Exception {
        byte[] undo = "{\"action\":\"undo\"}".getBytes(StandardCharsets.UTF_8);
        assertThat(client.post("/api/labels", "text/plain", undo).statusCode()).isEqualTo(409);
        assertThat(client.post("/api/neighbours", "multipart/form-data; boundary=x", undo)
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void start_otherAddress_asksForTheToken() throws Exception {
        try (Explorer server = Explorer.start(open("0.0.0.0"))) {
            ExplorerClient other = new ExplorerClient(server);
            String token = server.address().getQuery().replace("token=", "");
            assertThat(token).hasSize(48);
            String here = "Host: 10.1.2.3:" + server.address().getPort();
            assertThat(other.raw("GET", "/", here)).contains(" 401 ");
            assertThat(other.raw("GET", "/app.js", here)).contains(" 401 ");
            assertThat(other.raw("GET", "/api/runs?token=" + token, here)).contains(" 401 ");
            assertThat(other.raw("GET", "/?token=" + token.replace(token.charAt(0), 'x'), here))
                    .contains(" 401 ");
            assertThat(other.raw("GET", "/?token=" + token, here)).contains(" 200 ");
            assertThat(other.raw("GET", "/api/runs", here, "Cookie: mmcr_token=" + token))
                    .contains(" 200 ");
            assertThat(other.raw("GET", "/api/runs", "Host: evil.example", "Cookie: mmcr_token=" + token))
                    .contains(" 403 ");
        }
    }

    @Test
    void uploads_badOnes_areRefusedInWords() throws Exception {
        String type = "application/octet-stream";
        HttpResponse<String> text = client.post("/api/neighbours", type, "hello".getBytes(StandardCharsets.UTF_8));
        assertThat(text.statusCode()).isEqualTo(409);
        assertThat(text.body()).contains("not a picture");
        assertThat(client.post("/api/neighbours", type, new byte[0]).body()).contains("empty");
        HttpResponse<String> large = client.post("/api/neighbours", type, new byte[(16 << 20) + 1]);
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(large.body()).contains("larger than 16 MiB");
        // A header that promises 60,000 x 60,000 pixels.
        byte[] png = client.get("/api/picture/0").body();
        png[16] = 0;
        png[18] = (byte) 0xea;
        png[22] = (byte) 0xea;
        HttpResponse<String> bomb = client.post("/api/neighbours", type, png);
        assertThat(bomb.statusCode()).isEqualTo(409);
    }

    @Test
    void address_ofEveryInterface_isOneThatABrowserCanOpen() throws Exception {
        for (String every : List.of("0.0.0.0", "::")) {
            try (Explorer server = Explorer.start(open(every))) {
                URI address = server.address();
                assertThat(InetAddress.getByName(address.getHost()).isAnyLocalAddress())
                        .as("%s", address)
                        .isFalse();
                ExplorerClient other = new ExplorerClient(server);
                assertThat(other.raw("GET", "/?" + address.getQuery(), "Host: " + address.getAuthority()))
                        .contains(" 200 ");
            }
        }
    }

    @Test
    void hostName_ofThisMachine_isAnsweredBeyondLoopbackOnly() throws Exception {
        String name = InetAddress.getLocalHost().getHostName().toUpperCase(Locale.ROOT);
        try (Explorer server = Explorer.start(open("0.0.0.0"))) {
            ExplorerClient other = new ExplorerClient(server);
            String token = "/?" + server.address().getQuery();
            assertThat(other.raw("GET", token, "Host: " + name + ":80")).contains(" 200 ");
            assertThat(other.raw("GET", "/", "Host: " + name + ":80")).contains(" 401 ");
            assertThat(other.raw("GET", token, "Host: " + name + ".evil.example"))
                    .contains(" 403 ");
        }
        assertThat(client.raw("GET", "/", "Host: elsewhere")).contains(" 403 ");
    }

    private static ExploreOptions open(String host) {
        return new ExploreOptions(List.of(RunDirectory.open(explored.run())), Optional.of("nowhere"), host, 0, 1, 0);
    }
}
