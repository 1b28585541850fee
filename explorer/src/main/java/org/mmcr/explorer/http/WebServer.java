package org.mmcr.explorer.http;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.javalin.router.EndpointNotFound;
import io.javalin.util.JavalinException;
import java.net.URI;
import java.util.Map;
import java.util.function.Consumer;
import org.mmcr.core.MmcrException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A web server behind a {@link RequestGuard}. Every failure is answered with a JSON document that has a {@code
 * message}.
 */
public final class WebServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

    private final WebOptions options;
    private final RequestGuard guard;
    private final Javalin server;

    private WebServer(WebOptions options, Consumer<JavalinConfig> routes) {
        this.options = options;
        this.guard = new RequestGuard(options);
        this.server = Javalin.create(config -> {
            configure(config);
            routes.accept(config);
        });
    }

    /**
     * Binds and serves.
     *
     * @param routes adds routes and further settings
     * @throws MmcrException if the address cannot be bound or does not belong to this machine
     */
    public static WebServer start(WebOptions options, Consumer<JavalinConfig> routes) {
        WebServer server = new WebServer(options, routes);
        server.bind();
        return server;
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
        config.http.maxRequestSize = options.largestRequest();
        config.jetty.host = options.host();
        config.routes.before(guard::check);
        config.routes.exception(MmcrException.class, (failure, request) -> refuse(request, 409, failure.getMessage()));
        config.routes.exception(
                EndpointNotFound.class, (failure, request) -> refuse(request, 404, "there is nothing at this address"));
        config.routes.exception(
                HttpResponseException.class,
                (failure, request) -> refuse(request, failure.getStatus(), message(failure)));
        config.routes.exception(Exception.class, (failure, request) -> {
            LOG.error("{} {} failed", request.method(), request.path(), failure);
            refuse(
                    request,
                    500,
                    "mmcr " + options.command()
                            + " failed in a way that it should not; its own output has the details");
        });
    }

    private String message(HttpResponseException failure) {
        // Javalin's own check of the size answers with the name of the status alone.
        return HttpStatus.CONTENT_TOO_LARGE.getMessage().equals(failure.getMessage())
                ? "this file is larger than " + (options.largestRequest() >> 20) + " MiB; choose a smaller picture"
                : failure.getMessage();
    }

    /** Answers with a failure, once the client has sent what the answer does not need. */
    private void refuse(Context request, int status, String message) {
        HttpIo.discardBody(request, options.largestRequest());
        if (status == HttpStatus.TOO_MANY_REQUESTS.getCode() || status == HttpStatus.SERVICE_UNAVAILABLE.getCode()) {
            request.header("Retry-After", "1");
        }
        HttpIo.json(request.status(status), Map.of("message", message));
    }

    /** Returns the address to open in a browser, with the token. */
    public URI address() {
        return base().resolve("?token=" + guard.token());
    }

    /** Returns the address without the token; it ends with a slash. */
    public URI base() {
        if (options.publicOrigin().isPresent()) {
            return options.publicOrigin().get().address();
        }
        String name = MachineNames.toOpen(options.host());
        String host = name.contains(":") ? "[" + name + "]" : name;
        return URI.create("http://" + host + ":" + server.port() + "/");
    }

    /** Returns the token that requests must send. */
    public String token() {
        return guard.token();
    }

    /** Returns the port that the server is bound to. */
    public int port() {
        return server.port();
    }

    /** Ends; what is not answered within the server's time to stop is cut off. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (JavalinException e) {
            LOG.warn("some requests were not answered before the server ended");
            LOG.debug("the time to stop was over", e);
        }
    }
}
