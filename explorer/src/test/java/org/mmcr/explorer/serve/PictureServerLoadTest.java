package org.mmcr.explorer.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.mmcr.core.MmcrException;
import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.views.VectorEvaluationView;
import org.mmcr.explorer.http.MachineNames;
import org.mmcr.explorer.http.WebOptions;
import org.mmcr.train.evaluate.InputFeatures;

/** More requests than a server may take, slow and killed clients, and its end, with a model that can be held up. */
class PictureServerLoadTest {
    private final GatedModel model = new GatedModel();

    private PictureServer start(ServeLimits limits) {
        return ServedRun.start(limits, () -> new ServedModel(model, "a gate", Optional.empty(), Optional.empty()));
    }

    /** A picture of one colour, whose features are the colour. */
    private static byte[] picture(int rgb) {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 64; i++) {
            image.setRGB(i % 8, i / 8, rgb);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static CompletableFuture<HttpResponse<byte[]>> send(ServeClient client, int rgb) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return client.post("/features", "image/png", ServeClient.RAW, picture(rgb));
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                task -> new Thread(task, "client").start());
    }

    private static void awaitInWork(ServeClient client, int pictures) throws Exception {
        while (client.metric("mmcr_pictures_in_work") != pictures) {
            Thread.sleep(5);
        }
    }

    @Test
    void queue_full_isAnsweredWith429AndThePicturesInItAreAnswered() throws Exception {
        try (PictureServer server = start(ServeLimits.usual().withQueue(3))) {
            ServeClient client = new ServeClient(server);
            List<CompletableFuture<HttpResponse<byte[]>>> inWork = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                inWork.add(send(client, i << 16));
            }
            awaitInWork(client, 3);
            HttpResponse<byte[]> refused = send(client, 0).get();
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            assertThat(ServeClient.message(refused)).contains("try again");
            assertThat(client.get("/health").statusCode()).isEqualTo(200);
            Map<String, byte[]> four = new LinkedHashMap<>();
            for (int i = 0; i < 4; i++) {
                four.put(i + ".png", picture(i));
            }
            assertThat(client.post("/features", "multipart/form-data; boundary=x", "*/*", ServeClient.form("x", four))
                            .statusCode())
                    .isEqualTo(413);
            model.permits().release(1000);
            for (int i = 0; i < 3; i++) {
                HttpResponse<byte[]> answer = inWork.get(i).get();
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(ServeClient.floats(answer)).containsExactly(new float[] {i / 255f, 0, 0}, within(1e-6f));
            }
            awaitInWork(client, 0);
        }
    }

    /** Both threads are held up by one picture each; what comes meanwhile is shared between them. */
    @Test
    void batches_whileAllThreadsCompute_fillByThemselves() throws Exception {
        try (PictureServer server = start(ServeLimits.usual().withBatchWait(Duration.ZERO))) {
            ServeClient client = new ServeClient(server);
            List<CompletableFuture<HttpResponse<byte[]>>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                all.add(send(client, i));
                awaitInWork(client, i + 1);
            }
            model.permits().release(1000);
            for (int i = 0; i < all.size(); i++) {
                assertThat(ServeClient.floats(all.get(i).get())[2]).isCloseTo(i / 255f, within(1e-6f));
            }
            double batches = client.metric("mmcr_batch_pictures_count");
            assertThat(client.metric("mmcr_batch_pictures_sum")).isEqualTo(40);
            assertThat(batches).isLessThan(20);
        }
    }

    @Test
    void timeout_ofTheModelOrOfABody_isAnsweredWith503() throws Exception {
        try (PictureServer server = start(ServeLimits.usual().withTimeout(Duration.ofMillis(300)))) {
            ServeClient client = new ServeClient(server);
            HttpResponse<byte[]> late = send(client, 1).get();
            assertThat(late.statusCode()).isEqualTo(503);
            assertThat(ServeClient.message(late)).contains("longer than 0.3 s");
            byte[] picture = picture(2);
            try (Socket slow = client.begin("/features", picture.length)) {
                CompletableFuture<Void> dripping = CompletableFuture.runAsync(() -> drip(slow, picture));
                assertThat(ServeClient.status(slow)).contains(" 503 ");
                dripping.cancel(false);
            }
            model.permits().release(1000);
            awaitInWork(client, 0);
            assertThat(send(client, 3).get().statusCode()).isEqualTo(200);
        }
    }

    /** Sends a byte now and then. */
    private static void drip(Socket socket, byte[] body) {
        try {
            for (byte one : body) {
                socket.getOutputStream().write(one);
                socket.getOutputStream().flush();
                Thread.sleep(20);
            }
        } catch (IOException | InterruptedException e) {
            // The server has answered and closed the connection.
        }
    }

    @Test
    void clients_thatAreKilled_leaveNothingBehind() throws Exception {
        try (PictureServer server = start(ServeLimits.usual().withTimeout(Duration.ofSeconds(5)))) {
            ServeClient client = new ServeClient(server);
            byte[] picture = picture(4);
            for (int i = 0; i < 20; i++) {
                try (Socket socket = client.begin("/features", picture.length)) {
                    socket.getOutputStream().write(picture, 0, i % 2 == 0 ? picture.length : 10);
                }
            }
            model.permits().release(1000);
            assertThat(send(client, 5).get().statusCode()).isEqualTo(200);
            awaitInWork(client, 0);
        }
    }

    @Test
    void close_withRequestsInWork_answersThemFirst() throws Exception {
        PictureServer server = start(ServeLimits.usual());
        ServeClient client = new ServeClient(server);
        CompletableFuture<HttpResponse<byte[]>> inWork = send(client, 255);
        awaitInWork(client, 1);
        int port = server.port();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
        assertThatThrownBy(() -> closing.get(200, TimeUnit.MILLISECONDS)).isNotNull();
        model.permits().release(1000);
        assertThat(inWork.get().statusCode()).isEqualTo(200);
        assertThat(ServeClient.floats(inWork.get())).containsExactly(new float[] {0, 0, 1}, within(1e-6f));
        closing.get();
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(IOException.class);
    }

    /** The bodies are no pictures, which is not found out. */
    @Test
    void requests_thatTheServerIsNotStartedFor_areRefusedBeforeTheirPicturesAreDecoded() throws Exception {
        try (PictureServer server = start(ServeLimits.usual())) {
            ServeClient client = new ServeClient(server);
            for (String path : List.of("/classes", "/neighbours")) {
                assertThat(client.post(path, "image/png", "*/*", new byte[3]).statusCode())
                        .as(path)
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void health_whileTheModelIsRead_is503ForHeadToo() throws Exception {
        int port = freePort();
        WebOptions web = new WebOptions(
                "serve",
                MachineNames.LOOPBACK,
                port,
                Optional.empty(),
                Optional.empty(),
                Set.of(PictureServer.HEALTH),
                ServeLimits.usual().bodyBytes());
        List<Integer> early = new ArrayList<>();
        Supplier<ServedModel> slow = () -> {
            early.add(head(port));
            return new ServedModel(model, "a gate", Optional.empty(), Optional.empty());
        };
        try (PictureServer server = PictureServer.start(web, ServeLimits.usual(), 1, slow)) {
            assertThat(early).containsExactly(503);
            assertThat(head(port)).isEqualTo(200);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** The status of a HEAD request to /health. */
    private static int head(int port) {
        URI address = URI.create("http://" + MachineNames.LOOPBACK + ":" + port + PictureServer.HEALTH);
        HttpRequest request = HttpRequest.newBuilder(address)
                .method("HEAD", BodyPublishers.noBody())
                .build();
        try {
            return HttpClient.newHttpClient()
                    .send(request, BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void start_withAnEncoderOfTables_fails() {
        assertThatThrownBy(() -> ServedRun.start(
                        ServeLimits.usual(),
                        () -> new ServedModel(
                                new InputFeatures(new VectorEvaluationView(
                                        new ColumnStatistics(List.of("a"), List.of(0.0), List.of(1.0)))),
                                "a table",
                                Optional.empty(),
                                Optional.empty())))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected an encoder of pictures");
    }
}
