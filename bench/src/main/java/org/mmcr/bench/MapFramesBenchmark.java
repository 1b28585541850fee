package org.mmcr.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mmcr.cli.Benchmark;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Json;
import org.mmcr.explorer.WebAssets;

/**
 * Measures the frame rate of the explorer's map in a browser while it is dragged and zoomed: the map's own scripts
 * with 1, 20,000, 50,000, 100,000 and 200,000 points, with and without WebGL. Without arguments it prints an address
 * and waits for a browser, for a machine with a graphics card. With arguments, a Chromium executable and its options,
 * it starts
 * that browser headless.
 */
public final class MapFramesBenchmark implements Benchmark {
    private static final int LONGEST_MINUTES = 10;
    private static final ObjectMapper JSON = Json.mapper();

    @Override
    public String name() {
        return "map-frames";
    }

    @Override
    public String summary() {
        return "frames a second of the explorer's map, in the browser that opens it: [CHROMIUM [OPTION...]]";
    }

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) throws Exception {
        CompletableFuture<JsonNode> result = new CompletableFuture<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> answer(exchange, result));
        server.start();
        String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        Path profile = Files.createTempDirectory("mmcr-map-frames");
        Optional<Process> browser = Optional.empty();
        try {
            if (arguments.isEmpty()) {
                progress.accept("open " + address + " in a browser and keep its window in front");
            } else {
                browser = Optional.of(start(arguments, profile, address));
            }
            JsonNode found = result.get(LONGEST_MINUTES, TimeUnit.MINUTES);
            if (found.has("failed")) {
                throw new MmcrException("expected a browser with WebGL, found "
                        + found.get("failed").asText());
            }
            found.get("rows").forEach(row -> progress.accept(words(row)));
            return found;
        } finally {
            server.stop(0);
            if (browser.isPresent()) {
                browser.get().destroy();
                browser.get().waitFor();
            }
            AtomicFiles.deleteTree(profile);
        }
    }

    private static Process start(List<String> arguments, Path profile, String address) throws IOException {
        List<String> command = new ArrayList<>(arguments);
        command.addAll(List.of(
                "--headless=new", "--no-first-run", "--window-size=1280,900", "--user-data-dir=" + profile, address));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String words(JsonNode row) {
        return String.format(
                Locale.ROOT,
                "%s, %,d points, %s: %.1f frames/s; ms between frames: median %.1f, 95 %% %.1f, worst %.1f",
                row.get("painter").asText(),
                row.get("points").asInt(),
                row.get("action").asText(),
                row.get("frames_per_second").asDouble(),
                row.get("median_milliseconds").asDouble(),
                row.get("p95_milliseconds").asDouble(),
                row.get("worst_milliseconds").asDouble());
    }

    private static void answer(HttpExchange exchange, CompletableFuture<JsonNode> result) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/result")) {
                result.complete(JSON.readTree(exchange.getRequestBody()));
                exchange.sendResponseHeaders(204, -1);
                return;
            }
            Optional<byte[]> content = content(path);
            if (content.isEmpty()) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.getResponseHeaders().add("Content-Type", WebAssets.type(path));
            exchange.sendResponseHeaders(200, content.get().length);
            exchange.getResponseBody().write(content.get());
        }
    }

    private static Optional<byte[]> content(String path) throws IOException {
        String own = path.equals("/") ? "map-frames.html" : path.equals("/map-frames.js") ? "map-frames.js" : "";
        if (own.isEmpty()) {
            return WebAssets.content(path);
        }
        try (@Nullable InputStream in = MapFramesBenchmark.class.getResourceAsStream(own)) {
            return Optional.of(Objects.requireNonNull(in, own).readAllBytes());
        }
    }
}
