package org.mmcr.explorer.serve;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.LowerCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.javalin.config.JavalinConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.InternalServerErrorResponse;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.ServiceUnavailableResponse;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.mmcr.core.MmcrException;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.explorer.http.HttpIo;
import org.mmcr.explorer.http.WebOptions;
import org.mmcr.explorer.http.WebServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running picture server, from {@link #start} to {@link #close}: {@code POST /features}, {@code /classes} and {@code
 * /neighbours} take pictures and answer as JSON or as little-endian float32.
 */
public final class PictureServer implements AutoCloseable {
    /** The path that says without a token whether the server is ready. */
    public static final String HEALTH = "/health";

    private static final Logger LOG = LoggerFactory.getLogger(PictureServer.class);
    private static final int USUAL_CLASSES = 5;
    private static final int USUAL_NEIGHBOURS = 10;
    private static final int MOST_RESULTS = 1000;

    private final ServeLimits limits;
    private final Admission admission;
    private final ServeMetrics metrics = new ServeMetrics();
    private final WebServer server;
    private volatile Optional<Serving> serving = Optional.empty();

    /** Everything that exists once the model has been read. */
    private record Serving(
            ServedModel model, PictureIntake intake, PictureBatcher batcher, Optional<Classifier> classifier) {
        long revision() {
            return classifier
                    .flatMap(Classifier::current)
                    .map(Classifier.Current::revision)
                    .orElse(0L);
        }
    }

    /** What {@code GET /info} answers. */
    record Info(
            String encoder,
            int features,
            int side,
            boolean classifier,
            long revision,
            List<String> classes,
            int index,
            Limits limits) {}

    /** The limits of requests, with the names that {@code openapi.json} gives them. */
    @JsonNaming(LowerCamelCaseStrategy.class)
    record Limits(int queue, long waitMillis, double timeoutSeconds, long bodyBytes, long pixels) {
        static Limits of(ServeLimits limits) {
            return new Limits(
                    limits.queue(),
                    limits.batchWait().toMillis(),
                    limits.timeout().toMillis() / 1000.0,
                    limits.bodyBytes(),
                    limits.pixels());
        }
    }

    /** The features of a picture. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Features(String name, float[] features) {}

    /** The most probable classes of a picture, most probable first. */
    record Classes(String name, String label, double probability, List<Scored> classes) {}

    /** A class with its probability. */
    record Scored(String label, double probability) {}

    /** The most similar pictures of the index, most similar first. */
    record Neighbours(String name, List<PictureIndex.Match> neighbours) {}

    private PictureServer(WebOptions web, ServeLimits limits, int threads) {
        this.limits = limits;
        this.admission = new Admission(limits, threads, Runtime.getRuntime().maxMemory());
        this.server = WebServer.start(web, this::routes);
    }

    /**
     * Binds, then reads the model; requests that come before it is there are answered with 503.
     *
     * @param threads that compute features, one forward pass each
     * @param model reads what is served
     * @throws MmcrException if the address cannot be bound, or the model takes no pictures or cannot be read
     */
    public static PictureServer start(WebOptions web, ServeLimits limits, int threads, Supplier<ServedModel> model) {
        PictureServer started = new PictureServer(web, limits, threads);
        try {
            started.serve(model.get(), threads);
            return started;
        } catch (RuntimeException | Error e) {
            started.close();
            throw e;
        }
    }

    private void serve(ServedModel model, int threads) {
        if (!(model.features().view() instanceof PictureEvaluationView view)) {
            throw new MmcrException("expected an encoder of pictures, found one of table rows in " + model.encoder()
                    + "; embed tables with mmcr embed");
        }
        Optional<Classifier> classifier = model.classifier().map(Classifier::new);
        serving = Optional.of(new Serving(
                model,
                new PictureIntake(view, limits, admission),
                new PictureBatcher(model.features(), threads, limits.batchWait(), metrics::batch),
                classifier));
    }

    private void routes(JavalinConfig config) {
        config.http.prefer405over404 = true;
        config.jetty.modifyHttpConfiguration(
                http -> http.setIdleTimeout(limits.timeout().toMillis()));
        config.jetty.modifyServer(jetty -> {
            jetty.setHandler(new GracefulHandler()); // close() lets it answer requests in progress
            jetty.setStopTimeout(limits.timeout().toMillis());
        });
        ServePage.register(config.routes);
        config.routes.get(HEALTH, this::health);
        config.routes.head(HEALTH, this::health); // Javalin's own answer to HEAD is always 200
        config.routes.get("/info", request -> HttpIo.json(request, info()));
        config.routes.get(
                "/metrics",
                request -> request.contentType("text/plain; version=0.0.4; charset=utf-8")
                        .result(metrics.text(
                                admission.picturesInWork(),
                                serving.map(Serving::revision).orElse(0L))));
        config.routes.post("/features", request -> answer(request, "/features", this::features));
        config.routes.post("/classes", request -> answer(request, "/classes", this::classes));
        config.routes.post("/neighbours", request -> answer(request, "/neighbours", this::neighbours));
    }

    private void health(Context request) {
        boolean ready = serving.isPresent();
        HttpIo.json(request.status(ready ? 200 : 503), Map.of("status", ready ? "ready" : "starting"));
    }

    private Serving require() {
        return serving.orElseThrow(() -> new ServiceUnavailableResponse("the server is starting; try again"));
    }

    private Info info() {
        Serving now = require();
        PictureEvaluationView view =
                (PictureEvaluationView) now.model().features().view();
        return new Info(
                now.model().encoder(),
                now.model().features().width(),
                view.size(),
                now.classifier().isPresent(),
                now.revision(),
                now.classifier()
                        .flatMap(Classifier::current)
                        .map(current -> current.head().classNames())
                        .orElse(List.of()),
                now.model().index().map(PictureIndex::size).orElse(0),
                Limits.of(limits));
    }

