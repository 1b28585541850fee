package org.mmcr.explorer.serve;

import io.javalin.config.RoutesConfig;
import java.util.Map;
import org.mmcr.explorer.WebAssets;

/** The page of a server and its description for other programs: a fixed list of class-path resources. */
final class ServePage {
    /** Resources by address. */
    private static final Map<String, String> FILES = Map.of(
            "/", "web/serve.html",
            "/theme.js", "web/theme.js",
            "/serve.js", "web/serve.js",
            "/dom.js", "web/dom.js",
            "/style.css", "web/style.css",
            "/icon.svg", "web/icon.svg",
            "/openapi.json", "web/openapi.json");

    private ServePage() {}

    static void register(RoutesConfig routes) {
        FILES.forEach((address, resource) -> routes.get(
                address,
                request -> request.contentType(type(address))
                        .header("Cache-Control", "no-cache")
                        .result(WebAssets.read(resource))));
    }

    private static String type(String address) {
        return address.endsWith(".json") ? "application/json" : WebAssets.type(address);
    }
}
