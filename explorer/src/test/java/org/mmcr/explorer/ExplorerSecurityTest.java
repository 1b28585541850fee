package org.mmcr.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.explorer.http.PublicOrigin;
import org.mmcr.train.run.RunDirectory;

/** Requests that must be rejected, and those that must not. */
@Tag("long")
class ExplorerSecurityTest {
    @RegisterExtension
    static final RunningExplorer RUNNING = new RunningExplorer();

    private final ExplorerClient client = RUNNING.client();

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

    @Test
    void assets_ofOurs_useRelativeAddresses() {
        for (String address : WebAssets.addresses()) {
            if (!address.startsWith("/lib/")) {
                String text = new String(WebAssets.content(address).orElseThrow(), StandardCharsets.UTF_8);
                assertThat(text).as(address).doesNotContainPattern("[\"'`(]/[a-z]");
            }
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
        assertThat(client.signedIn("GET", path, client.host())).containsPattern(" (400|404) ");
    }

    @Test
    void requests_ofOtherSites_areRejected() throws IOException {
        assertThat(client.signedIn("GET", "/api/runs", client.host())).contains(" 200 ");
        assertThat(client.signedIn("GET", "/api/runs", "Host: localhost:1")).contains(" 200 ");
        assertThat(client.signedIn("GET", "/api/runs", "Host: evil.example")).contains(" 403 ");
        assertThat(client.signedIn("GET", "/", "Host: 127.0.0.1.evil.example")).contains(" 403 ");
        assertThat(client.signedIn("GET", "/api/runs", "Host: 192.168.1.5")).contains(" 403 ");
        assertThat(client.signedIn("GET", "/api/runs", "Host: ")).containsPattern(" (400|403) ");
        assertThat(client.signedIn("GET", "/api/runs", client.host(), "Origin: http://evil.example"))
                .contains(" 403 ");
        assertThat(client.signedIn("GET", "/api/runs", client.host(), "Origin: null"))
                .contains(" 403 ");
        assertThat(client.signedIn("GET", "/api/picture/1", client.host(), "Sec-Fetch-Site: cross-site"))
                .contains(" 403 ");
        assertThat(client.signedIn("GET", "/api/picture/1", client.host(), "Sec-Fetch-Site: same-site"))
                .contains(" 403 ");
        assertThat(client.signedIn("GET", "/api/picture/1", client.host(), "Sec-Fetch-Site: same-origin"))
                .contains(" 200 ");
        assertThat(client.signedIn(
                        "POST", "/api/labels", client.host(), "Origin: http://evil.example", "Content-Length: 0"))
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

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0"})
    void start_anyAddress_requiresTheToken(String address) throws Exception {
        try (Explorer server = Explorer.start(open(address))) {
            ExplorerClient other = new ExplorerClient(server);
            String token = other.token();
            assertThat(token).hasSize(48);
            String here = "Host: " + (address.equals("0.0.0.0") ? "10.1.2.3" : address) + ":"
                    + server.address().getPort();
            assertThat(other.raw("GET", "/", here)).contains(" 401 ");
            assertThat(other.raw("GET", "/app.js", here)).contains(" 401 ");
            assertThat(other.raw("GET", "/api/runs?token=" + token, here)).contains(" 401 ");
            assertThat(other.raw("POST", "/api/labels", here, "Content-Length: 0"))
                    .contains(" 401 ");
            String wrong = token.replace(token.charAt(0), 'x');
            assertThat(other.raw("GET", "/?token=" + wrong, here)).contains(" 401 ");
            assertThat(other.raw("GET", "/?token=" + token, here)).contains(" 200 ");
            assertThat(other.signedIn("GET", "/api/runs", here)).contains(" 200 ");
            assertThat(other.signedIn("GET", "/api/runs", "Host: evil.example")).contains(" 403 ");
            assertThat(other.raw("GET", "/?token=" + token, "Host: evil.example"))
                    .contains(" 403 ");
        }
    }

    @Test
    void cookie_ofAnotherExplorerOnThisMachine_isNotReplaced() throws Exception {
        try (Explorer server = Explorer.start(open("127.0.0.1"))) {
            HttpResponse<byte[]> first = client.get("/?token=" + client.token());
            ExplorerClient other = new ExplorerClient(server);
            HttpResponse<byte[]> second = other.get("/?token=" + other.token());
            assertThat(cookieName(first)).isNotEqualTo(cookieName(second));
        }
    }

    private static String cookieName(HttpResponse<byte[]> answer) {
        return answer.headers().firstValue("Set-Cookie").orElseThrow().split("=", 2)[0];
    }

    @Test
    void publicOrigin_behindAProxy_isAnsweredAndPrinted() throws Exception {
        ExploreOptions options = new ExploreOptions(
                List.of(RunDirectory.open(RUNNING.run().run())),
                Optional.of("nowhere"),
                "127.0.0.1",
                0,
                Optional.of(PublicOrigin.parse("https://Pictures.example/mmcr")),
                1,
                0);
        try (Explorer server = Explorer.start(options)) {
            assertThat(server.address().toString()).startsWith("https://Pictures.example/mmcr/?token=");
            int port = server.port();
            String token = new ExplorerClient(server).token();
            String cookie = "Cookie: mmcr_token_" + port + "=" + token;
            String here = "Host: 127.0.0.1:" + port; // as a proxy that does not pass the name on
            for (String host : List.of("Host: pictures.example", here)) {
                assertThat(ExplorerClient.raw(port, "GET", "/?token=" + token, host))
                        .contains(" 200 ");
                assertThat(ExplorerClient.raw(port, "GET", "/api/runs", host)).contains(" 401 ");
                assertThat(ExplorerClient.raw(
                                port, "GET", "/api/runs", host, cookie, "Origin: https://pictures.example"))
                        .contains(" 200 ");
                assertThat(ExplorerClient.raw(port, "GET", "/api/runs", host, cookie, "Origin: https://evil.example"))
                        .contains(" 403 ");
            }
            assertThat(ExplorerClient.raw(port, "GET", "/api/runs", "Host: other.example", cookie))
                    .contains(" 403 ");
        }
        assertThat(client.signedIn("GET", "/api/runs", "Host: pictures.example"))
                .contains(" 403 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"host/prefix", "ftp://host", "https://", "https://host/?a=b", "https://me@host", "a b"})
    void publicOrigin_thatIsNone_fails(String text) {
        assertThatThrownBy(() -> PublicOrigin.parse(text))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("https://host/prefix");
    }

    @Test
    void startPage_hasTheAddressAndIsPrivate() throws Exception {
        Path file;
        try (Explorer server = Explorer.start(open("127.0.0.1"))) {
            file = server.writeStartPage();
            assertThat(file.toUri().toString()).doesNotContain(new ExplorerClient(server).token());
            assertThat(file).content().contains("url=" + server.address());
            assertThat(Files.getPosixFilePermissions(file))
                    .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void uploads_badOnes_areRejectedWithAMessage() throws Exception {
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
        return new ExploreOptions(
                List.of(RunDirectory.open(RUNNING.run().run())),
                Optional.of("nowhere"),
                host,
                0,
                Optional.empty(),
                1,
                0);
    }
}
