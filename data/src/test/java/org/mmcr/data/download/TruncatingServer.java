package org.mmcr.data.download;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** An HTTP server with range requests that can cut off responses, or pause inside one. */
final class TruncatingServer implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, byte[]> files;
    private final Queue<Integer> cuts = new ArrayDeque<>();
    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private final Map<String, String> redirects = new ConcurrentHashMap<>();
    private final CountDownLatch resumed = new CountDownLatch(1);
    private boolean knowsRanges = true;
    private volatile int pause = Integer.MAX_VALUE;

    TruncatingServer(Map<String, byte[]> files) throws IOException {
        this.files = files;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/data/", this::answer);
        server.start();
    }

    URI base() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/data/");
    }

    /** Sets the number of bytes that each of the next responses sends before the connection breaks. */
    void cutAfter(Integer... bytes) {
        Collections.addAll(cuts, bytes);
    }

    /** Answers requests of a path with another address. */
    void redirect(String path, String address) {
        redirects.put(path, address);
    }

    /** Makes responses wait for {@link #resume} after so many bytes. */
    void pauseAfter(int bytes) {
        pause = bytes;
    }

    /** Continues responses, those to come as well. */
    void resume() {
        resumed.countDown();
    }

    void withoutRanges() {
        knowsRanges = false;
    }

    /** Returns the Range header of each request, empty if it had none. */
    List<String> ranges() {
        return ranges;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] content = files.get(path.substring(path.lastIndexOf('/') + 1));
        String range = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"))
                .orElse("");
        ranges.add(range);
        String address = redirects.get(path);
        if (address != null) {
            exchange.getResponseHeaders().set("Location", address);
            exchange.sendResponseHeaders(301, -1);
            exchange.close();
            return;
        }
        if (content == null) {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
            return;
        }
        int from = range.isEmpty() || !knowsRanges ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        if (from >= content.length) {
            exchange.sendResponseHeaders(416, -1);
            exchange.close();
            return;
        }
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        int length = content.length - from;
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, length);
        Integer cut = cuts.poll();
        int sent = cut == null ? length : Math.min(cut, length);
        int before = Math.min(pause, sent);
        OutputStream body = exchange.getResponseBody();
        body.write(content, from, before);
        body.flush();
        if (before < sent) {
            awaitResume();
            body.write(content, from + before, sent - before);
            body.flush();
        }
        // Closing before everything is written breaks the connection.
        exchange.close();
    }

    private void awaitResume() throws IOException {
        try {
            resumed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        resume();
        server.stop(0);
    }
}
