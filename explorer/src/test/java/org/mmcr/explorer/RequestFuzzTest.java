package org.mmcr.explorer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.Fuzzer;

/** Damaged requests are answered, and never by a failure of the server's own. */
@Tag("long")
class RequestFuzzTest {
    @RegisterExtension
    static final RunningExplorer EXPLORER = new RunningExplorer();

    @TempDir
    Path folder;

    @Test
    void action_damaged_isKeptOrRefused() throws Exception {
        List<byte[]> actions = Stream.of(
                        "{\"action\":\"assign\",\"pictures\":[\"a\"],\"label\":\"x\",\"random\":false}",
                        "{\"action\":\"clear\",\"pictures\":[\"a\"]}",
                        "{\"action\":\"rename\",\"from\":\"x\",\"to\":\"y\"}",
                        "{\"action\":\"undo\"}")
                .map(action -> action.getBytes(StandardCharsets.UTF_8))
                .toList();
        Fuzzer.run(
                new Fuzzer.Target("action.json", 200, actions, file -> {
                    int status = EXPLORER.client()
                            .post("/api/labels", "application/json", Files.readAllBytes(file))
                            .statusCode();
                    requireNoFailure("HTTP/1.1 " + status);
                }),
                folder);
    }

    @Test
    void request_damaged_isAnsweredOrClosed() throws Exception {
        String host = EXPLORER.client().host() + "\r\nConnection: close\r\n";
        String cookie = "Cookie: mmcr_token_" + EXPLORER.explorer().port() + "="
                + EXPLORER.client().token() + "\r\n";
        List<byte[]> requests = Stream.of(
                        "GET /api/picture/3 HTTP/1.1\r\n" + host + cookie + "\r\n",
                        "GET /api/events?x=1 HTTP/1.0\r\n" + host + "Accept: text/event-stream\r\n\r\n",
                        "POST /api/labels HTTP/1.1\r\n" + host + cookie
                                + "Content-Type: application/json\r\nContent-Length: 17\r\n\r\n{\"action\":\"undo\"}")
                .map(request -> request.getBytes(StandardCharsets.UTF_8))
                .toList();
        Fuzzer.run(new Fuzzer.Target("request.http", 200, requests, file -> send(Files.readAllBytes(file))), folder);
    }

    private static void send(byte[] request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), EXPLORER.explorer().port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request);
            socket.shutdownOutput();
            byte[] head = socket.getInputStream().readNBytes(30);
            requireNoFailure(new String(head, StandardCharsets.ISO_8859_1));
        } catch (SocketException e) {
            // The server has closed the connection before it had read the request to its end.
        }
    }

    private static void requireNoFailure(String answer) {
        if (answer.startsWith("HTTP/1.1 500")) {
            throw new IllegalStateException("the server failed: " + answer);
        }
    }
}