    /** Makes what answers from the features of a request's pictures, or fails before they are read. */
    @FunctionalInterface
    private interface Answer {
        Consumer<Pictures> prepare(Context request, Serving serving);
    }

    /** The pictures of a request with their features. */
    private record Pictures(List<String> names, List<float[]> features) {}

    /** Answers and counts. */
    private void answer(Context request, String route, Answer answer) throws InterruptedException {
        long began = System.nanoTime();
        int status = 500;
        try (Admission.Place place = admission.request()) {
            Serving now = require();
            Consumer<Pictures> prepared = answer.prepare(request, now);
            prepared.accept(pictures(request, now));
            status = 200;
        } catch (HttpResponseException e) {
            status = e.getStatus();
            throw e;
        } finally {
            metrics.request(route, status, (System.nanoTime() - began) / 1e9);
        }
    }

    private Pictures pictures(Context request, Serving now) throws InterruptedException {
        Deadline deadline = Deadline.in(limits.timeout());
        try (PictureIntake.Prepared prepared = now.intake().read(request, deadline)) {
            List<CompletableFuture<float[]>> features = now.batcher().submit(prepared.rows());
            try {
                List<float[]> rows = new ArrayList<>();
                for (CompletableFuture<float[]> one : features) {
                    rows.add(one.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS));
                }
                return new Pictures(prepared.names(), rows);
            } catch (TimeoutException e) {
                throw deadline.exceeded();
            } catch (ExecutionException e) {
                LOG.error("features could not be computed", e.getCause());
                throw new InternalServerErrorResponse(
                        e.getCause() instanceof MmcrException known
                                ? known.getMessage()
                                : "the features could not be computed; the server's own output has the details");
            } finally {
                features.forEach(one -> one.cancel(false)); // what nobody waits for is skipped
            }
        } catch (IOException e) {
            deadline.check();
            throw new BadRequestResponse("expected the whole body, found that it ends early; send it again");
        }
    }

    private Consumer<Pictures> features(Context request, Serving now) {
        return pictures -> {
            if (HttpIo.wantsFloats(request)) {
                matrix(request, pictures.features());
                return;
            }
            List<Features> all = new ArrayList<>();
            for (int i = 0; i < pictures.names().size(); i++) {
                all.add(new Features(
                        pictures.names().get(i), pictures.features().get(i)));
            }
            HttpIo.json(request, Map.of("pictures", all));
        };
    }

    /** The answer of {@code /classes}. */
    private record Classified(long revision, List<Classes> pictures) {}

    private Consumer<Pictures> classes(Context request, Serving now) {
        Classifier.Current current = now.classifier()
                .orElseThrow(() -> new NotFoundResponse("the server has no classifier; start it with --classifier"))
                .require();
        int count = HttpIo.count(request, USUAL_CLASSES, MOST_RESULTS);
        return pictures -> {
            List<double[]> rows =
                    pictures.features().stream().map(current::probabilities).toList();
            if (HttpIo.wantsFloats(request)) {
                matrix(request, rows.stream().map(PictureServer::narrowed).toList());
                return;
            }
            List<Classes> all = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                all.add(best(
                        pictures.names().get(i), rows.get(i), current.head().classNames(), count));
            }
            HttpIo.json(request, new Classified(current.revision(), all));
        };
    }

    private static float[] narrowed(double[] values) {
        float[] narrow = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            narrow[i] = (float) values[i];
        }
        return narrow;
    }

    private static Classes best(String name, double[] probabilities, List<String> classNames, int count) {
        List<Scored> scored = new ArrayList<>();
        for (int c = 0; c < probabilities.length; c++) {
            scored.add(new Scored(classNames.get(c), probabilities[c]));
        }
        scored.sort((a, b) -> Double.compare(b.probability(), a.probability()));
        Scored first = scored.get(0);
        List<Scored> kept = List.copyOf(scored.subList(0, Math.min(count, scored.size())));
        return new Classes(name, first.label(), first.probability(), kept);
    }

    private Consumer<Pictures> neighbours(Context request, Serving now) {
        PictureIndex index = now.model()
                .index()
                .orElseThrow(() -> new NotFoundResponse("the server has no index; start it with --index X.parquet"));
        int count = HttpIo.count(request, USUAL_NEIGHBOURS, MOST_RESULTS);
        return pictures -> {
            List<Neighbours> all = new ArrayList<>();
            for (int i = 0; i < pictures.names().size(); i++) {
                all.add(new Neighbours(
                        pictures.names().get(i),
                        index.nearest(pictures.features().get(i), count)));
            }
            HttpIo.json(request, Map.of("pictures", all));
        };
    }

    /** Responds with rows of float32, and their shape in the headers. */
    private static void matrix(Context request, List<float[]> rows) {
        int width = rows.get(0).length;
        float[] values = new float[Math.multiplyExact(rows.size(), width)];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, values, i * width, width);
        }
        request.header("Mmcr-Shape", rows.size() + "," + width);
        HttpIo.floats(request, values);
    }

    /** Returns the address to open in a browser, with the token. */
    public URI address() {
        return server.address();
    }

    /** Returns the address without the token. */
    public URI base() {
        return server.base();
    }

    /** Returns the token that requests must send. */
    public String token() {
        return server.token();
    }

    /** Returns the port that the server is bound to. */
    int port() {
        return server.port();
    }

    /** Takes no further request, answers those in progress within the time limit, and ends. */
    @Override
    public void close() {
        server.close();
        serving.ifPresent(now -> {
            now.batcher().close();
            now.classifier().ifPresent(Classifier::close);
        });
    }
}
