package org.mmcr.explorer;

import io.javalin.http.sse.SseClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.mmcr.data.io.Json;
import org.mmcr.train.run.RunDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server-sent events. Each browser has its own place in the runs' files and its own memory of the state it was told, so
 * that one which comes late or slowly misses nothing and keeps nobody waiting.
 */
final class EventStream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final long TICK_MILLISECONDS = 250;
    private static final int TICKS_TO_HEARTBEAT = 40;
    private static final int MOST_CLIENTS = 64;

    private final List<RunDirectory> runs;
    private final LongSupplier revision;
    private final Supplier<Object> state;
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService senders = Executors.newCachedThreadPool(EventStream::daemon);

    /**
     * @param revision grows whenever {@code state} would answer anew
     * @param state a document, asked for only when it has changed
     */
    EventStream(List<RunDirectory> runs, LongSupplier revision, Supplier<Object> state) {
        this.runs = runs;
        this.revision = revision;
        this.state = state;
        daemon(this::run).start();
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "explore-events");
        thread.setDaemon(true);
        return thread;
    }

    /** Takes a browser on. */
    void connect(SseClient sse) {
        if (clients.size() >= MOST_CLIENTS) {
            sse.close();
            return;
        }
        sse.keepAlive();
        Client client = new Client(sse);
        clients.add(client);
        sse.onClose(() -> clients.remove(client));
        client.send();
    }

    private void run() {
        try {
            while (!closed.await(TICK_MILLISECONDS, TimeUnit.MILLISECONDS)) {
                tick();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tick() {
        clients.removeIf(client -> client.sse.terminated());
        for (Client client : clients) {
            if (client.idle.compareAndSet(true, false)) {
                senders.execute(client::sendAndRest);
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        senders.shutdownNow();
        clients.forEach(client -> client.sse.close());
    }

    /** Some lines of one file of one run, for the page. */
    record Lines(int run, String file, JsonLinesTail.News news) {}

    private record Followed(int run, String file, JsonLinesTail tail) {}

    private final class Client {
        private final SseClient sse;
        private final AtomicBoolean idle = new AtomicBoolean(true);
        private final List<Followed> files = new ArrayList<>();
        private long told = -1;
        private int quiet;

        Client(SseClient sse) {
            this.sse = sse;
            for (int run = 0; run < runs.size(); run++) {
                files.add(new Followed(
                        run, "metrics", new JsonLinesTail(runs.get(run).metrics())));
                files.add(new Followed(
                        run, "epochs", new JsonLinesTail(runs.get(run).epochs())));
                files.add(new Followed(
                        run, "monitor", new JsonLinesTail(runs.get(run).monitor())));
            }
        }

        void sendAndRest() {
            try {
                send();
            } finally {
                idle.set(true);
            }
        }

        synchronized void send() {
            long now = revision.getAsLong();
            boolean silent = now == told;
            if (!silent) {
                told = now;
                tell("state", state.get());
            }
            for (Followed followed : files) {
                silent &= !forward(followed);
            }
            quiet = silent ? quiet + 1 : 0;
            if (quiet > 0 && quiet % TICKS_TO_HEARTBEAT == 0) {
                sse.sendComment("still here"); // finds out whether the browser is
            }
        }

        /** A browser that has gone is not spoken to: the server would warn of each attempt. */
        private void tell(String event, Object document) {
            if (!sse.terminated()) {
                sse.sendEvent(event, Json.line(document));
            }
        }

        private boolean forward(Followed followed) {
            try {
                Optional<JsonLinesTail.News> news = followed.tail().read();
                news.ifPresent(lines -> tell("lines", new Lines(followed.run(), followed.file(), lines)));
                return news.isPresent();
            } catch (IOException e) {
                LOG.debug("{} of run {} cannot be read now", followed.file(), followed.run(), e);
                return false;
            }
        }
    }
}
