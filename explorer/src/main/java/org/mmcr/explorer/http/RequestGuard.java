package org.mmcr.explorer.http;

import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.UnauthorizedResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Access control. Every request needs the token: in the header {@code Authorization: Bearer TOKEN}, or, from a browser,
 * once in the address and afterwards in a cookie. A page of another site
 * in the same browser is rejected by {@code Sec-Fetch-Site} and {@code Origin}, a foreign name that resolves to this
 * machine (DNS rebinding) by {@code Host}. The token is needed on loopback too, because other users of the machine
 * can connect there.
 */
final class RequestGuard {
    private static final int TOKEN_BYTES = 24;
    private static final String BEARER = "Bearer ";

    /** Allows only our own files: nothing inline, nothing from elsewhere, no frames. */
    private static final String CONTENT_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Set<String> names = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
    private final boolean loopback;
    private final Optional<PublicOrigin> publicOrigin;
    private final String token;
    private final Set<String> open;
    private final String command;

    RequestGuard(WebOptions options) {
        this.loopback = MachineNames.resolve(options.host()).isLoopbackAddress();
        this.publicOrigin = options.publicOrigin();
        this.token = options.token().orElseGet(RequestGuard::newToken);
        this.open = options.open();
        this.command = "mmcr " + options.command();
        names.add(options.host().toLowerCase(Locale.ROOT));
        publicOrigin.map(PublicOrigin::host).ifPresent(names::add);
        if (!loopback) {
            MachineNames.own().ifPresent(names::add);
        }
    }

    /** Returns the token that a request must send. */
    String token() {
        return token;
    }

    /** Rejects a request or accepts it, and sets the security headers of the response. */
    void check(Context request) {
        headers(request);
        requireHost(request);
        if (request.path().equals("/") && same(request.queryParam("token"))) {
            // With the token any origin is allowed, such as the file that --open opens.
            setCookie(request);
            return;
        }
        requireSameSite(request);
        if (!open.contains(request.path()) && !same(bearer(request)) && !same(request.cookie(cookie(request)))) {
            throw new UnauthorizedResponse("open the address with the token that " + command + " printed"
                    + ", or send the token in the header Authorization: Bearer TOKEN");
        }
    }

    private static void headers(Context request) {
        request.header("Content-Security-Policy", CONTENT_POLICY);
        request.header("X-Content-Type-Options", "nosniff");
        request.header("Referrer-Policy", "no-referrer");
        request.header("Cross-Origin-Resource-Policy", "same-origin");
        request.header("Cross-Origin-Opener-Policy", "same-origin");
        request.header("Cache-Control", "no-store");
    }

    private void requireHost(Context request) {
        String host = Optional.ofNullable(request.header("Host")).orElse("").toLowerCase(Locale.ROOT);
        String name = host.replaceFirst(":\\d+$", "");
        if (!names.contains(name) && (loopback || !isAddress(name))) {
            throw new ForbiddenResponse("this server does not answer to the name '" + name
                    + "'; if a proxy forwards it, start " + command + " with --public-origin");
        }
    }

    private void requireSameSite(Context request) {
        String site = Optional.ofNullable(request.header("Sec-Fetch-Site")).orElse("none");
        String origin = request.header("Origin");
        boolean sameOrigin = origin == null
                || origin.equals("http://" + request.header("Host"))
                || publicOrigin.filter(known -> origin.equals(known.header())).isPresent();
        if (!sameOrigin || !(site.equals("same-origin") || site.equals("none"))) {
            throw new ForbiddenResponse("requests from other sites are rejected");
        }
    }

    /** Sets a cookie for the path that the browser requested, under the prefix of a proxy if there is one. */
    private void setCookie(Context request) {
        String secure = publicOrigin.filter(PublicOrigin::secure).isPresent() ? "; Secure" : "";
        request.header("Set-Cookie", cookie(request) + "=" + token + "; HttpOnly; SameSite=Strict" + secure);
    }

    /** Cookies are shared between the ports of a host; the name keeps two explorers apart. */
    private static String cookie(Context request) {
        return "mmcr_token_" + request.req().getLocalPort();
    }

    private boolean same(@Nullable String given) {
        return given != null
                && MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String bearer(Context request) {
        String header = request.header("Authorization");
        return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? header.substring(BEARER.length()).strip()
                : null;
    }

    private static String newToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static boolean isAddress(String name) {
        return name.matches("[0-9.]+") || name.matches("\\[[0-9a-f:.]+\\]");
    }
}
