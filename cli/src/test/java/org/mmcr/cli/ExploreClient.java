package org.mmcr.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** HTTP requests to {@code explore --json} and other servers in separate processes. */
final class ExploreClient {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private ExploreClient() {}

    /** Begins a request to a path of an explorer, whose address is on its stdout, with the cookie of its token. */
    static HttpRequest.Builder request(MmcrProcess explore, String path) throws IOException {
        URI address = URI.create(
                new ObjectMapper().readTree(explore.out()).get("address").asText());
        String cookie =
                "mmcr_token_" + address.getPort() + "=" + address.getQuery().replace("token=", "");
        return HttpRequest.newBuilder(address.resolve(path)).header("Cookie", cookie);
    }

    /** Sends a request and waits for the answer, with a limit. */
    static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return CLIENT.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
