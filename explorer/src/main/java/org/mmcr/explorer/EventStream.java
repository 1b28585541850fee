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
 * Server-sent events for open pages. Each client has its own position in the runs' files and its own last revision
 * of the state, so that a late client misses nothing and a slow one delays nobody.
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
     * @param revision grows whenever {@code state} changes
     * @param state the document to send; computed only when the revision has grown
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

    /** Adds a client. */
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
                senders.execute(client::sendAndMarkIdle);
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        senders.shutdownNow();
        clients.forEach(client -> client.sse.close());
    }

    /** New lines of one file of one run. */
    record Lines(int run, String file, JsonLinesTail.Update update) {}

    private record Followed(int run, String file, JsonLinesTail tail) {}

    private final class Client {
        private final SseClient sse;
        private final AtomicBoolean idle = new AtomicBoolean(true);
        private final List<Followed> files = new ArrayList<>();
        private long sentRevision = -1;
        private int silentTicks;

        Client(SseClient sse) {
            this.sse = sse;
            for (int run = 0; run < runs.size(); run++) {
                files.add(new Followed(
                        run, "metrics", JsonLinesTail.ofSteps(runs.get(run).metrics())));
                files.add(new Followed(
                        run, "epochs", JsonLinesTail.of(runs.get(run).epochs())));
                files.add(new Followed(
                        run, "monitor", JsonLinesTail.of(runs.get(run).monitor())));
                files.add(new Followed(
                        run, "quality", JsonLinesTail.of(runs.get(run).qualityPoints())));
            }
        }

        void sendAndMarkIdle() {
            try {
                send();
            } finally {
                idle.set(true);
            }
        }

        synchronized void send() {
            long now = revision.getAsLong();
            boolean silent = now == sentRevision;
            if (!silent) {
                sentRevision = now;
                sendUnlessGone("state", state.get());
            }
            for (Followed followed : files) {
                silent &= !forward(followed);
            }
            silentTicks = silent ? silentTicks + 1 : 0;
            if (silentTicks > 0 && silentTicks % TICKS_TO_HEARTBEAT == 0) {
                sse.sendComment("heartbeat"); // detects a client that has disconnected
            }
        }

        /** Sends an event, unless the client has disconnected: the server would log each attempt. */
        private void sendUnlessGone(String event, Object document) {
            if (!sse.terminated()) {
                sse.sendEvent(event, Json.line(document));
            }
        }

        private boolean forward(Followed followed) {
            try {
                Optional<JsonLinesTail.Update> update = followed.tail().read();
                update.ifPresent(lines -> sendUnlessGone("lines", new Lines(followed.run(), followed.file(), lines)));
                return update.isPresent();
            } catch (IOException e) {
                LOG.debug("{} of run {} cannot be read now", followed.file(), followed.run(), e);
                return false;
            }
        }
    }
}
