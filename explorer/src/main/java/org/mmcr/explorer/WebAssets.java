package org.mmcr.explorer;

import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mmcr.report.page.WebJars;

/** Pages, scripts and styles: a fixed list of class-path resources, so that no request path reaches a file. */
public final class WebAssets {
    private static final List<String> OWN = List.of(
            "style.css",
            "theme.js",
            "app.js",
            "shared.js",
            "dom.js",
            "colours.js",
            "charts.js",
            "training.js",
            "run-list.js",
            "map.js",
            "map-filter.js",
            "field-charts.js",
            "map-exports.js",
            "map-overlay.js",
            "legend.js",
            "contours.js",
            "cloud.js",
            "dots.js",
            "dots-gl.js",
            "dots-2d.js",
            "point-grid.js",
            "gestures.js",
            "neighbours.js",
            "sphere.js",
            "label.js",
            "query-field.js",
            "query-terms.js",
            "question.js",
            "label-list.js",
            "predictions.js",
            "gallery.js",
            "outbox.js",
            "zoom.js",
            "curation.js",
            "icon.svg");

    /** Resources by address. */
    private static final Map<String, String> FILES = files();

    private WebAssets() {}

    private static Map<String, String> files() {
        Map<String, String> files = new HashMap<>();
        files.put("/", "web/index.html");
        OWN.forEach(name -> files.put("/" + name, "web/" + name));
        files.put("/lib/three.module.js", WebJars.path("three", "build/three.module.min.js"));
        // The module above imports this one by its file name.
        files.put("/lib/three.core.min.js", WebJars.path("three", "build/three.core.min.js"));
        files.put("/lib/uplot.js", WebJars.path("uplot", "dist/uPlot.esm.js"));
        files.put("/lib/uplot.css", WebJars.path("uplot", "dist/uPlot.min.css"));
        return Map.copyOf(files);
    }

    /** Returns all addresses. */
    static Set<String> addresses() {
        return FILES.keySet();
    }

    /** Responds with the resource of the request's address. */
    static void send(Context request) {
        byte[] content =
                content(request.path()).orElseThrow(() -> new NotFoundResponse("there is nothing at this address"));
        request.contentType(type(request.path())).header("Cache-Control", "no-cache");
        request.result(content);
    }

    /** Returns the content of an address, if there is any. */
    public static Optional<byte[]> content(String address) {
        return Optional.ofNullable(FILES.get(address)).map(WebAssets::read);
    }

    /** Returns a resource of the class path by its name relative to this class, such as {@code web/style.css}. */
    public static byte[] read(String resource) {
        try (InputStream in = WebAssets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the class path lacks " + resource);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the media type of an address. */
    public static String type(String address) {
        return switch (address.substring(address.lastIndexOf('.') + 1)) {
            case "/" -> "text/html; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> "text/javascript; charset=utf-8";
        };
    }
}
