package org.mmcr.explorer;

import io.javalin.config.JavalinConfig;
import io.javalin.http.ServiceUnavailableResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.FileFailure;
import org.mmcr.explorer.http.HttpIo;
import org.mmcr.explorer.http.WebOptions;
import org.mmcr.explorer.http.WebServer;
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
    private final WebServer server;

    private Explorer(ExploreOptions options) {
        this.options = options;
        // Binding comes first, so that a port in use is reported before anything is read.
        this.server = WebServer.start(
                new WebOptions(
                        "explore",
                        options.host(),
                        options.port(),
                        options.publicOrigin(),
                        Optional.empty(),
                        Set.of(),
                        PictureApi.LARGEST_UPLOAD),
                this::routes);
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

    private void routes(JavalinConfig config) {
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
        new ExportApi(this::state).register(config.routes);
        new BrowseApi(this::state).register(config.routes);
        new CurationApi(this::state).register(config.routes);
    }

    /** Returns the state; requests can arrive before the constructor has ended. */
    private ExplorerState state() {
        return started(state);
    }

    private EventStream events() {
        return started(events);
    }

    private static <T> T started(@Nullable T part) {
        return Optional.ofNullable(part)
                .orElseThrow(() -> new ServiceUnavailableResponse("the explorer is starting; try again"));
    }

    /** Returns the address to open in a browser, with the token. */
    public URI address() {
        return server.address();
    }

    /** Returns the port that the server is bound to. */
    int port() {
        return server.port();
    }

    /**
     * Writes a local HTML file that forwards a browser to {@link #address}, for programs that would otherwise show
     * the token on their command line. Only its owner can read it; {@link #close} deletes it.
     */
    public Path writeStartPage() {
        FeatureStore.folder(options.folder());
        Path file = startPage();
        try {
            StartPage.write(file, address());
            return file.toAbsolutePath();
        } catch (IOException e) {
            throw FileFailure.exception("to write " + file, e, "open the printed address in a browser");
        }
    }

    private Path startPage() {
        return options.folder().resolve("open-" + server.port() + ".html");
    }

    @Override
    public void close() {
        events.close();
        try {
            Files.deleteIfExists(startPage());
        } catch (IOException e) {
            LOG.warn("{} could not be deleted; the token in it is void", startPage(), e);
        }
        server.close();
        state.close();
    }
}
