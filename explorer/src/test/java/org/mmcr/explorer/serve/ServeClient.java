package org.mmcr.explorer.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A client of a picture server that can send any request. */
record ServeClient(PictureServer server) {
    static final String RAW = "application/octet-stream";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return CLIENT.send(request(path).build(), BodyHandlers.ofByteArray());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.base().resolve(path)).header("Authorization", "Bearer " + server.token());
    }

    HttpResponse<byte[]> post(String path, String type, String accept, byte[] body)
            throws IOException, InterruptedException {
        return CLIENT.send(
                request(path)
                        .header("Content-Type", type)
                        .header("Accept", accept)
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    /** The answer to one picture as JSON. */
    JsonNode json(String path, byte[] picture) throws IOException, InterruptedException {
        return json(post(path, "image/png", "application/json", picture));
    }

    static JsonNode json(HttpResponse<byte[]> answer) throws IOException {
        return JSON.readTree(answer.body());
    }

    /** The message of a failure. */
    static String message(HttpResponse<byte[]> answer) throws IOException {
        return json(answer).path("message").asText();
    }

    /** The float32 values of an answer. */
    static float[] floats(HttpResponse<byte[]> answer) {
        float[] values = new float[answer.body().length / Float.BYTES];
        ByteBuffer.wrap(answer.body())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }

    /** A form with files of these contents, and a field that is none. */
    static byte[] form(String boundary, Map<String, byte[]> files) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        List.of("--" + boundary + "\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nno file\r\n")
                .forEach(text -> body.writeBytes(text.getBytes(StandardCharsets.UTF_8)));
        files.forEach((name, content) -> {
            body.writeBytes(("--" + boundary + "\r\nContent-Disposition: form-data; name=\"p\"; filename=\"" + name
                            + "\"\r\nContent-Type: image/png\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            body.writeBytes(content);
            body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        });
        body.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return body.toByteArray();
    }

    /** A connection on which a request of this length has begun; its body is sent by the caller. */
    Socket begin(String path, int length, String... headers) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(30_000);
        String head = "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: " + RAW
                + "\r\nAuthorization: Bearer " + server.token() + "\r\nContent-Length: " + length + "\r\n"
                + String.join("\r\n", headers) + (headers.length > 0 ? "\r\n" : "") + "\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    /** The first line of the answer on a connection. */
    static String status(Socket socket) throws IOException {
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        return answer.lines().findFirst().orElse("");
    }

    /** A figure of the metrics. */
    double metric(String name) throws IOException, InterruptedException {
        return new String(get("/metrics").body(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }
}
