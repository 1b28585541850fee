package org.mmcr.explorer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A client without a browser, which can send any request. */
record ExplorerClient(Explorer server) {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String FAILED = "\"stage\":\"FAILED\"";

    /** Reads events until the pictures are ready. */
    void awaitReady() throws Exception {
        awaitLine("\"stage\":\"READY\"");
    }

    /** The first line of the events that contains a text; none follows where the data could not be loaded. */
    String awaitLine(String text) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(server.address().resolve("/api/events"))
                .header("Accept", "text/event-stream")
                .header("Cookie", cookie())
                .build();
        try (Stream<String> lines = CLIENT.send(request, BodyHandlers.ofLines()).body()) {
            return lines.peek(line -> {
                        if (!text.contains(FAILED) && line.contains(FAILED)) {
                            throw new AssertionError(line);
                        }
                    })
                    .filter(line -> line.contains(text))
                    .findFirst()
                    .orElseThrow();
        }
    }

    HttpResponse<byte[]> get(String path) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(server.address().resolve(path))
                        .header("Cookie", cookie())
                        .build(),
                BodyHandlers.ofByteArray());
    }

    HttpResponse<String> post(String path, String type, byte[] body) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(server.address().resolve(path))
                        .header("Content-Type", type)
                        .header("Cookie", cookie())
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Sends an action on labels. */
    HttpResponse<String> act(String json) throws Exception {
        return post("/api/labels", "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** The first line of the answer to a request written by hand. */
    String raw(String method, String path, String... headers) throws IOException {
        return raw(server.port(), method, path, headers);
    }

    /** The same for a server of this machine by its port. */
    static String raw(int port, String method, String path, String... headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String head = method + " " + path + " HTTP/1.1\r\nConnection: close\r\n" + String.join("\r\n", headers)
                    + (headers.length > 0 ? "\r\n" : "") + "\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return answer.lines().findFirst().orElse("");
        }
    }

    /** The first line of the answer to a request with the cookie. */
    String signedIn(String method, String path, String... headers) throws IOException {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add("Cookie: " + cookie());
        return raw(method, path, all.toArray(new String[0]));
    }

    /** The token of the printed address. */
    String token() {
        return server.address().getQuery().replace("token=", "");
    }

    private String cookie() {
        return "mmcr_token_" + server.port() + "=" + token();
    }

    /** The header that a browser of this machine sends. */
    String host() {
        return "Host: 127.0.0.1:" + server.address().getPort();
    }
}
