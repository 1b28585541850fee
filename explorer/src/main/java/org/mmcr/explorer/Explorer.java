package org.mmcr.explorer;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.javalin.router.EndpointNotFound;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mmcr.core.MmcrException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running explorer: a web server for runs or an encoder, from {@link #start} to {@link #close}. It serves the pages
 * at once, and everything that needs features as soon as these are computed.
 */
public final class Explorer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Explorer.class);

    private final ExploreOptions options;
    private final ExplorerState state;
    private final EventStream events;
    private final RequestGuard guard;
    private final Javalin server;

    private Explorer(ExploreOptions options) {
        this.options = options;
        this.guard = new RequestGuard(options.host(), options.publicOrigin());
        this.server = Javalin.create(this::configure);
        // Binding comes first, so that a port in use is reported before anything is read.
        bind();
        this.state = new ExplorerState(options);
        this.events = new EventStream(options.runs(), state::revision, () -> PageState.of(state));
    }

    /**
     * Starts a server for these runs.
     *
     * @throws MmcrException if the address cannot be bound or does not belong to this machine
     */
    public static Explorer start(ExploreOptions options) {
        return new Explorer(options);
    }

    private void bind() {
        try {
            server.start(options.host(), options.port());
        } catch (RuntimeException e) {
            throw new MmcrException(
                    "expected to listen at " + options.host() + ":" + options.port() + ", found " + reason(e)
                            + "; choose another --port (0 for any that is free), or another --host if one was given",
                    e);
        }
    }

    /** Returns the message of the innermost cause, which is the operating system's. */
    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.http.maxRequestSize = PictureApi.LARGEST_UPLOAD;
        config.jetty.host = options.host();
        config.routes.before(guard::check);
        for (String address : WebAssets.addresses()) {
            config.routes.get(address, WebAssets::send);
        }
        config.routes.get(
                "/api/runs",
                request -> HttpIo.json(
                        request, options.runs().stream().map(RunSummary::of).toList()));
        config.routes.sse("/api/events", client -> events().connect(client));
        new PictureApi(this::state).register(config.routes);
        new LabelApi(this::state).register(config.routes);
        new BrowseApi(this::state).register(config.routes);
        new CurationApi(this::state).register(config.routes);
        config.routes.exception(MmcrException.class, (failure, request) -> refuse(request, 409, failure.getMessage()));
        config.routes.exception(
                EndpointNotFound.class, (failure, request) -> refuse(request, 404, "there is nothing at this address"));
        config.routes.exception(
                HttpResponseException.class,
                (failure, request) -> refuse(request, failure.getStatus(), message(failure)));
        config.routes.exception(Exception.class, (failure, request) -> {
            LOG.error("{} {} failed", request.method(), request.path(), failure);
            refuse(request, 500, "the explorer failed in a way that it should not; its own output has the details");
        });
    }

    private static String message(HttpResponseException failure) {
        return failure.getStatus() == HttpStatus.CONTENT_TOO_LARGE.getCode()
                ? "this file is larger than " + (PictureApi.LARGEST_UPLOAD >> 20) + " MiB; choose a smaller picture"
                : failure.getMessage();
    }

    private static void refuse(Context request, int status, String message) {
        HttpIo.json(request.status(status), Map.of("message", message));
    }

    /** Returns the state; requests can arrive before the constructor has ended. */
    private ExplorerState state() {
        return started(state);
    }

    private EventStream events() {
        return started(events);
    }

    private static <T> T started(@Nullable T part) {
        return Optional.ofNullable(part).orElseThrow(() -> new MmcrException("the explorer is starting; try again"));
    }

    /** Returns the address to open in a browser, with the token. */
    public URI address() {
        return base().resolve("?token=" + guard.token());
    }

    /** Returns the port that the server is bound to. */
    int port() {
        return server.port();
    }

    private URI base() {
        if (options.publicOrigin().isPresent()) {
            return options.publicOrigin().get().address();
        }
        String name = MachineNames.toOpen(options.host());
        String host = name.contains(":") ? "[" + name + "]" : name;
        return URI.create("http://" + host + ":" + server.port() + "/");
    }

    /**
     * Writes a local HTML file that forwards a browser to {@link #address}, for programs that would otherwise show
     * the token on their command line. Only its owner can read it; {@link #close} deletes it.
     */
    public Path writeStartPage() {
        Path file = startPage();
        try {
            StartPage.write(file, address());
            return file.toAbsolutePath();
        } catch (IOException e) {
            throw new MmcrException(
                    "expected to write " + file + ", found " + e + "; open the printed address in a browser", e);
        }
    }

    private Path startPage() {
        return FeatureStore.folder(options.folder()).resolve("open-" + server.port() + ".html");
    }

    @Override
    public void close() {
        events.close();
        try {
            Files.deleteIfExists(startPage());
        } catch (IOException e) {
            LOG.warn("{} could not be deleted; the token in it is void", startPage(), e);
        }
        server.stop();
        state.close();
    }
}
